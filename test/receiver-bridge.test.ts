import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BRIDGE_PATH } from '#contract/bridge';
import type { TransactionReport } from '#contract/report';
import { createLog } from '../main/log.ts';
import { createReceiver, type Receiver } from '../main/receiver.ts';
import type { Toast, Toaster } from '../main/toast/toast.ts';

const workersDir = path.resolve(import.meta.dirname, '../out/main');
const login = { DOVEBELL_ENDPOINT_LOGIN: 'dovebell', DOVEBELL_ENDPOINT_PASSWORD: 'a-very-secret-word' };
const authorization = `Basic ${Buffer.from('dovebell:a-very-secret-word').toString('base64')}`;

let dataDir: string;
let receiver: Receiver;
let shown: Toast[];
let reports: TransactionReport[];

/** Stands in for a notification system, which these tests do not need; the real ones are in test/e2e. */
const toaster: Toaster = {
  via: 'a list',
  show: (toast) => {
    shown.push(toast);
    return Promise.resolve();
  },
  close: () => Promise.resolve(),
};

beforeEach(async () => {
  Object.assign(process.env, login);
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'dovebell-receiver-'));
  [shown, reports] = [[], []];
  receiver = createReceiver({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    workersDir,
    toaster,
    log: createLog((line) => {
      throw new Error(line);
    }),
  });
  receiver.onReport((report) => reports.push(report));
  await receiver.start();
});
afterEach(async () => {
  await receiver.stop();
  rmSync(dataDir, { recursive: true });
  for (const name of Object.keys(login)) delete process.env[name];
});

async function post(id: string, more: object = {}): Promise<number> {
  const url = new URL(BRIDGE_PATH, receiver.status().endpoint.url);
  const transaction = {
    bridge: { version: 1, dovecot: '2.3' },
    transaction: { id, part: 1, parts: 1 },
    server: { host: 'mail.example', service: 'imap' },
    user: 'alice',
    committed: true,
    events: [{ name: 'MessageRead', mailbox: 'INBOX', uid: 5, uidValidity: 7 }],
    ...more,
  };
  const headers = { authorization, 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', body: JSON.stringify(transaction), headers })).status;
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('waited too long');
}

const mail = (uid: number, subject: string) => ({
  name: 'MessageNew',
  mailbox: 'INBOX',
  uid,
  uidValidity: 7,
  subject,
});

describe('the receiver and the bridge', () => {
  it('make one row of a transaction, run the drivers over all its events and show all its new mail', async () => {
    const flags = {
      name: 'FlagsSet',
      mailbox: 'INBOX',
      uid: 1,
      uidValidity: 7,
      flags: ['\\Seen'],
      keywords: [],
    };
    expect(await post('a-1', { events: [flags, mail(2, 'Two'), mail(3, 'Three')] })).toBe(200);
    await until(() => reports.length === 1);
    const [report] = reports;
    expect(report).toMatchObject({
      seq: 1,
      source: 'bridge',
      server: {
        dovecot: '2.3',
        host: 'mail.example',
        service: 'imap',
        transaction: 'a-1',
        part: 1,
        parts: 1,
      },
      toast: { outcome: 'shown' },
    });
    const [dlog] = report?.driverRuns ?? [];
    const lines = dlog?.trace.map(({ text }) => text).join('\n') ?? '';
    for (const uid of [1, 2, 3]) expect(lines).toContain(`[${uid}]`);
    expect(shown).toMatchObject([{ title: '2 new messages' }]);
    expect(shown[0]?.body).toBe('Three\nTwo');
    expect(await receiver.listRows(1, 1)).toMatchObject([{ event: 'MessageNew', eventCount: 3, uid: 2 }]);
  });

  it('take a transaction that comes again for the same one, by its id and part', async () => {
    await post('a-1');
    await post('a-1', { server: { host: 'renamed.example' } });
    await post('a-1', { transaction: { id: 'a-1', part: 2, parts: 2 } });
    await post('a-2');
    await until(() => reports.length === 3);
    expect(receiver.extent().count).toBe(3);
    expect((await receiver.listRows(1, 3)).map(({ repeats }) => repeats)).toEqual([1, 0, 0]);
  });

  it('keep the order in which transactions came', async () => {
    for (let index = 1; index <= 20; index += 1) await post(`a-${index}`);
    await until(() => reports.length === 20);
    expect(reports.map(({ server }) => server?.transaction)).toEqual(
      Array.from({ length: 20 }, (_, index) => `a-${index + 1}`),
    );
  });

  it('show a transaction that was rolled back, without a driver or a toast', async () => {
    await post('a-1', { committed: false, events: [] });
    await until(() => reports.length === 1);
    expect(reports[0]).toMatchObject({ committed: false, driverRuns: [], toast: { outcome: 'none' } });
    expect(await receiver.listRows(1, 1)).toMatchObject([
      { event: '', subject: 'Rolled back; nothing changed' },
    ]);
    expect(shown).toEqual([]);
  });

  it('keep what was refused as a row of the bridge', async () => {
    expect(await post('a-1', { events: [{ name: 'MessageRead', mailbox: 'INBOX' }] })).toBe(400);
    await until(() => reports.length === 1);
    expect(reports[0]).toMatchObject({ source: 'bridge', rejection: { field: 'events[0].uid' } });
  });
});
