import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../main/cli/index.ts';

let folder: string;
let script: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'dovebell-rules-'));
  script = path.join(folder, 'push.lua');
  writeFileSync(script, '');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function rules(...args: string[]) {
  const lines: string[] = [];
  const errors: string[] = [];
  const output = { out: (text: string) => lines.push(text), err: (text: string) => errors.push(text) };
  const code = await runCli(['lua', 'rules', ...args, '--data', path.join(folder, 'data')], output);
  return { code, text: lines.join('\n'), error: errors.join('\n') };
}

async function effective(...args: string[]): Promise<unknown> {
  const { code, text } = await rules(script, ...args, '--json');
  expect(code).toBe(0);
  return (JSON.parse(text) as { effective: unknown }).effective;
}

const defaults = { net: 'local', trusted: false, dialect: 'auto', timeLimitMs: 2000 };

describe('dovebell lua rules', () => {
  it('shows what holds for a script that nobody has said anything about', async () => {
    const { code, text } = await rules(script);
    expect(code).toBe(0);
    expect(text.split('\n')).toEqual([
      script,
      '  net         local     requests go to this computer and the local network (default)',
      '  trusted     no        files of its own folder only (default)',
      '  dialect     auto      as the push configuration is written for (default)',
      "  time limit  2000 ms   of the script's own time in one transaction (default)",
    ]);
    expect((await rules()).text).toContain('No script has rules of its own');
  });

  it('changes one thing at a time, and shows what holds then', async () => {
    expect((await rules(script, '--net', 'all')).text).toMatch(/net +all .*(?<!default\))$/m);
    expect(await effective('--trusted', 'yes')).toEqual({ ...defaults, net: 'all', trusted: true });
    expect(await effective('--dialect', 'document', '--time-limit', '50')).toMatchObject({
      dialect: 'document',
      timeLimitMs: 50,
    });
    expect(await effective('--dialect', 'auto', '--time-limit', 'default')).toEqual({
      ...defaults,
      net: 'all',
      trusted: true,
    });
    expect((await rules()).text).toContain(`${script}\n  net         all `);
  });

  it('forgets a script on demand, also one that is gone', async () => {
    await rules(script, '--net', 'all', '--trusted', 'yes');
    expect(await effective('--reset', '--trusted', 'yes')).toEqual({ ...defaults, trusted: true });
    rmSync(script);
    expect(await effective('--reset')).toEqual(defaults);
    expect(JSON.parse((await rules('--json')).text)).toEqual({ defaults, scripts: [] });
  });

  it.each([
    [['--net', 'everywhere'], '--net takes capture, local, all, not everywhere'],
    [['--trusted', 'maybe'], '--trusted takes yes, no, not maybe'],
    [['--dialect', '2.2'], '--dialect takes document, 2.3, 2.4, auto, not 2.2'],
    [['--time-limit', '1'], '--time-limit takes a whole number from 10 to 600000, not 1'],
  ])('takes %j for wrong usage', async (args, message) => {
    const { code, error } = await rules(script, ...args);
    expect(code).toBe(2);
    expect(error).toContain(message);
  });

  it('wants to know which script is to change', async () => {
    expect((await rules('--net', 'all')).code).toBe(2);
    expect((await rules(script, script)).code).toBe(2);
  });

  it('says that a script is not there before anything is allowed to it', async () => {
    const { code, error } = await rules(path.join(folder, 'none.lua'), '--net', 'all');
    expect(code).toBe(3);
    expect(error).toContain('none.lua cannot be read');
  });

  it('names the file of the rules when it is damaged, and leaves it as it is', async () => {
    await rules(script, '--net', 'all');
    const file = path.join(folder, 'data', 'lua-scripts.json');
    writeFileSync(file, '{"version":1');
    for (const args of [[], [script], [script, '--net', 'local']]) {
      const { code, error } = await rules(...args);
      expect(code).toBe(3);
      expect(error).toContain(`${file} does not hold rules for scripts`);
    }
    expect(readFileSync(file, 'utf8')).toBe('{"version":1');
  });
});
