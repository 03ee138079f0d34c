import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TransactionReport } from '#contract/report';
import { createLog } from '../main/log.ts';
import { createReceiver, type Receiver } from '../main/receiver.ts';
import { openTimeline } from '../main/timeline/timeline.ts';
import type { Toast, Toaster } from '../main/toast/toast.ts';

const workersDir = path.resolve(import.meta.dirname, '../out/main');
const login = { DOVEBELL_ENDPOINT_LOGIN: 'dovebell', DOVEBELL_ENDPOINT_PASSWORD: 'a-very-secret-word' };
const authorization = `Basic ${Buffer.from('dovebell:a-very-secret-word').toString('base64')}`;

let dataDir: string;
let receiver: Receiver;
let shown: Toast[];
let clicks: (() => void)[];
let reports: TransactionReport[];

/** Stands in for a notification system, which these tests do not need; the real ones are in test/e2e. */
const toaster: Toaster = {
  via: 'a list',
  show: (toast, onClick) => {
    shown.push(toast);
    clicks.push(onClick);
    return Promise.resolve();
  },
  close: () => Promise.resolve(),
};

async function start(): Promise<void> {
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
}

beforeEach(async () => {
  Object.assign(process.env, login);
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'dovebell-receiver-'));
  [shown, clicks, reports] = [[], [], []];
  await start();
});
afterEach(async () => {
  await receiver.stop();
  rmSync(dataDir, { recursive: true });
  for (const name of Object.keys(login)) delete process.env[name];
});

const body = (uid: number, more: object = {}) =>
  JSON.stringify({
    user: 'alice',
    event: 'messageNew',
    folder: 'INBOX',
    'imap-uidvalidity': 7,
    'imap-uid': uid,
    ...more,
  });

function put(text: string, headers: Record<string, string> = {}): Promise<Response> {
  const { url } = receiver.status().endpoint;
  return fetch(url, {
    method: 'PUT',
    body: text,
    headers: { authorization, 'content-type': 'application/json', ...headers },
  });
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('waited too long');
}

describe('the receiver', () => {
  it('makes a row, a dlog run and a toast of a notification', async () => {
    const raw = body(1, {
      from: '=?utf-8?q?=C3=84?= <alice@barfoo.org>',
      subject: 'Test =?utf-8?q?p=C3=A4iv=C3=A4=C3=A4?=',
    });
    expect((await put(raw)).status).toBe(200);
    await until(() => reports.length === 1);
    const [report] = reports;
    expect(report).toMatchObject({
      seq: 1,
      state: 'done',
      user: 'alice',
      mailbox: 'INBOX',
      raw,
      events: [{ name: 'MessageNew', uid: 1, fromDisplayName: 'Ä', subject: 'Test päivää' }],
      driverRuns: [{ driver: 'dlog', outcome: 'done' }],
      toast: { outcome: 'shown', via: 'a list' },
    });
    expect(shown).toMatchObject([{ title: 'Ä' }]);
    expect(shown[0]?.body).toMatch(/^Test päivää/);
    expect(await receiver.getReport(report?.id ?? '')).toEqual(report);
  });

  it('takes the second attempt of a sender for the same event, also across a restart', async () => {
    await put(body(1));
    await put(body(1));
    await until(() => reports.length === 1);
    await receiver.stop();
    await start();
    expect((await put(body(1))).status).toBe(200);
    await put(body(2));
    await until(() => reports.length === 2);
    expect(receiver.extent().count).toBe(2);
    expect(shown).toHaveLength(2);
    const [row] = await receiver.listRows(1, 1);
    expect(row?.repeats).toBe(2);
  });

  it('gives the same uid in a new uidvalidity a row and a toast of its own', async () => {
    await put(body(1));
    await put(body(1, { 'imap-uidvalidity': 8 }));
    await until(() => shown.length === 2);
    expect(receiver.extent().count).toBe(2);
  });

  it('runs at its start what was stored and never processed, in order', async () => {
    await receiver.stop();
    const timeline = await openTimeline(dataDir, workersDir);
    for (const uid of [1, 2]) {
      const event = { name: 'MessageNew', user: 'alice', mailbox: 'INBOX', uid, uidValidity: 7 };
      const received = {
        id: `left-${uid}`,
        receivedAtMs: Date.now(),
        source: 'ox',
        user: 'alice',
        mailbox: 'INBOX',
        events: [event],
      };
      await timeline.append({
        id: received.id,
        receivedAtMs: received.receivedAtMs,
        reportJson: JSON.stringify(received),
      });
    }
    await timeline.close();
    await start();
    await until(() => reports.length === 2);
    expect(reports.map(({ id, state }) => [id, state])).toEqual([
      ['left-1', 'done'],
      ['left-2', 'done'],
    ]);
    expect(shown).toHaveLength(2);
  });

  it('keeps refused requests as rows, counts repeated ones, and keeps no secret of them', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await put(body(1), {
        authorization: `Basic ${Buffer.from('dovebell:guessed-word').toString('base64')}`,
      });
    }
    await put('{"imap-uid":-1}');
    await until(() => receiver.extent().count === 2);
    await until(async () => (await receiver.listRows(1, 1))[0]?.repeats === 2);
    const rows = await receiver.listRows(1, 2);
    expect(rows.map(({ event, state }) => [event, state])).toEqual([
      ['rejected', 'rejected'],
      ['rejected', 'rejected'],
    ]);
    const refused = await receiver.getReport(rows[1]?.id ?? '');
    expect(refused).toMatchObject({
      raw: '{"imap-uid":-1}',
      rejection: { field: 'imap-uid' },
      http: { status: 400 },
    });
    await receiver.stop();
    for (const name of readdirSync(dataDir)) {
      const stored = readFileSync(path.join(dataDir, name), 'latin1');
      for (const secret of ['a-very-secret-word', 'guessed-word', authorization.slice(6)])
        expect(stored).not.toContain(secret);
    }
  });

  it('shows the row when its toast is clicked', async () => {
    const revealed: object[] = [];
    receiver.subscribe('timeline/reveal', (payload) => revealed.push(payload));
    await put(body(1));
    await until(() => reports.length === 1);
    clicks[0]?.();
    await until(() => revealed.length === 1);
    expect(revealed).toEqual([{ id: reports[0]?.id, seq: 1 }]);
    await until(
      async () => (await receiver.getReport(reports[0]?.id ?? ''))?.toast.clickedAtMs !== undefined,
    );
  });

  it('tells subscribers of rows and of its state', async () => {
    const seqs: number[] = [];
    receiver.subscribe('timeline/changed', ({ rows }) => seqs.push(...rows.map(({ seq }) => seq)));
    await put(body(1));
    await until(() => seqs.includes(1));
    expect(receiver.status()).toMatchObject({
      endpoint: { state: 'listening' },
      eventsToday: 1,
      queued: 0,
      drivers: { active: 1, configured: 1 },
      timeline: { firstSeq: 1, lastSeq: 1, count: 1 },
    });
  });

  it('sends a test through its own endpoint', async () => {
    expect(await receiver.sendTest()).toMatchObject({ ok: true });
    await until(() => shown.length === 1);
    expect(shown[0]?.title).toBe('Dovebell');
  });

  it('survives a burst: nothing is lost, and few toasts are shown', async () => {
    const EVENTS = 2000;
    const SENDERS = 20;
    let uid = 0;
    const sender = async () => {
      while (uid < EVENTS) {
        uid += 1;
        expect((await put(body(uid))).status).toBe(200);
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    await until(() => receiver.status().queued === 0);
    expect(receiver.extent().count).toBe(EVENTS);
    expect(shown.length).toBeLessThanOrEqual(5);
  }, 30_000);

  it('says why its port cannot be had, goes on with the timeline, and opens it when asked again', async () => {
    const [port] = /\d+$/.exec(receiver.status().endpoint.address) ?? [];
    const second = createReceiver({
      dataDir: path.join(dataDir, 'second'),
      host: '127.0.0.1',
      port: Number(port),
      workersDir,
      toaster,
      log: createLog(() => undefined),
    });
    await second.start();
    expect(second.status().endpoint).toMatchObject({ state: 'failed' });
    expect(second.status().endpoint.problem).toContain('another program has the port');
    expect(await second.listRows(1, 10)).toEqual([]);
    await receiver.stop();
    expect(await second.retryEndpoint()).toMatchObject({ state: 'listening' });
    await second.stop();
  });
});
