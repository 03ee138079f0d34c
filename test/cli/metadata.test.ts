import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../main/cli/index.ts';

const entry = '/private/vendor/vendor.dovecot/http-notify';

function commandLine() {
  const data = mkdtempSync(path.join(os.tmpdir(), 'dovebell-metadata-'));
  return async (...args: string[]) => {
    const lines: string[] = [];
    const write = (text: string) => void lines.push(text);
    const code = await runCli(['metadata', ...args, '--data', data], { out: write, err: write });
    return { code, lines };
  };
}

describe('dovebell metadata', () => {
  it('keeps what was set, as doveadm sets it', async () => {
    const run = commandLine();
    expect(await run('set', '-u', 'alice', '-s', '', entry, 'user=11@3')).toEqual({ code: 0, lines: [] });
    expect(await run('get', '-u', 'alice', '', entry)).toEqual({ code: 0, lines: ['user=11@3'] });
    expect(await run('list', '-u', 'alice', '')).toEqual({ code: 0, lines: [entry] });
    expect((await run('get', '-u', 'bob', '', entry)).code).toBe(1);
    expect(await run('unset', '-u', 'alice', '', entry)).toEqual({ code: 0, lines: [] });
    expect((await run('get', '-u', 'alice', '', entry)).code).toBe(1);
  });

  it.each([
    [[]],
    [['steal', '-u', 'alice']],
    [['get', '', entry]],
    [['get', '-u', 'alice', '']],
    [['get', '-u', 'alice', '', 'comment']],
  ])('takes %j for wrong usage', async (args) => {
    expect((await commandLine()(...args)).code).toBe(2);
  });
});
