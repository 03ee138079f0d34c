import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransactionReport } from '#contract/report';
import { inCheckout } from '../../scripts/checkout.mjs';
import { BRIDGE_SCRIPT_PLACE, describeBridge } from '../../main/config/bridge-configuration.ts';
import type { EndpointAddress } from '../../main/config/endpoint-configuration.ts';
import { DOVECOT_PASSWORD } from '../helpers/dovecot-config.ts';
import { startDovecot, type Dovecot } from '../helpers/dovecot.ts';
import { freePort } from '../helpers/free-port.ts';
import { openImap, type ImapSession } from '../helpers/imap-client.ts';
import { startServe, type ServeProcess } from '../helpers/serve-process.ts';

const MAIL_PLUGINS = 'notify push_notification mail_lua push_notification_lua';
const user = 'alice@example.com';
const message = (subject: string) =>
  [
    'From: =?utf-8?q?=C3=84?= <alice@barfoo.org>',
    'To: Bob B <bob@example.com>',
    `Subject: ${subject}`,
    'Date: Mon, 01 Jan 2024 12:00:00 -0500',
    'Message-ID: <1@example.org>',
    '',
    'Hey guys',
    '',
  ].join('\n');

let folder: string;
let script: string;
beforeAll(() => {
  if (!existsSync('/usr/lib/dovecot/modules/lib22_push_notification_lua_plugin.so'))
    throw new Error('this Dovecot has no Lua; install dovecot-core with its lua plugins');
  folder = mkdtempSync(path.join(os.tmpdir(), 'dovebell-bridge-'));
  // Mail processes run as another user and read the script.
  chmodSync(folder, 0o755);
  script = path.join(folder, 'dovebell-bridge.lua');
  copyFileSync(inCheckout('assets', 'dovebell-bridge.lua'), script);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The lines that `dovebell endpoint --show-secret` prints are what people paste, so they are what is tried here.
function pluginSettings(address: EndpointAddress, more = ''): string {
  const [, settings = ''] = /^plugin \{\n(.*?)^\}/ms.exec(describeBridge(address)) ?? [];
  return `${settings.replace(BRIDGE_SCRIPT_PLACE, script)}${more}`;
}

const startBridged = (address: EndpointAddress, more?: string): Promise<Dovecot> =>
  startDovecot({ pluginSettings: pluginSettings(address, more), mailPlugins: MAIL_PLUGINS });
const login = (dovecot: Dovecot) => openImap(dovecot.imapPort, user, DOVECOT_PASSWORD);
const bridgeLines = async (dovecot: Dovecot, level: string) =>
  (await dovecot.log())
    .split('\n')
    .filter((line) => line.includes(`${level}: `) && line.includes('dovebell-bridge'));
const noisyLines = async (dovecot: Dovecot) =>
  (await dovecot.log()).split('\n').filter((line) => /lua/.test(line) && !line.includes('Debug: '));

async function takeMs(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}

describe('a real Dovecot with the bridge', () => {
  let serve: ServeProcess;
  let dovecot: Dovecot;
  let imap: ImapSession;
  let seen = 0;
  beforeAll(async () => {
    serve = await startServe({ args: ['--no-toasts'] });
    dovecot = await startBridged({ host: '127.0.0.1', port: serve.port, credentials: serve });
  });
  afterAll(async () => {
    await dovecot?.stop();
    await serve?.stop();
  });

  /** The reports that came since the last call; waits for `count` of them. */
  async function next(count: number): Promise<TransactionReport[]> {
    const lines = await serve.waitForLines(seen + count);
    const reports = lines.slice(seen).map((line) => JSON.parse(line) as TransactionReport);
    seen += reports.length;
    expect(reports).toHaveLength(count);
    return reports;
  }
  const namesOf = (reports: readonly TransactionReport[]) =>
    reports.map(({ mailbox, events }) => [mailbox, ...events.map(({ name }) => name)]);

  it('reports a delivery with every field, after the folder that it made', async () => {
    const answers = await dovecot.deliver({
      to: [user],
      message: message('Test =?utf-8?q?p=C3=A4iv=C3=A4?='),
    });
    expect(answers[0]).toMatch(/^250 /);
    const [created, delivered] = await next(2);
    expect(created).toMatchObject({ events: [{ name: 'MailboxCreate', mailbox: 'INBOX' }] });
    expect(delivered).toMatchObject({
      source: 'bridge',
      user,
      mailbox: 'INBOX',
      server: { dovecot: '2.3', host: 'mail.example', service: 'lmtp', part: 1, parts: 1 },
      driverRuns: [{ driver: 'dlog', outcome: 'done' }],
    });
    expect(delivered?.server?.session).toMatch(/\S/);
    expect(delivered?.events).toEqual([
      {
        name: 'MessageNew',
        user,
        mailbox: 'INBOX',
        uid: 1,
        uidValidity: expect.any(Number) as number,
        date: 1_704_128_400,
        tz: -300,
        from: '=?utf-8?q?=C3=84?= <alice@barfoo.org>',
        fromAddress: 'alice@barfoo.org',
        fromDisplayName: 'Ä',
        to: 'Bob B <bob@example.com>',
        toAddress: 'bob@example.com',
        toDisplayName: 'Bob B',
        subject: 'Test päivä',
        subjectHeader: 'Test päivä',
        snippet: 'Hey guys',
        messageId: '<1@example.org>',
        flags: [],
        keywords: [],
      },
    ]);
  });

  it('reports IMAP commands as rows in order, all twelve kinds', async () => {
    imap = await login(dovecot);
    await imap.run('SELECT INBOX');
    await imap.run('STORE 1 +FLAGS (\\Seen \\Deleted kw)');
    await imap.run('STORE 1 -FLAGS (\\Deleted kw)');
    expect(namesOf(await next(2))).toEqual([
      ['INBOX', 'FlagsClear', 'FlagsSet', 'MessageRead', 'MessageTrash'],
      ['INBOX', 'FlagsClear', 'FlagsSet'],
    ]);
    await imap.run('CREATE Töpfe'.replace('ö', '&APY-'));
    await imap.run('RENAME "T&APY-pfe" Pots');
    await imap.run('SUBSCRIBE Pots');
    await imap.run('UNSUBSCRIBE Pots');
    await imap.run('APPEND Pots (\\Flagged)', message('Kept').replaceAll('\n', '\r\n'));
    await imap.run('MOVE 1 Pots');
    await imap.run('DELETE Pots');
    const reports = await next(9);
    expect(namesOf(reports)).toEqual([
      ['Töpfe', 'MailboxCreate'],
      ['Pots', 'MailboxRename'],
      ['Pots', 'MailboxSubscribe'],
      ['Pots', 'MailboxUnsubscribe'],
      ['Pots', 'MessageAppend'],
      ['Pots', 'MessageAppend'],
      ['INBOX', 'MessageExpunge'],
      ['Pots', 'MessageExpunge', 'MessageExpunge'],
      ['Pots', 'MailboxDelete'],
    ]);
    expect(reports[1]?.events).toMatchObject([{ mailboxOld: 'Töpfe' }]);
    expect(reports[4]?.events).toMatchObject([{ flags: ['\\Flagged'], subject: 'Kept' }]);
    expect(reports[0]?.server?.service).toBe('imap');
  });

  it('reports a header that is not UTF-8 with its octets', async () => {
    const raw = Buffer.from('From: M\xfcller <m@example.org>\r\nSubject: x\r\n\r\nHey\r\n', 'latin1');
    await imap.run('APPEND INBOX', raw);
    const [report] = await next(1);
    expect(report?.events).toMatchObject([{ from: 'M\ufffdller <m@example.org>' }]);
    expect(report?.notes).toContain('from was not UTF-8; its octets are in “bytes” of the body');
    const body = JSON.parse(report?.raw ?? '') as { events: [{ bytes: { from: string } }] };
    expect(Buffer.from(body.events[0].bytes.from, 'base64').toString('latin1')).toBe(
      'M\xfcller <m@example.org>',
    );
  });

  it('reports a transaction that was rolled back', async () => {
    imap.send(`b1 APPEND INBOX {3+}\r\nabc {100000+}\r\nabc`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    imap.drop();
    const [report] = await next(1);
    expect(report).toMatchObject({ committed: false, events: [], mailbox: '', user });
  });

  it('cuts a transaction of very many events into parts', async () => {
    const COUNT = 1200;
    const session = await login(dovecot);
    await session.run('CREATE Many');
    const text = message('One of many').replaceAll('\n', '\r\n');
    const literals = Array.from({ length: COUNT }, () => ` {${Buffer.byteLength(text)}+}\r\n${text}`);
    await session.run(`APPEND Many${literals.join('')}`);
    await session.logout();
    const [, ...reports] = await next(3);
    const uids = reports.flatMap(({ events }) => events.map((event) => ('uid' in event ? event.uid : 0)));
    // Dovecot keeps the messages of a transaction in a hash table: many of them do not come in ascending order.
    const missing = Array.from({ length: COUNT }, (_, index) => index + 1).filter(
      (uid) => !uids.includes(uid),
    );
    expect([uids.length, missing]).toEqual([COUNT, []]);
    expect(reports.map(({ server }) => server?.part)).toEqual(reports.map((_, index) => index + 1));
    expect(reports[0]?.server?.parts).toBe(2);
    expect(new Set(reports.map(({ server }) => server?.transaction)).size).toBe(1);
  });

  it('writes nothing about all that but debug lines', async () => {
    expect(await noisyLines(dovecot)).toEqual([]);
    expect((await bridgeLines(dovecot, 'Debug')).length).toBeGreaterThan(10);
  });
});

describe('a real Dovecot whose bridge', () => {
  const address = (port: number, password = 'test secret') => ({
    host: '127.0.0.1',
    port,
    credentials: { login: 'dovecot', password },
  });
  const first = { to: [user], message: message('First') };

  it('finds nobody is not slowed down and says so once; the program coming back works at once', async () => {
    const port = await freePort();
    const dovecot = await startBridged(address(port));
    await dovecot.deliver(first);
    const before = (await bridgeLines(dovecot, 'Error')).length;
    const tookMs = await takeMs(() => dovecot.deliver(first));
    expect(tookMs).toBeLessThan(1000);
    const errors = await bridgeLines(dovecot, 'Error');
    expect(errors.length - before).toBe(1);
    expect(errors.at(-1)).toMatch(
      /lua: dovebell-bridge: 1 of 1 events not sent to 127\.0\.0\.1:\d+: connection refused$/,
    );
    const session = await login(dovecot);
    await session.run('SELECT INBOX');
    const serve = await startServe({ port, args: ['--no-toasts'] });
    await session.run('STORE 1 +FLAGS (\\Seen)');
    await serve.waitForLines(1);
    await session.logout();
    await serve.stop();
    await dovecot.stop();
  });

  it('meets a program that does not answer waits no longer than its limit', async () => {
    const silent: Server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const dovecot = await startBridged(address(port));
    // The first delivery makes the folder: two transactions.
    await dovecot.deliver(first);
    const tookMs = await takeMs(() => dovecot.deliver(first));
    expect(tookMs).toBeGreaterThan(1900);
    expect(tookMs).toBeLessThan(3000);
    expect((await bridgeLines(dovecot, 'Error')).at(-1)).toMatch(/no answer in time$/);
    await dovecot.reload(pluginSettings(address(port), 'dovebell_timeout_msecs = 300'));
    expect(await takeMs(() => dovecot.deliver(first))).toBeLessThan(1000);
    expect(await bridgeLines(dovecot, 'Error')).toHaveLength(4);
    silent.close();
    await dovecot.stop();
  });

  it('has a wrong password says so in one line for each transaction, and delivers', async () => {
    const serve = await startServe({ args: ['--no-toasts'] });
    const dovecot = await startBridged(address(serve.port, 'p%@ss'));
    expect((await dovecot.deliver(first))[0]).toMatch(/^250 /);
    const errors = await bridgeLines(dovecot, 'Error');
    expect(errors).toHaveLength(2);
    expect(errors[0]).toMatch(/answered 401: Wrong login or password/);
    expect(await noisyLines(dovecot)).toEqual(errors);
    await dovecot.stop();
    await serve.stop();
  });
});
