import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../main/cli/index.ts';

const good = `function dovecot_lua_notify_begin_txn(user) return {} end
function dovecot_lua_notify_event_message_new(ctx, event) dovecot.i_info(event.mailbox) end
function dovecot_lua_notify_end_txn(ctx, success) end
`;

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(['lua', ...args], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  return { code, out, err };
}

function script(text: string): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'dovebell-lua-')), 'push.lua');
  writeFileSync(file, text);
  return file;
}

describe('dovebell lua check', () => {
  it('is content with a good script', async () => {
    expect(await run('check', script(good))).toEqual({
      code: 0,
      out: ['Checked for Dovecot 2.3.', '0 errors, 0 warnings'],
      err: [],
    });
  });

  it('says where, how bad, what and what instead, and ends with 1 for an error', async () => {
    const file = script(`${good}function dovecot_lua_notify_event_mesage_read(ctx, event) end\n`);
    const { code, out } = await run('check', file);
    expect(code).toBe(1);
    expect(out[0]).toBe(
      `${file}:4:10: error: dovecot_lua_notify_event_mesage_read is never called: there is no such event or transaction function [unknown-handler]\n    → dovecot_lua_notify_event_message_read`,
    );
    expect(out.at(-1)).toBe('1 error, 0 warnings');
  });

  it('ends with 0 when there are only warnings', async () => {
    const { code, out } = await run('check', script(good.replace('event.mailbox', 'event.subject')));
    expect(code).toBe(0);
    expect(out.at(-1)).toBe('0 errors, 1 warning');
  });

  it('checks for the dialect that is asked for', async () => {
    const file = script(good.replace('return {}', 'return { url = user:plugin_getenv("url") }'));
    expect((await run('check', file)).code).toBe(0);
    expect((await run('check', file, '--dialect', 'document')).out).toContain(
      "Checked for the framework's document.",
    );
    const { code, out } = await run('check', file, '--dialect', '2.4');
    expect(code).toBe(1);
    expect(out).toContain('Checked for Dovecot 2.4.');
  });

  it('writes one object for programs', async () => {
    const { out } = await run('check', script('x = = 1'), '--json');
    expect(JSON.parse(out.join('\n'))).toMatchObject({
      dialect: '2.3',
      errors: 1,
      warnings: 0,
      findings: [{ severity: 'error', code: 'syntax', line: 1 }],
    });
  });

  it('does not let a script write to the terminal', async () => {
    const { out } = await run('check', script(`${good}\nlocal a = "\x1b[2J" .. {}`));
    expect(out.join('\n')).not.toContain('\x1b');
  });

  it.each([
    [[]],
    [['sing']],
    [['check']],
    [['check', 'a.lua', 'b.lua']],
    [['check', 'a.lua', '--dialect', '5']],
  ])('takes %j for wrong usage', async (args) => {
    expect((await run(...args)).code).toBe(2);
  });

  it('ends with 3 when the script cannot be read', async () => {
    const { code, err } = await run('check', '/nonexistent/push.lua');
    expect(code).toBe(3);
    expect(err.join()).toContain('cannot be read');
  });
});
