import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransactionReport } from '#contract/report';
import { inCheckout } from '../../scripts/checkout.mjs';
import { startDovecot, type Dovecot } from '../helpers/dovecot.ts';
import { startServe, type ServeProcess } from '../helpers/serve-process.ts';

const user = 'alice@example.com';
const message =
  'From: =?utf-8?q?=C3=84?= <alice@barfoo.org>\nTo: bob@example.com\nSubject: Caf\u00e9\n\nHey guys\n';

let folder: string;
let serve: ServeProcess;
let dovecot: Dovecot;

const settings = (name: string): string => {
  const url = serve.url.replace('http://', `http://${serve.login}:${encodeURIComponent(serve.password)}@`);
  return [
    `push_notification_driver = lua:file=${path.join(folder, name)}`,
    `push_url = ${url.replaceAll('%', '%%')}`,
  ].join('\n');
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'dovebell-templates-'));
  // Mail processes run as another user and read the scripts.
  chmodSync(folder, 0o755);
  for (const name of ['minimal', 'new-message-form', 'mailbox-status', 'new-message-http'])
    copyFileSync(inCheckout('assets', 'scripts', `${name}.lua`), path.join(folder, `${name}.lua`));
  serve = await startServe({ args: ['--no-toasts'] });
  dovecot = await startDovecot({
    pluginSettings: settings('minimal.lua'),
    mailPlugins: 'notify push_notification mail_lua push_notification_lua',
  });
  // The folder INBOX comes to exist with the first delivery.
  await dovecot.deliver({ to: [user], message });
});
afterAll(async () => {
  await dovecot?.stop();
  await serve?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The report of the next delivery with this script. */
async function deliverWith(name: string): Promise<TransactionReport> {
  const before = serve.lines().length;
  await dovecot.reload(settings(name));
  expect((await dovecot.deliver({ to: [user], message }))[0]).toMatch(/^250 /);
  const lines = await serve.waitForLines(before + 1);
  expect(lines).toHaveLength(before + 1);
  return JSON.parse(lines.at(-1) ?? '') as TransactionReport;
}

describe('a script template in a real Dovecot 2.3', () => {
  it('minimal.lua writes a line for the message', async () => {
    expect(await dovecot.log()).toMatch(/Info: .*lua: alice@example\.com: INBOX 1: Café/);
  });

  it('new-message-form.lua posts a form that becomes a row', async () => {
    expect(await deliverWith('new-message-form.lua')).toMatchObject({
      source: 'form',
      user,
      events: [{ name: 'MessageNew', mailbox: 'INBOX', uid: 2, fromDisplayName: 'Ä', subject: 'Café' }],
    });
  });

  it('mailbox-status.lua posts the counts of the mailbox', async () => {
    const report = await deliverWith('mailbox-status.lua');
    expect(report.raw).toBe('user=alice%40example%2ecom&mailbox=INBOX&messages=3&unseen=3&recent=3');
  });

  it('new-message-http.lua posts what the ox driver would', async () => {
    expect(await deliverWith('new-message-http.lua')).toMatchObject({
      source: 'ox',
      user,
      events: [{ name: 'MessageNew', uid: 4, fromDisplayName: 'Ä', subject: 'Café', snippet: 'Hey guys' }],
    });
  });

  it('writes no error', async () => {
    expect((await dovecot.log()).split('\n').filter((line) => line.includes('Error: '))).toEqual([]);
  });
});
