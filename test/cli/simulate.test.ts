import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../main/cli/index.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'dovebell-simulate-'));
const write = (name: string, text: string) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};
const scenario = write(
  'scenario.json',
  JSON.stringify({ input: { steps: [{ imap: { commands: ['CREATE New', 'SUBSCRIBE Nowhere'] } }] } }),
);
const dlog = write('push.conf', 'plugin {\n  push_notification_driver = dlog\n}\n');

async function simulate(...args: string[]) {
  const lines: string[] = [];
  const collect = (text: string) => void lines.push(text);
  const code = await runCli(['simulate', ...args], { out: collect, err: collect });
  return { code, lines };
}

describe('dovebell simulate', () => {
  it('writes the log of the drivers and the answers', async () => {
    const { code, lines } = await simulate(scenario, '--config', dlog);
    expect(code).toBe(0);
    expect(lines).toContain('imap(alice@example.com): Debug: MailboxCreate: Mailbox was created');
    expect(lines).toContain("> SUBSCRIBE Nowhere → NO Mailbox doesn't exist: Nowhere.");
  });

  it('writes one object a line with --json', async () => {
    const { lines } = await simulate(scenario, '--config', dlog, '--json');
    const objects = lines.map((line) => JSON.parse(line) as { type: string });
    expect(objects.filter(({ type }) => type === 'transaction')).toMatchObject([
      { mailbox: 'New', committed: true, driverRuns: [{ driver: 'dlog', outcome: 'done' }] },
    ]);
    expect(objects.filter(({ type }) => type === 'answer')).toHaveLength(2);
  });

  it('ends with 3 for a file that is no scenario, 2 for wrong usage, 1 for a refused configuration', async () => {
    expect((await simulate(dlog)).code).toBe(3);
    expect((await simulate(path.join(folder, 'nothing.json'))).code).toBe(3);
    expect((await simulate(scenario, '--dialect', '2.2')).code).toBe(2);
    const refused = write('refused.conf', 'push_notification ox {\n  nosuch = 1\n}\n');
    expect((await simulate(scenario, '--config', refused)).code).toBe(1);
  });
});
