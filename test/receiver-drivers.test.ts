import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TransactionReport } from '#contract/report';
import { openMetadataFile } from '#store';
import { openScriptRules } from '../main/config/script-rules.ts';
import { createLog } from '../main/log.ts';
import { createReceiver, type Receiver } from '../main/receiver.ts';
import type { Toaster } from '../main/toast/toast.ts';

const workersDir = path.resolve(import.meta.dirname, '../out/main');
const NOTIFY_ENTRY = '/private/vendor/vendor.dovecot/http-notify';

let dataDir: string;
let receiver: Receiver;
let reports: TransactionReport[];
let shownAtMs: number[];
let server: http.Server;
let received: { headers: http.IncomingHttpHeaders; body: string }[];
let answer: { status: number; afterMs: number };

/** Stands in for a notification system; the real ones are in test/e2e. */
const toaster: Toaster = {
  via: 'a list',
  show: () => {
    shownAtMs.push(performance.now());
    return Promise.resolve();
  },
  close: () => Promise.resolve(),
};

async function start(config: string): Promise<void> {
  receiver = createReceiver({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    workersDir,
    toaster,
    log: createLog(() => undefined),
    push: { text: config },
  });
  receiver.onReport((report) => reports.push(report));
  await receiver.start();
}

beforeEach(async () => {
  process.env['DOVEBELL_ENDPOINT_LOGIN'] = 'dovebell';
  process.env['DOVEBELL_ENDPOINT_PASSWORD'] = 'secret';
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'dovebell-drivers-'));
  [reports, shownAtMs, received] = [[], [], []];
  answer = { status: 200, afterMs: 0 };
  server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      setTimeout(() => response.writeHead(answer.status).end(), answer.afterMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const metadata = await openMetadataFile(dataDir);
  metadata.forUser('alice').set('', NOTIFY_ENTRY, 'user=11@3');
  await metadata.save();
});
afterEach(async () => {
  await receiver.stop();
  server.closeAllConnections();
  server.close();
  rmSync(dataDir, { recursive: true });
  delete process.env['DOVEBELL_ENDPOINT_LOGIN'];
  delete process.env['DOVEBELL_ENDPOINT_PASSWORD'];
});

const elsewhere = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`;
const oxTo = (url: string) =>
  `plugin {\n  push_notification_driver = ox:url=${url}\n  push_notification_driver2 = dlog\n}\n`;

async function notify(user: string, uid: number, more: object = {}): Promise<void> {
  const body = JSON.stringify({
    user,
    event: 'messageNew',
    folder: 'INBOX',
    'imap-uidvalidity': 7,
    'imap-uid': uid,
    ...more,
  });
  const authorization = `Basic ${Buffer.from('dovebell:secret').toString('base64')}`;
  const { url } = receiver.status().endpoint;
  const response = await fetch(url, {
    method: 'PUT',
    body,
    headers: { authorization, 'content-type': 'application/json' },
  });
  expect(response.status).toBe(200);
}

async function finished(count: number): Promise<void> {
  await expect.poll(() => reports.length, { timeout: 10_000 }).toBe(count);
}

const runOf = (report: TransactionReport | undefined, driver: string) =>
  report?.driverRuns.find((run) => run.driver === driver);

describe('the drivers of the running program', () => {
  it('send on what was received, byte for byte, and their report holds the result', async () => {
    await start(oxTo(elsewhere()));
    await notify('alice', 1, { from: '=?utf-8?q?=C3=84?= <a@b>', subject: 'Hi', snippet: 'text', unseen: 3 });
    await finished(1);
    expect(received.map(({ body }) => body)).toEqual([
      '{"user":"alice","event":"messageNew","folder":"INBOX","imap-uidvalidity":7,"imap-uid":1,' +
        '"from":"=?utf-8?q?=C3=84?= <a@b>","subject":"Hi","snippet":"text","unseen":3}',
    ]);
    const run = runOf(reports[0], 'ox');
    expect(run?.outcome).toBe('done');
    expect(run?.trace.at(-1)?.text).toBe('push-notification-ox: Notification sent successfully: 200 OK');
    expect(await receiver.getReport(reports[0]?.id ?? '')).toEqual(reports[0]);
  });

  it('say why nothing was sent for a user without METADATA, and see it once it is set', async () => {
    await start(oxTo(elsewhere()));
    await notify('bob', 1);
    await finished(1);
    expect(runOf(reports[0], 'ox')).toMatchObject({ outcome: 'skipped' });
    expect(runOf(reports[0], 'ox')?.reason).toContain('METADATA not set');
    expect(runOf(reports[0], 'dlog')).toMatchObject({ outcome: 'done' });
    const metadata = await openMetadataFile(dataDir);
    metadata.forUser('bob').set('', NOTIFY_ENTRY, 'user=12@3');
    await metadata.save();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await notify('bob', 2);
    await finished(2);
    expect(runOf(reports[1], 'ox')).toMatchObject({ outcome: 'done' });
  });

  it('show a refused request as a failed run, and hold up no toast', async () => {
    answer = { status: 500, afterMs: 700 };
    await start(oxTo(elsewhere()));
    const startedAtMs = performance.now();
    await notify('alice', 1);
    await finished(1);
    expect((shownAtMs[0] ?? Infinity) - startedAtMs).toBeLessThan(600);
    expect(runOf(reports[0], 'ox')).toMatchObject({
      outcome: 'failed',
      reason: 'push-notification-ox: Error when sending notification: 500 Internal Server Error',
    });
    expect(reports[0]?.toast).toMatchObject({ outcome: 'shown', via: 'a list' });
    expect(reports[0]?.driverRuns.map(({ driver }) => driver)).toEqual(['ox', 'dlog']);
  });

  it('hold up no toast with a script that never ends, not even that of the next message', async () => {
    const script = path.join(dataDir, 'loop.lua');
    writeFileSync(
      script,
      `function dovecot_lua_notify_begin_txn(user) while true do end end
function dovecot_lua_notify_event_message_new(ctx, event) end
function dovecot_lua_notify_end_txn(ctx, success) end`,
    );
    await (await openScriptRules(dataDir)).set(script, { timeLimitMs: 800 });
    await start(`plugin {\n  push_notification_driver = lua:file=${script}\n}\n`);
    for (const uid of [1, 2]) await notify('alice', uid);
    await expect.poll(() => shownAtMs.length, { interval: 10 }).toBe(2);
    expect(reports).toEqual([]);
    await finished(2);
    for (const report of reports) {
      expect(report.toast.outcome).toBe('shown');
      expect(runOf(report, 'lua')).toMatchObject({ outcome: 'failed' });
      expect(runOf(report, 'lua')?.reason).toContain('script stopped: it ran longer than 800 ms');
    }
  });

  it('say before anybody needs them which of their scripts cannot run, and who has run them knows better', async () => {
    const script = path.join(dataDir, 'push.lua');
    writeFileSync(script, 'return (\n');
    const settings = ['dlog', `lua:file=${script}`, `lua:file=${dataDir}/%u.lua`];
    const lines = settings.map(
      (value, index) => `  push_notification_driver${index ? index + 1 : ''} = ${value}`,
    );
    await start(`plugin {\n${lines.join('\n')}\n}\n`);
    expect(receiver.status().drivers).toEqual({ active: 3, configured: 3 });
    const [problem, ...more] = await receiver.checkScripts();
    expect(more).toEqual([]);
    expect(problem).toEqual({ file: script, line: 2, message: 'unexpected symbol near <eof>' });
    expect(receiver.status().drivers).toEqual({
      active: 2,
      configured: 3,
      problem: `${script}:2: error: unexpected symbol near <eof>`,
    });
    await notify('alice', 1);
    await finished(1);
    expect(receiver.status().drivers).toMatchObject({ active: 1, configured: 3 });
    expect(receiver.status().drivers.problem).toContain(`lua: lua_load(${script}) failed: `);
  });

  it('cannot send to their own endpoint in a circle', async () => {
    await start(oxTo('http://127.0.0.1:9/'));
    const { url } = receiver.status().endpoint;
    await receiver.stop();
    const port = Number(new URL(url).port);
    receiver = createReceiver({
      dataDir,
      host: '127.0.0.1',
      port,
      workersDir,
      toaster,
      log: createLog(() => undefined),
      push: { text: oxTo(url.replace('http://', 'http://dovebell:secret@')) },
    });
    receiver.onReport((report) => reports.push(report));
    await receiver.start();
    await notify('alice', 1);
    await expect.poll(() => reports.filter(({ rejection }) => rejection?.code === 'loop').length).toBe(1);
    await finished(2);
    const sent = reports.find(({ state }) => state === 'done');
    expect(runOf(sent, 'ox')).toMatchObject({ outcome: 'failed' });
    expect(receiver.extent().count).toBe(2);
  });

  it.each([
    ['an unknown driver first', 'plugin {\n  push_notification_driver = nonsense\n}\n', 'nonsense'],
    ['ox without url', 'plugin {\n  push_notification_driver = ox\n}\n', 'Driver requires the url parameter'],
    [
      'plugins that are not loaded',
      'mail_plugins = quota\nplugin {\n  push_notification_driver = dlog\n}\n',
      'push_notification',
    ],
    ['braces that never close', 'plugin {\n  push_notification_driver = dlog\n', ''],
    ['what 2.4 refuses', 'push_notification ox {\n  ox_cache_ttl = 0\n}\n', ''],
  ])('never stop the program: %s', async (_what, config, reason) => {
    await start(config);
    await notify('alice', 1);
    await finished(1);
    expect(receiver.diagnostics().length).toBeGreaterThan(0);
    const failures = (reports[0]?.driverRuns ?? []).filter(({ outcome }) => outcome === 'failed');
    if (reason) expect(failures.map((run) => run.reason).join()).toContain(reason);
    expect(reports[0]?.toast.outcome).toBe('shown');
  });

  it('start with what is right before the first that is wrong', async () => {
    await start('plugin {\n  push_notification_driver = dlog\n  push_notification_driver2 = ox\n}\n');
    await notify('alice', 1);
    await finished(1);
    expect(reports[0]?.driverRuns.map(({ driver, outcome }) => [driver, outcome])).toEqual([
      ['dlog', 'done'],
      ['ox', 'failed'],
    ]);
    expect(receiver.status().drivers).toEqual({
      active: 1,
      configured: 2,
      problem: 'ox: Driver requires the url parameter',
    });
  });
});
