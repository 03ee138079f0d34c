import { mkdtempSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../main/cli/index.ts';

async function endpoint(...args: string[]) {
  const data = mkdtempSync(path.join(os.tmpdir(), 'dovebell-endpoint-'));
  const lines: string[] = [];
  const write = (text: string) => void lines.push(text);
  const code = await runCli(['endpoint', ...args, '--data', data], { out: write, err: write });
  return { code, text: lines.join('\n') };
}

describe('dovebell endpoint', () => {
  it('prints the configuration of the ox driver and of the bridge, without the password', async () => {
    const { code, text } = await endpoint('--port', '8010');
    expect(code).toBe(0);
    expect(text).toContain('push_notification_driver = ox:url=http://LOGIN:PASSWORD@127.0.0.1:8010/');
    expect(text).toContain('dovebell_url = http://LOGIN:PASSWORD@127.0.0.1:8010\n');
  });

  it('writes the password into both when it is told to', async () => {
    const { text } = await endpoint('--show-secret');
    expect(text).not.toContain('LOGIN:PASSWORD');
    expect(text.match(/http:\/\/\S+?:\S+?@127\.0\.0\.1:8009/g)).toHaveLength(4);
  });

  it('prints the script of the bridge, to be written to a file', async () => {
    const file = path.resolve(import.meta.dirname, '../../assets/dovebell-bridge.lua');
    expect(await endpoint('--bridge-script')).toEqual({
      code: 0,
      text: readFileSync(file, 'utf8').trimEnd(),
    });
  });
});
