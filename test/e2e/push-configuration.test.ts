import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeOxNotification } from '#contract/ox';
import type { TransactionReport } from '#contract/report';
import { describeEndpoint } from '../../main/config/endpoint-configuration.ts';
import { dovebell } from '../helpers/dovebell-command.ts';
import { sendOxBody } from '../helpers/ox-sender.ts';
import { startServe } from '../helpers/serve-process.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'dovebell-push-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NOTIFY_ENTRY = '/private/vendor/vendor.dovecot/http-notify';
const scenario = (name: string) => path.resolve(import.meta.dirname, '../fixtures', name);

describe('a push configuration', () => {
  it('makes one program send on to another, and says what is wrong with it', async () => {
    const receiving = await startServe({ args: ['--no-toasts'] });
    const config = path.join(folder, 'push.conf');
    // The printed line is the one to paste, also for this program.
    const [driver = ''] = /push_notification_driver = .*/.exec(
      describeEndpoint({ host: '127.0.0.1', port: receiving.port, credentials: receiving }),
    ) ?? [''];
    writeFileSync(config, `plugin {\n  ${driver}\n  push_notification_driver3 = dlog\n}\n`);
    const dataDir = path.join(folder, 'data');
    const set = await dovebell(
      'metadata',
      'set',
      '-u',
      'alice',
      '',
      NOTIFY_ENTRY,
      'user=11@3',
      '--data',
      dataDir,
    );
    expect(set.code).toBe(0);
    const sending = await startServe({ dataDir, args: ['--no-toasts', '--config', config] });
    expect(sending.errors()).toContain(`${config}:3:`);
    expect(sending.errors()).toContain('push_notification_driver3 is never read');
    const body = encodeOxNotification({
      user: 'alice',
      folder: 'INBOX',
      uidValidity: 7,
      uid: 1,
      subject: 'On its way',
      unseen: 2,
    });
    expect((await sendOxBody(sending, body)).status).toBe(200);
    const [line = ''] = await receiving.waitForLines(1);
    expect((JSON.parse(line) as TransactionReport).raw).toBe(body);
    const [sent = ''] = await sending.waitForLines(1);
    const [run] = (JSON.parse(sent) as TransactionReport).driverRuns;
    expect(run).toMatchObject({ driver: 'ox', outcome: 'done' });
    await sending.stop();
    await receiving.stop();
  });

  it('that is not there ends serve with 3', async () => {
    const result = await dovebell(
      'serve',
      '--port',
      '0',
      '--data',
      folder,
      '--config',
      path.join(folder, 'none.conf'),
    );
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('none.conf cannot be read');
  });
});

describe('dovebell simulate', () => {
  it('performs a scenario and writes the log of Dovecot', async () => {
    const result = await dovebell('simulate', scenario('golden/imap_move.json'), '--run', 'dlog');
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('Message data: Mailbox [Archive], UID [1]');
    expect(result.stdout).toContain('MessageExpunge: Message was expunged');
  });

  it('reads both generations of the configuration', async () => {
    const result = await dovebell(
      'simulate',
      scenario('golden-2.4/imap_rename.json'),
      '--run',
      'dlog',
      '--json',
    );
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('MailboxRename: Mailbox was renamed (old name: ');
  });

  it('ends with 3 for a file that is not there, and with 2 for wrong usage', async () => {
    expect((await dovebell('simulate', path.join(folder, 'none.json'))).code).toBe(3);
    expect((await dovebell('simulate')).code).toBe(2);
  });
});

describe('dovebell metadata', () => {
  it('sets, gets, lists and unsets', async () => {
    const metadata = (action: string, ...rest: string[]) =>
      dovebell('metadata', action, '-u', 'alice', ...rest, '--data', folder);
    expect((await metadata('get', '', NOTIFY_ENTRY)).code).toBe(1);
    expect((await metadata('set', '', NOTIFY_ENTRY, 'user=11@3')).code).toBe(0);
    expect((await metadata('get', '', NOTIFY_ENTRY)).stdout).toBe('user=11@3\n');
    expect((await metadata('list', '')).stdout).toContain('http-notify');
    expect((await metadata('unset', '', NOTIFY_ENTRY)).code).toBe(0);
    expect((await metadata('get', '', NOTIFY_ENTRY)).code).toBe(1);
    expect((await dovebell('metadata', 'get', '--data', folder)).code).toBe(2);
  });
});
