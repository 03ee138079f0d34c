import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../main/cli/index.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'dovebell-lua-run-'));
const script = path.join(folder, 'push.lua');
const events = path.join(folder, 'events.jsonl');
writeFileSync(script, 'function dovecot_lua_notify_end_txn() end');
writeFileSync(events, '{"name":"MessageNew"}\n');

async function refusal(...args: string[]) {
  const lines: string[] = [];
  const collect = (text: string) => void lines.push(text);
  const code = await runCli(['lua', 'run', script, '--events', events, ...args], {
    out: collect,
    err: collect,
  });
  return `${code} ${lines.join('\n').split('\n', 1)[0] ?? ''}`;
}

describe('dovebell lua run', () => {
  it.each([
    [
      '--metadata',
      'nothing',
      '--metadata takes [MAILBOX]/private/…=VALUE or [MAILBOX]/shared/…=VALUE, not nothing',
    ],
    ['--metadata', 'INBOX/private/a//b=1', "Entry name /private/a//b must not contain '//'"],
    ['--set', 'url', '--set takes name=value, not url'],
    ['--net', 'some', '--net takes capture, local, allow, all, not some'],
  ])('does not take %s %s', async (option, value, reason) => {
    expect(await refusal(option, value)).toBe(`2 dovebell lua: ${reason}`);
  });
});
