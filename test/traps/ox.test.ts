// Traps about the ox driver: 8, 10, 11, 38 to 52 (49b too) and the ox half of 60. How its options are read out
// of a configuration (5 to 9) is in configuration.test.ts.
import { afterEach, describe, expect, it } from 'vitest';
import {
  createDriverRegistry,
  initDrivers,
  MailAccessError,
  openTransaction,
  type DriverDefinition,
  type PushEvent,
} from '#framework';
import { parseMessage } from '#message';
import { addInbox, createMailAccess, createMailStore, findMailbox, openSaveTransaction } from '#store';
import { createOx } from '../../drivers/ox.ts';
import { response, startRecordingServer, unusedPort, type Reply } from '../drivers/http/recording-server.ts';
import { seedBody, seedMessage, startSession, type SessionOptions } from '../drivers/ox/ox-session.ts';
import { deliver, imap, perform, preload } from './mail-server.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(...replies: Reply[]) {
  const server = await startRecordingServer(replies.length > 0 ? { replies } : {});
  servers.push(server);
  const bodies = () => server.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  return Object.assign(server, { url: `http://127.0.0.1:${server.port}/x`, bodies });
}

/** One session with one ox driver, one transaction, and the end. */
async function send(
  settings: Record<string, string>,
  events: readonly PushEvent[] = [seedMessage],
  options: Omit<SessionOptions, 'entries'> = {},
) {
  const session = await startSession({ entries: [settings], ...options });
  const runs = await session.run(events);
  await session.end();
  return { log: session.log, runs };
}

const withData = (data: object) => ({ ...seedMessage, ...data }) as PushEvent;
const result = (log: readonly string[]) => log.at(-1)?.replace(/^(\w+): push-notification-ox: /, '$1: ');

/** A server whose mail is simulated, with ox for it. */
const performWithOx = (url: string, steps: readonly unknown[], options: { prepared?: object } = {}) =>
  perform(steps, {
    config: [`push_notification_driver = ox:url=${url}`],
    metadata: 'user=alice',
    ...options,
  });
const status = (log: readonly string[]) => log.filter((line) => line.includes('Got status of mailbox'));

describe('the options of ox', () => {
  it('trap 8: user_from_metadata=no sends the user of the METADATA', async () => {
    const server = await serve();
    await send({ url: server.url, user_from_metadata: 'no' });
    expect(server.bodies()).toMatchObject([{ user: '11@3' }]);
  });

  it('trap 10: cache_lifetime=0 looks the METADATA up for every transaction (2.4 refuses it)', async () => {
    for (const [lifetime, lookups] of [
      ['0', 3],
      ['60s', 1],
    ] as const) {
      let asked = 0;
      const metadata = () => `user=${++asked}`;
      const session = await startSession({
        entries: [{ url: 'http://127.0.0.1:9/', cache_lifetime: lifetime }],
        metadata,
      });
      for (let times = 0; times < 3; times++) await session.run([withData({ name: 'MessageRead' })]);
      await session.end();
      expect(asked).toBe(lookups);
    }
    const refused = await startSession({
      entries: [{ ox_url: 'http://h/', ox_cache_ttl: '0' }],
      dialect: '2.4',
    });
    expect(refused.problems[0]?.message).toBe('push_notification_ox_cache_ttl must not be 0');
  });

  it('trap 11: max_retries=abc and timeout_msecs=-1 are 1 and 2000, without a word', async () => {
    const server = await serve('silence');
    const session = await startSession({
      entries: [{ url: server.url, max_retries: 'abc', timeout_msecs: '-1' }],
    });
    expect(session.log).toHaveLength(2);
    const startedAtMs = performance.now();
    await session.run();
    await session.end();
    expect(server.requests).toHaveLength(2);
    expect(performance.now() - startedAtMs).toBeGreaterThan(3900);
    expect(session.log.at(-1)).toContain('Error when sending notification: Request timed out');
  }, 30_000);
});

describe('what ox sends', () => {
  it('trap 38: a PUT of one line with its keys in order, "messageNew" and the exact content type', async () => {
    const server = await serve();
    await send({ url: server.url });
    expect(server.requests[0]?.body).toBe(seedBody);
    expect(server.requests[0]?.head).toMatch(/^PUT \/x HTTP\/1\.1\r\n/);
    expect(server.requests[0]?.head).toContain('\r\nContent-Type: application/json; charset=utf-8');
  });

  it('trap 39: the METADATA may name another user: the login is sent, or with user_from_metadata that user; never nothing', async () => {
    const server = await serve();
    await send({ url: server.url }, [seedMessage], { user: 'bob' });
    await send({ url: server.url, user_from_metadata: '' }, [seedMessage], { user: 'bob' });
    expect(server.bodies()).toMatchObject([{ user: 'bob' }, { user: '11@3' }]);
  });

  it.each([
    ['expire=1\tuser=x', 'x'],
    ['user=one\tuser=two', 'two'],
    ['user=', ''],
    ['user=a\u0001tb', 'a\tb'],
  ])('traps 40 and 41: of the METADATA %j only the last user counts, unescaped', async (metadata, user) => {
    const server = await serve();
    const options = { metadata: () => metadata };
    await send({ url: server.url, user_from_metadata: '' }, [seedMessage], options);
    expect(server.bodies()).toMatchObject([{ user }]);
  });

  it('trap 40: METADATA without a user is an error for each transaction, and sends nothing', async () => {
    const server = await serve();
    const { log, runs } = await send({ url: server.url }, [seedMessage], { metadata: () => 'foo' });
    expect(runs).toMatchObject([{ outcome: 'skipped', reason: 'No user provided in config' }]);
    expect(log).toContain('error: push-notification-ox: No user provided in config');
    expect(server.requests).toEqual([]);
  });

  it('trap 41: a TAB in the user is \\t in the JSON', async () => {
    const server = await serve();
    const options = { metadata: () => 'user=a\u0001tb' };
    await send({ url: server.url, user_from_metadata: '' }, [seedMessage], options);
    expect(server.requests[0]?.body).toContain('{"user":"a\\tb",');
  });

  it('trap 45: a Subject that is missing is no member, an empty one is "", and no text is an empty snippet', async () => {
    const server = await serve();
    await performWithOx(server.url, [
      deliver('From: a@b\r\n\r\n'),
      deliver('Subject:\r\nContent-Type: image/png\r\n\r\nx\r\n'),
    ]);
    const [without, empty] = server.bodies();
    expect(without).toMatchObject({ from: 'a@b', snippet: '' });
    expect(without).not.toHaveProperty('subject');
    expect(empty).toMatchObject({ subject: '', snippet: '' });
    expect(empty).not.toHaveProperty('from');
  });

  it('trap 52: escapes quotes, backslashes, LF of a folded From, U+0001 and U+2028; leaves U+007F; makes U+FFFD of invalid bytes', async () => {
    const server = await serve();
    const from = Buffer.from('From: "\\" \u0001\u007f\u2028\r\n\tb ');
    const raw = Buffer.concat([from, Buffer.from([0xff]), Buffer.from('\r\n\r\n')]);
    const steps = [{ lmtp: { rcpt_to: ['alice@example.com'], message_base64: raw.toString('base64') } }];
    await performWithOx(server.url, steps);
    expect(server.requests[0]?.body).toContain('"from":"\\"\\\\\\" \\u0001\u007f\\u2028\\n\\tb \ufffd"');
  });

  // 2.4 writes the digits of such an escape in upper case (observed-2.4.md, E1).
  it('trap 52: has lower-case digits in 2.3 and, as observed, upper-case ones in 2.4', async () => {
    const server = await serve();
    const escape = [withData({ snippet: 'a\u001bb' })];
    await send({ url: server.url }, escape);
    await send({ ox_url: server.url }, escape, { dialect: '2.4' });
    expect(server.requests.map(({ body }) => /\\u00.b/i.exec(body)?.[0])).toEqual(['\\u001b', '\\u001B']);
  });

  it('trap 60: an encoded Subject is sent as it is', async () => {
    const server = await serve();
    await performWithOx(server.url, [deliver('Subject: =?utf-8?q?p=C3=A4iv=C3=A4?=\r\n\r\nx\r\n')]);
    expect(server.bodies()).toMatchObject([{ subject: '=?utf-8?q?p=C3=A4iv=C3=A4?=' }]);
  });
});

describe('when ox sends nothing', () => {
  it('trap 42: a delivery to another folder is refused after the METADATA was looked up', async () => {
    const server = await serve();
    let lookups = 0;
    const metadata = () => `user=${++lookups}`;
    const { log } = await send({ url: server.url }, [withData({ mailbox: 'Archive' })], { metadata });
    expect(lookups).toBe(1);
    expect(log).toContain('debug: push-notification-ox: Skipped because Archive is not a watched mailbox');
    expect(server.requests).toEqual([]);
  });

  it('trap 43: an APPEND to INBOX begins and looks at the mailbox, but sends no request', async () => {
    const server = await serve();
    const append = imap(['APPEND INBOX ', { message: 'Subject: hi\r\n\r\nbody\r\n' }]);
    const { log, transactions } = await performWithOx(server.url, [append]);
    expect(transactions[0]?.driverRuns).toMatchObject([{ driver: 'ox', outcome: 'done' }]);
    expect(status(log)).toEqual(["push-notification-ox: Got status of mailbox 'INBOX': (unseen: 1)"]);
    expect(server.requests).toEqual([]);
  });

  it('trap 44: a flag on 100 messages looks at the mailbox 100 times and sends no request', async () => {
    const server = await serve();
    const prepared = preload(...Array.from({ length: 100 }, () => ({})));
    const steps = [imap('SELECT INBOX', 'STORE 1:100 +FLAGS (\\Seen)')];
    const { log } = await performWithOx(server.url, steps, { prepared });
    expect(status(log)).toHaveLength(100);
    expect(server.requests).toEqual([]);
  });

  it('trap 51: METADATA that is taken away counts until its lifetime ends; METADATA that is new counts at once', async () => {
    const server = await serve();
    let nowMs = 1_000_000;
    let value: string | undefined;
    const session = await startSession({
      entries: [{ url: server.url }],
      metadata: () => value,
      clock: () => nowMs,
    });
    const sentAt = async (seconds: number) => {
      nowMs = 1_000_000 + seconds * 1000;
      const [run] = await session.run();
      return run?.outcome === 'done';
    };
    expect(await sentAt(0)).toBe(false);
    value = 'user=x';
    expect(await sentAt(1)).toBe(true);
    value = undefined;
    expect(await sentAt(60)).toBe(true);
    expect(await sentAt(61)).toBe(false);
    await session.end();
    expect(server.requests).toHaveLength(2);
  });
});

describe('unseen', () => {
  it('trap 46: two messages of one delivery transaction show the same final count', async () => {
    const server = await serve();
    const store = createMailStore(() => () => 1).forUser('alice');
    addInbox(store, 7);
    store.metadata.set('', '/private/vendor/vendor.dovecot/http-notify', 'user=alice');
    const host = { user: 'alice', clock: () => 0, mail: createMailAccess(store) };
    const ox = createOx({ pace: 'dovecot' }) as DriverDefinition;
    const { drivers } = await initDrivers(
      [{ driver: 'ox', settings: { url: server.url } }],
      createDriverRegistry([ox]),
      host,
    );
    const options = { clock: () => 0, deduplicateRegistrations: false };
    const session = {
      store,
      open: (mailbox: string) => openTransaction({ user: 'alice', mailbox }, drivers, options),
      parse: (raw: Uint8Array) => parseMessage(raw),
    };
    const delivery = openSaveTransaction(session, findMailbox(store, 'INBOX'), 'save');
    await delivery.save({ raw: Buffer.from('Subject: one\r\n\r\n') });
    await delivery.save({ raw: Buffer.from('Subject: two\r\n\r\n') });
    await delivery.commit();
    await drivers[0]?.driver.deinit?.();
    expect(server.bodies()).toMatchObject([
      { 'imap-uid': 1, subject: 'one', unseen: 2 },
      { 'imap-uid': 2, subject: 'two', unseen: 2 },
    ]);
  });

  it('trap 47: is left out when the mailbox cannot be opened again, which is an error in the log', async () => {
    const server = await serve();
    const { log } = await send({ url: server.url }, [seedMessage], {
      status: () => {
        throw new MailAccessError('Internal error');
      },
    });
    expect(log).toContain('error: push-notification-ox: mailbox_sync(INBOX) failed: Internal error');
    expect(server.bodies()).toHaveLength(1);
    expect(server.bodies()[0]).not.toHaveProperty('unseen');
  });
});

describe('what becomes of a request', () => {
  it.each([
    ['204 No Content', '', 'debug: Notification sent successfully: 204 No Content'],
    [
      '301 Moved Permanently',
      'Location: http://127.0.0.1/\r\n',
      'error: Error when sending notification: Redirect refused',
    ],
    ['404 Not Found', '', 'error: Error when sending notification: 404 Not Found'],
    ['503 Service Unavailable', '', 'error: Error when sending notification: 503 Service Unavailable'],
  ])('trap 48: %s is answered once', async (line, headers, expected) => {
    const server = await serve(response(line, headers));
    const { log } = await send({ url: server.url });
    expect(result(log)).toBe(expected);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['closes the connection', 'drop', /^error: Error when sending notification: Connection lost: /],
    ['says nothing', 'silence', /^error: Error when sending notification: Request timed out \(/],
  ] as const)('trap 49: a server that %s is tried exactly twice', async (_what, reply, expected) => {
    const server = await serve(reply);
    const { log } = await send({ url: server.url, timeout_msecs: '200' });
    expect(server.requests).toHaveLength(2);
    expect(result(log)).toMatch(expected);
  });

  // 2.4.1 has one attempt and 60 s by default (observed-2.4.md, O1).
  it('trap 49: in 2.4 there is one attempt by default, as observed', async () => {
    const server = await serve('drop');
    await send({ ox_url: server.url }, [seedMessage], { dialect: '2.4' });
    expect(server.requests).toHaveLength(1);
  });

  it('trap 49b: a closed port is tried once, whatever max_retries says', async () => {
    const port = await unusedPort();
    const { log } = await send({ url: `http://127.0.0.1:${port}/`, max_retries: '5' });
    expect(result(log)).toBe(
      `error: Error when sending notification: connect(127.0.0.1:${port}) failed: Connection refused`,
    );
    expect(log.join('\n')).not.toContain('Retrying');
  });

  it('trap 50: of two entries both have the time-out of the one that sent first', async () => {
    const first = await serve();
    const silent = await serve('silence');
    const session = await startSession({
      entries: [
        { url: first.url, timeout_msecs: '150', max_retries: '0' },
        { url: silent.url, timeout_msecs: '60000', max_retries: '4' },
      ],
    });
    await session.run();
    await session.end();
    expect(silent.requests).toHaveLength(1);
    expect(session.log.at(-1)).toContain('Request timed out');
  });
});
