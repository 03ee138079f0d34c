import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { MailAccessError, type DriverDefinition, type PushEvent } from '#framework';
import { createOx, ox } from '../../drivers/ox.ts';
import { oneOfEach, startDriver, testDriver } from './driver-suite.ts';
import { response, startRecordingServer, unusedPort } from './http/recording-server.ts';
import { normalise, seedBody, seedMessage, startSession } from './ox/ox-session.ts';

testDriver(ox as DriverDefinition, { settings: { url: 'http://127.0.0.1:9/x' } });

const servers: { close(): Promise<void> }[] = [];
const serve: typeof startRecordingServer = async (options) => {
  const server = await startRecordingServer(options);
  servers.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const path24 = '/preliminary/http-notify/v1/notify';
const urlOf = ({ port }: { port: number }, target = path24, credentials = '') =>
  `http://${credentials}127.0.0.1:${port}${target}`;

/** One delivery over a session with these settings. */
async function deliver(settings: Record<string, string>, dialect: '2.3' | '2.4' = '2.3') {
  const session = await startSession({ entries: [settings], dialect });
  await session.run();
  await session.end();
  return session.log.map(normalise);
}

const completed = 'debug: push-notification: Push notification transaction completed';

describe('the request of ox', () => {
  it('is on the wire what Dovecot sends, byte for byte (golden drivers_three_ox, ox_auth_utf8)', async () => {
    const server = await serve();
    await deliver({ url: urlOf(server, '/notify?a=b&c=d', 'login:p%C3%A4ss@') });
    const [request] = server.requests;
    expect(request?.head.replace(/Date: .*/, 'Date: <DATE>').split('\r\n')).toEqual([
      'PUT /notify?a=b&c=d HTTP/1.1',
      `Host: 127.0.0.1:${server.port}`,
      'Date: <DATE>',
      'Authorization: Basic bG9naW46cMOkc3M=',
      'Content-Length: 262',
      'Connection: Keep-Alive',
      'Content-Type: application/json; charset=utf-8',
    ]);
    expect(/Date: (.*)/.exec(request?.head ?? '')?.[1]).toMatch(
      /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/,
    );
    expect(request?.body).toBe(seedBody);
  });

  it.each([
    ['a user without a password', 'login@'],
    ['an empty user', ':secret@'],
    ['no user', ''],
  ])('has no credentials for %s', async (_name, credentials) => {
    const server = await serve();
    await deliver({ url: urlOf(server, '/', credentials) });
    expect(server.requests[0]?.head).not.toContain('Authorization');
  });

  it('has credentials for an empty password', async () => {
    const server = await serve();
    await deliver({ url: urlOf(server, '/', 'login:@') });
    expect(server.requests[0]?.head).toContain('\r\nAuthorization: Basic bG9naW46\r\n');
  });

  it('names the user of the METADATA only with user_from_metadata, whatever its value in 2.3', async () => {
    const server = await serve();
    await deliver({ url: urlOf(server), user_from_metadata: 'no' });
    await deliver({ ox_url: urlOf(server), ox_user_from_metadata: 'no' }, '2.4');
    await deliver({ ox_url: urlOf(server), ox_user_from_metadata: 'yes' }, '2.4');
    const users = server.requests.map(({ body }) => (JSON.parse(body) as { user: string }).user);
    expect(users).toEqual(['11@3', 'alice@example.com', '11@3']);
  });

  it('escapes control characters with the digits of its generation', async () => {
    const server = await serve();
    const snippet = 'a\u001b"\\u001b\u007f\u2028/\u{1f600}';
    for (const dialect of ['2.3', '2.4'] as const) {
      const settings = { [dialect === '2.3' ? 'url' : 'ox_url']: urlOf(server) };
      const session = await startSession({ entries: [settings], dialect });
      await session.run([{ ...seedMessage, snippet } as PushEvent]);
      await session.end();
    }
    expect(server.requests[0]?.body).toContain('a\\u001b\\"\\\\u001b\u007f\\u2028/\u{1f600}"');
    expect(server.requests[1]?.body).toContain('a\\u001B\\"\\\\u001b\u007f\\u2028/\u{1f600}"');
  });

  it('leaves out what the message does not have, and unseen when the mailbox cannot be read', async () => {
    const server = await serve();
    const { from: _from, subjectHeader: _subject, ...bare } = seedMessage as Record<string, unknown>;
    const status = () => {
      throw new MailAccessError('Internal error');
    };
    const session = await startSession({ entries: [{ url: urlOf(server) }], status });
    await session.run([bare as PushEvent]);
    await session.end();
    expect(session.log).toContain('error: push-notification-ox: mailbox_sync(INBOX) failed: Internal error');
    expect(Object.keys(JSON.parse(server.requests[0]?.body ?? '{}') as object)).toEqual([
      'user',
      'event',
      'folder',
      'imap-uidvalidity',
      'imap-uid',
      'snippet',
    ]);
  });

  it('carries the mark of its host as a last header', async () => {
    const server = await serve();
    const options = { pace: 'dovecot', mark: { name: 'X-Dovebell', value: 'me' } } as const;
    const session = await startSession({ entries: [{ url: urlOf(server) }], options });
    await session.run();
    await session.end();
    expect(server.requests[0]?.head.split('\r\n').at(-1)).toBe('X-Dovebell: me');
  });
});

describe('when ox sends', () => {
  it('logs what Dovecot 2.3.19 logs (golden ox_http_200)', async () => {
    const server = await serve();
    expect(await deliver({ url: urlOf(server) })).toEqual([
      `debug: push-notification-ox: Using URL http://HOST:PORT${path24}`,
      'debug: push-notification-ox: Using cache lifetime: 60',
      'debug: push-notification-ox: User (11@3)',
      'debug: push-notification-ox: Handling MessageNew event',
      "debug: push-notification-ox: Got status of mailbox 'INBOX': (unseen: 1)",
      `debug: push-notification-ox: Sending notification: ${seedBody}`,
      completed,
      'debug: push-notification-ox: Notification sent successfully: 200 OK',
    ]);
  });

  it('logs what Dovecot 2.4.1 logs, without the password (golden ox_http_200, ox_auth_percent)', async () => {
    const server = await serve();
    const lines = await deliver({ ox_url: urlOf(server, '', 'login:secret@') }, '2.4');
    expect(lines.filter((line) => !line.includes('Sending notification'))).toEqual([
      'debug: push-notification-ox: Using URL http://HOST:PORT/',
      'debug: push-notification-ox: Using cache lifetime: 60000',
      'debug: push-notification-ox: Using user sent by OX endpoint',
      'debug: push-notification-ox: User (11@3)',
      'debug: push-notification-ox: Handling MessageNew event',
      "debug: push-notification-ox: Got status of mailbox 'INBOX': (unseen: 1)",
      completed,
      'debug: push-notification: request [Req1: PUT http://HOST:PORT/]: Got 200 response: OK (took N ms + N ms in queue)',
      'debug: push-notification-ox: Notification sent successfully: 200 OK',
    ]);
  });

  it('sends nothing but looks at the mailbox for anything else in INBOX', async () => {
    const server = await serve();
    const session = await startSession({ entries: [{ url: urlOf(server) }] });
    for (const event of oneOfEach) if (event.name !== 'MessageNew') await session.run([event]);
    await session.end();
    expect(server.requests).toEqual([]);
    const counted = session.log.filter((line) => line.includes('Got status of mailbox')).length;
    expect(counted).toBe(oneOfEach.filter((event) => 'uid' in event).length - 1);
  });

  it.each([
    [
      'not set',
      undefined,
      'debug',
      'Skipped because not active (/private/vendor/vendor.dovecot/pvt/server/vendor/vendor.dovecot/http-notify METADATA not set)',
    ],
    ['without a user', 'folder=INBOX', 'error', 'No user provided in config'],
  ])('says so when the METADATA is %s', async (_name, metadata, level, reason) => {
    const session = await startSession({
      entries: [{ url: 'http://127.0.0.1:9/' }],
      metadata: () => metadata,
    });
    const [run] = await session.run();
    expect(run).toMatchObject({ outcome: 'skipped', reason });
    expect(session.log).toContain(`${level}: push-notification-ox: ${reason}`);
  });

  it('says so when the METADATA cannot be read', async () => {
    const metadata = () => {
      throw new MailAccessError('dict failed');
    };
    const session = await startSession({ entries: [{ url: 'http://127.0.0.1:9/' }], metadata });
    const [run] = await session.run();
    expect(run?.reason).toBe('Skipped because unable to get attribute: dict failed');
  });

  it('reads the METADATA before it looks at the name of the mailbox (golden lmtp_same_recipient_twice)', async () => {
    const archive = { ...seedMessage, mailbox: 'Archive' } as PushEvent;
    for (const [metadata, reason] of [
      ['folder=x', 'Skipped because Archive is not a watched mailbox'],
      [undefined, expect.stringContaining('Skipped because not active') as string],
    ] as const) {
      const session = await startSession({
        entries: [{ url: 'http://127.0.0.1:9/' }],
        metadata: () => metadata,
      });
      const [run] = await session.run([archive]);
      expect(run?.reason).toEqual(reason);
    }
  });

  it('keeps a METADATA value for its lifetime, but not that there is none', async () => {
    let now = 1000;
    let value: string | undefined;
    const session = await startSession({
      entries: [{ url: 'http://127.0.0.1:9/', cache_lifetime: '10s' }],
      metadata: () => value,
      clock: () => now,
    });
    const userAt = async (seconds: number) => {
      now = seconds * 1000;
      session.log.length = 0;
      await session.run([{ ...seedMessage, name: 'MessageRead' } as PushEvent]);
      return session.log
        .find((line) => line.includes('User ('))
        ?.slice('debug: push-notification-ox: '.length);
    };
    expect(await userAt(1)).toBeUndefined();
    value = 'user=one';
    expect(await userAt(2)).toBe('User (one)');
    value = 'user=two';
    expect(await userAt(11.9)).toBe('User (one)');
    expect(await userAt(12)).toBe('User (two)');
    value = undefined;
    expect(await userAt(21)).toBe('User (two)');
    expect(await userAt(22)).toBeUndefined();
  });
});

describe('what becomes of a request', () => {
  it.each(['201 Created', '204 No Content'])('takes %s for success', async (status) => {
    const server = await serve({ replies: [response(status)] });
    const log = await deliver({ url: urlOf(server) });
    expect(log.at(-1)).toBe(`debug: push-notification-ox: Notification sent successfully: ${status}`);
  });

  it.each(['400 Bad Request', '401 Unauthorized', '404 Not Found', '500 Internal Server Error'])(
    'takes %s for an error and does not try again',
    async (status) => {
      const server = await serve({ replies: [response(status, 'WWW-Authenticate: Basic realm="x"\r\n')] });
      const log = await deliver({ url: urlOf(server, '/', 'u:p@') });
      expect(log.slice(-2)).toEqual([
        completed,
        `error: push-notification-ox: Error when sending notification: ${status}`,
      ]);
      expect(server.requests).toHaveLength(1);
    },
  );

  it('refuses redirects (golden ox_http_302)', async () => {
    const server = await serve({ replies: [response('302 Found', 'Location: http://127.0.0.1/moved\r\n')] });
    expect((await deliver({ url: urlOf(server, '/x') })).slice(-2)).toEqual([
      'debug: push-notification: request [Req1: PUT http://HOST:PORT/x]: Error: 9004 Redirect refused',
      'error: push-notification-ox: Error when sending notification: Redirect refused',
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it('follows redirects in 2.4 when told to, without credentials for another server (golden ox_http_302_followed)', async () => {
    const target = await serve();
    const moved = `Location: http://127.0.0.1:${target.port}/moved\r\n`;
    const server = await serve({ replies: [response('302 Found', moved)] });
    const settings = { ox_url: urlOf(server, '/x', 'u:p@'), http_client_request_max_redirects: '1' };
    const log = await deliver(settings, '2.4');
    expect(log.slice(-4)).toEqual([
      'debug: push-notification: request [Req1: PUT http://HOST:PORT/x]: Got 302 response: Found (took N ms + N ms in queue)',
      'debug: push-notification: request [Req1: PUT http://HOST:PORT/x]: Redirecting to http://HOST:PORT/moved/moved (redirects=1)',
      'debug: push-notification: request [Req1: PUT http://HOST:PORT/x]: Got 200 response: OK (took N ms + N ms in queue)',
      'debug: push-notification-ox: Notification sent successfully: 200 OK',
    ]);
    expect(server.requests[0]?.head).toContain('Authorization');
    expect(target.requests[0]?.head).not.toContain('Authorization');
    expect(target.requests[0]?.head).toContain(`PUT http://127.0.0.1:${target.port}/moved HTTP/1.1`);
    expect(target.requests[0]?.body).toBe(seedBody);
  });

  it('tries again after a time-out as often as max_retries says (golden ox_max_retries_3)', async () => {
    const server = await serve({ replies: ['silence'] });
    const log = await deliver({ url: urlOf(server, '/x'), timeout_msecs: '60', max_retries: '2' });
    const request = 'debug: push-notification: request [Req1: PUT http://HOST:PORT/x]:';
    const timing = (retried: string, sent: string) =>
      `Request timed out (Request queued N secs ago,${retried} ${sent} N in http ioloop, N in other ioloops, connected N secs ago)`;
    const last = timing(' 2 times retried,', '3 send attempts in N secs, N in last attempt,');
    expect(log.slice(log.indexOf(completed) + 1)).toEqual([
      `debug: http-client: conn HOST:PORT [1]: Aborting connection with temporary error: ${timing('', '1 send attempts in N secs,')}`,
      `${request} Retrying (attempts=1)`,
      `${request} Resubmitting request`,
      `debug: http-client: conn HOST:PORT [2]: Aborting connection with temporary error: ${timing(' 1 times retried,', '2 send attempts in N secs, N in last attempt,')}`,
      `${request} Retrying (attempts=2)`,
      `${request} Resubmitting request`,
      `debug: http-client: conn HOST:PORT [3]: Aborting connection with temporary error: ${last}`,
      `${request} Error: 9008 ${last}`,
      `error: push-notification-ox: Error when sending notification: ${last}`,
    ]);
    expect(server.requests.map(({ connection }) => connection)).toEqual([1, 2, 3]);
    expect(new Set(server.requests.map(({ head, body }) => head + body)).size).toBe(1);
  });

  it('tries again once by default, and never with max_retries=0 or in 2.4.1', async () => {
    for (const [settings, dialect, count] of [
      [{ timeout_msecs: '50', max_retries: '-1' }, '2.3', 2],
      [{ timeout_msecs: '50', max_retries: '0' }, '2.3', 1],
      [{ http_client_request_timeout: '50ms' }, '2.4', 1],
    ] as const) {
      const server = await serve({ replies: ['silence'] });
      const url = { [dialect === '2.3' ? 'url' : 'ox_url']: urlOf(server) };
      await deliver({ ...settings, ...url }, dialect);
      expect(server.requests).toHaveLength(count);
    }
  });

  it('tries again when the connection is lost (golden ox_lost_connection_attempts_3)', async () => {
    const server = await serve({ replies: ['drop'] });
    const settings = { ox_url: urlOf(server, '/x'), http_client_request_max_attempts: '3' };
    const log = await deliver(settings, '2.4');
    expect(server.requests).toHaveLength(3);
    expect(log.at(-1)).toBe(
      'error: push-notification-ox: Error when sending notification: Connection lost: read((conn:HOST:PORT,id=3)) failed: EOF ' +
        '(Request queued N secs ago, 2 times retried, 3 send attempts in N secs, N in last attempt, N in http ioloop, N in other ioloops, connected N secs ago)',
    );
    expect(log.at(-2)).toContain(']: Error: 9005 Connection lost: ');
  });

  it('tries again after 408, and after 503 when the server names a near time', async () => {
    const date = `Date: ${new Date().toUTCString()}\r\n`;
    for (const [first, count] of [
      [response('408 Request Timeout'), 2],
      [response('503 Busy', `${date}Retry-After: 1\r\n`), 2],
      [response('503 Busy', `${date}Retry-After: 10\r\n`), 1],
      [response('503 Busy'), 1],
    ] as const) {
      const server = await serve({ replies: [first, response('200 OK')] });
      await deliver({ url: urlOf(server) });
      expect(server.requests).toHaveLength(count);
    }
  });

  it('says of an answer how often it was asked for (golden ox_answer_408_200)', async () => {
    const server = await serve({ replies: [response('408 Request Timeout'), response('200 OK')] });
    expect((await deliver({ url: urlOf(server) })).at(-1)).toMatch(
      /^debug: push-notification-ox: Notification sent successfully: 200 OK \(1 retries in \S+ secs\)$/,
    );
  });

  it('takes no status above 599 (golden ox_answer_999)', async () => {
    const server = await serve({ replies: [response('999 Odd')] });
    expect((await deliver({ url: urlOf(server) })).at(-1)).toBe(
      'error: push-notification-ox: Error when sending notification: Invalid HTTP status code in response',
    );
  });

  it('waits as long as a time-out says that is longer than a timer', async () => {
    const server = await serve();
    const log = await deliver({ url: urlOf(server), timeout_msecs: '4294967295' });
    expect(log.at(-1)).toBe('debug: push-notification-ox: Notification sent successfully: 200 OK');
  });

  it('counts requests of one process over its sessions (golden ox_two_in_session_down)', async () => {
    const url = urlOf({ port: await unusedPort() });
    const process = createOx({ pace: 'dovecot' });
    for (const label of ['[Req1: ', '[Req2: ']) {
      const session = await startSession({ entries: [{ url }], ox: process });
      await session.run();
      await session.end();
      expect(session.log.at(-2)).toContain(label);
    }
  });

  it('takes what is not HTTP for an error', async () => {
    const server = await serve({ replies: [{ bytes: 'what?\r\n\r\n' }] });
    const log = await deliver({ url: urlOf(server) });
    expect(log.at(-2)).toContain(']: Error: 9007 ');
    expect(server.requests).toHaveLength(1);
  });

  it('does not try a closed port again (golden drivers_two_ox_first_down)', async () => {
    const port = await unusedPort();
    expect((await deliver({ url: urlOf({ port }, '/x'), max_retries: '5' })).slice(-3)).toEqual([
      completed,
      'debug: push-notification: request [Req1: PUT http://HOST:PORT/x]: Error: 9003 connect(HOST:PORT) failed: Connection refused',
      'error: push-notification-ox: Error when sending notification: connect(HOST:PORT) failed: Connection refused',
    ]);
  });

  it('knows a name that does not resolve at once in 2.3, later in 2.4 (golden ox_host_unknown)', async () => {
    const log = await deliver({ url: 'http://no-such-host.invalid/x' });
    const reason = 'Failed to lookup host no-such-host.invalid: Name or service not known';
    const error = `debug: push-notification: request [Req1: PUT http://no-such-host.invalid/x]: Error: 9002 ${reason}`;
    const result = `error: push-notification-ox: Error when sending notification: ${reason}`;
    expect(log.slice(-3)).toEqual([error, completed, result]);
    const log24 = await deliver({ ox_url: 'http://no-such-host.invalid/x' }, '2.4');
    expect(log24.slice(-3)).toEqual([completed, error, result]);
  });
});

describe('several ox drivers', () => {
  it('send in their order over one connection for each server, and keep it', async () => {
    const first = await serve();
    const second = await serve();
    const ox = createOx({ pace: 'dovecot' });
    for (let transactions = 0; transactions < 2; transactions++) {
      const entries = [
        { url: urlOf(first, '/one') },
        { url: urlOf(first, '/two') },
        { url: urlOf(second, '/three') },
        { url: urlOf(first, '/four') },
      ];
      const session = await startSession({ entries, ox });
      await session.run();
      await session.end();
      expect(session.log.at(-1)).toContain('Notification sent successfully');
    }
    const targets = first.requests.map(({ head }) => head.split(' ')[1]);
    expect(targets).toEqual(['/one', '/two', '/four', '/one', '/two', '/four']);
    expect([first.connections, second.connections]).toEqual([1, 1]);
  });

  it('all have the time-out and attempts of the first (golden drivers_two_ox_timeouts)', async () => {
    const fast = await serve();
    const silent = await serve({ replies: ['silence'] });
    const session = await startSession({
      entries: [
        { url: urlOf(fast), timeout_msecs: '80', max_retries: '2' },
        { url: urlOf(silent), timeout_msecs: '60000', max_retries: '0' },
      ],
    });
    await session.run();
    await session.end();
    expect(silent.requests).toHaveLength(3);
  });

  it('of two users: the first to end waits for both (golden lmtp_multi_recipient)', async () => {
    const server = await serve();
    const ox = createOx({ pace: 'dovecot' });
    const entries = [{ url: urlOf(server) }];
    const alice = await startSession({ entries, ox });
    const bob = await startSession({ entries, ox, user: 'bob@example.com' });
    await alice.run();
    await bob.run();
    expect(server.requests).toEqual([]);
    await alice.end();
    expect(server.requests.map(({ body }) => /"user":"(\w+)/.exec(body)?.[1])).toEqual(['alice', 'bob']);
    expect(bob.log.at(-1)).toContain('Notification sent successfully');
    await bob.end();
  });
});

describe('the prompt pace', () => {
  it('does not wait for an answer, and deinit does', async () => {
    const server = await serve({ replies: ['silence'] });
    const entries = [{ url: urlOf(server), timeout_msecs: '500', max_retries: '0' }];
    const session = await startSession({ entries, options: {} });
    const startedAtMs = performance.now();
    const [run] = await session.run();
    expect(run?.outcome).toBe('done');
    expect(performance.now() - startedAtMs).toBeLessThan(450);
    await session.end();
    expect(session.log.at(-1)).toContain('Error when sending notification: Request timed out');
  });
});

describe('https', () => {
  const tlsFile = (name: string) => path.resolve(import.meta.dirname, '../fixtures/tls', name);
  const secure = (name: string) => ({
    cert: readFileSync(tlsFile(`${name}.pem`)),
    key: readFileSync(tlsFile(`${name}.key`)),
  });
  const deliverTls = async (certificate: string, session: Partial<Parameters<typeof startSession>[0]>) => {
    const server = await serve({ secure: secure(certificate) });
    const dialect = session.dialect ?? '2.3';
    const url = `https://localhost:${server.port}/x`;
    const entry = { [dialect === '2.3' ? 'url' : 'ox_url']: url, ...session.entries?.[0] };
    const started = await startSession({ ...session, entries: [entry] });
    await started.run();
    await started.end();
    const lines = started.log.map(normalise);
    return { server, log: lines.slice(lines.indexOf(completed) + 1) };
  };

  it('trusts an authority of ssl_client_ca_file, for the name of the URL (golden ox_https_ca)', async () => {
    const setting = (name: string) => (name === 'ssl_client_ca_file' ? tlsFile('ca.pem') : undefined);
    const { server, log } = await deliverTls('server', { setting });
    expect(log).toEqual(['debug: push-notification-ox: Notification sent successfully: 200 OK']);
    expect(server.requests[0]?.head).toContain(`\r\nHost: localhost:${server.port}\r\n`);
  });

  it('trusts the certificates in ssl_client_ca_dir', async () => {
    const setting = (name: string) => (name === 'ssl_client_ca_dir' ? tlsFile('.') : undefined);
    expect((await deliverTls('server', { setting })).log.at(-1)).toContain('sent successfully');
  });

  it('sends nothing to a server that nobody vouches for (golden ox_https_self_signed)', async () => {
    const { server, log } = await deliverTls('self-signed', {});
    const problem =
      'Received invalid SSL certificate: self-signed certificate: /CN=localhost (check ssl_client_ca_* settings?)';
    const failure = `SSL handshaking with HOST:PORT failed: read(SSL (conn:HOST:PORT,id=1)) failed: ${problem}`;
    expect(log).toEqual([
      `info: ${problem}`,
      `debug: push-notification: request [Req1: PUT https://localhost:PORT/x]: Error: 9003 ${failure}`,
      `error: push-notification-ox: Error when sending notification: ${failure}`,
    ]);
    expect(server.requests).toEqual([]);
  });

  it('tells it twice in 2.4, and once when it does not matter (golden ox_https_no_verify)', async () => {
    const refused = await deliverTls('self-signed', { dialect: '2.4' });
    const line =
      'debug: http-client: conn HOST:PORT [1]: localhost: SSL error: Received invalid SSL certificate: ' +
      'self-signed certificate: /CN=localhost (check ssl_client_ca_* settings?)';
    expect(refused.log.filter((text) => text === line)).toHaveLength(2);
    const entries = [{ ssl_client_require_valid_cert: 'no' }];
    const accepted = await deliverTls('self-signed', { dialect: '2.4', entries });
    expect(accepted.log[0]).toBe(line);
    expect(accepted.log.at(-1)).toContain('sent successfully');
  });

  it('says which file it cannot read', async () => {
    const setting = (name: string) => (name === 'ssl_client_ca_file' ? '/nonexistent.pem' : undefined);
    const { server, log } = await deliverTls('server', { setting });
    expect(log.at(-1)).toContain('No such file or directory');
    expect(server.requests).toEqual([]);
  });

  it('sends nothing to a server of another name', async () => {
    const setting = (name: string) => (name === 'ssl_client_ca_file' ? tlsFile('ca.pem') : undefined);
    const { server, log } = await deliverTls('other', { setting });
    expect(log.at(-1)).toContain("SSL certificate doesn't match expected host name localhost");
    expect(server.requests).toEqual([]);
  });
});

describe('the settings of ox', () => {
  const problem = async (settings: Record<string, string>, dialect: '2.3' | '2.4' = '2.3') =>
    (await startSession({ entries: [settings], dialect })).problems[0]?.message;

  it.each([
    [{}, 'Driver requires the url parameter'],
    [{ URL: 'http://h/' }, 'Driver requires the url parameter'],
    [{ url: '' }, 'Failed to parse OX REST URL : Relative HTTP URL not allowed'],
    [
      { url: 'ftp://127.0.0.1/notify' },
      'Failed to parse OX REST URL ftp://127.0.0.1/notify: Not an HTTP URL',
    ],
    [{ url: '127.0.0.1:8/x' }, 'Failed to parse OX REST URL 127.0.0.1:8/x: Relative HTTP URL not allowed'],
    [
      { url: 'http://h/', cache_lifetime: 'soon' },
      'Failed to parse OX cache_lifetime soon: Invalid time interval: soon',
    ],
    [
      { url: 'http://h/', cache_lifetime: '90' },
      "Failed to parse OX cache_lifetime 90: Time interval '90' is missing units (add e.g. 's' for seconds)",
    ],
  ])('of 2.3 %j are refused in Dovecot’s words', async (settings, message) => {
    expect(await problem(settings as Record<string, string>)).toBe(message);
  });

  it.each([
    [{ ox_url: '' }, 'push_notification_ox_url is missing or empty'],
    [
      { ox_url: 'http://h/%n/x' },
      "Invalid push_notification_ox_url 'http://h/%n/x': Expecting hex digit after '%', but found 'n'",
    ],
    [
      { ox_url: 'http://h/ x' },
      "Invalid push_notification_ox_url 'http://h/ x': Path component contains invalid character ' '",
    ],
    [{ ox_url: 'http://h/', ox_cache_ttl: '0' }, 'push_notification_ox_cache_ttl must not be 0'],
    [{ ox_url: 'http://h/', http_client_request_max_attempts: '0' }, 'request_max_attempts must not be 0'],
    [
      { ox_url: 'http://h/', ox_user_from_metadata: 'maybe' },
      'ox_user_from_metadata: Invalid boolean value: maybe (use yes or no)',
    ],
  ])('of 2.4 %j are refused in Dovecot’s words', async (settings, message) => {
    expect(await problem(settings as Record<string, string>, '2.4')).toBe(message);
  });

  it('of 2.3 name the URL before a bad lifetime ends the start (golden ox_cache_lifetime_bad)', async () => {
    const { log } = await startSession({ entries: [{ url: 'http://h/', cache_lifetime: 'soon' }] });
    expect(log).toEqual([
      'debug: push-notification-ox: Using URL http://h/',
      'error: ox: Failed to parse OX cache_lifetime soon: Invalid time interval: soon',
    ]);
  });

  it.each([
    ['60s', 60_000],
    ['1ms', 1],
    ['infinite', 4_294_967_295],
  ])('of 2.4 take %s as so many seconds', async (ttl, seconds) => {
    const { log } = await startSession({
      entries: [{ ox_url: 'http://h/', ox_cache_ttl: ttl }],
      dialect: '2.4',
    });
    expect(log[1]).toBe(`debug: push-notification-ox: Using cache lifetime: ${seconds}`);
  });

  it('ignore what they do not know in 2.3', async () => {
    const settings = { url: 'http://h/', nosuch: 'x' };
    const { problems } = await startDriver(ox as DriverDefinition, { settings });
    expect(problems).toEqual([]);
  });
});
