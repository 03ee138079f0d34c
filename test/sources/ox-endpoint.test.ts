import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OX_NOTIFY_PATH } from '#contract/ox';
import { describeListenError } from '../../main/sources/listen.ts';
import { MAX_BODY_BYTES } from '../../main/sources/endpoint-route.ts';
import { authorization, head, notificationOf, put, sendRaw, startEndpoint } from './endpoint-harness.ts';

let endpoint: Awaited<ReturnType<typeof startEndpoint>>;
beforeEach(async () => {
  endpoint = await startEndpoint();
});
afterEach(() => endpoint.stop());

const body = JSON.stringify({
  user: 'a',
  event: 'messageNew',
  folder: 'INBOX',
  'imap-uid': 1,
  'imap-uidvalidity': 2,
});

interface ErrorAnswer {
  readonly error: { readonly code: string; readonly field?: string; readonly message: string };
}
const errorOf = async (response: Response) => ((await response.json()) as ErrorAnswer).error;

describe('the OX endpoint', () => {
  it.each(['PUT', 'POST'])('answers a %s as Open-Xchange does, once it is stored', async (method) => {
    const response = await put(endpoint.url, body, {}, method);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.text()).toBe('{"success":true}');
    expect(endpoint.arrivals[0]?.body).toMatchObject({ source: 'ox', raw: body });
  });

  it('does not answer before the notification is stored, and answers 503 when it cannot be', async () => {
    let release = () => undefined as void;
    const slow = await startEndpoint({ store: () => new Promise((resolve) => (release = resolve)) });
    let answered = false;
    const answer = put(slow.url, body).then((response) => {
      answered = true;
      return response;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(answered).toBe(false);
    release();
    expect((await answer).status).toBe(200);
    await slow.stop();

    const full = await startEndpoint({ store: () => Promise.reject(new Error('disk full')) });
    const response = await put(full.url, body);
    expect(response.status).toBe(503);
    expect(await errorOf(response)).toMatchObject({ code: 'not_stored' });
    await full.stop();
  });

  it('keeps bytes that are not UTF-8 as they came', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"user":"a","subject":"'),
      Buffer.from([0xe4, 0x80]),
      Buffer.from('"}'),
    ]);
    expect((await put(endpoint.url, bytes)).status).toBe(200);
    const [arrival] = endpoint.arrivals;
    expect(Buffer.from(arrival?.body.raw as Uint8Array).equals(bytes)).toBe(true);
    expect(notificationOf(arrival)?.subject).toBe('\ufffd');
    expect(arrival?.body.notes[0]).toContain('U+FFFD');
  });

  it('reads a form as Lua scripts send it, under the content type of the manual', async () => {
    const form = 'mailbox=INBOX&from=a&subject=b';
    const response = await put(
      endpoint.url,
      form,
      { 'content-type': 'application/x-www-form-url.escaped' },
      'POST',
    );
    expect(response.status).toBe(200);
    expect(endpoint.arrivals[0]?.body).toMatchObject({ source: 'form', notification: { folder: 'INBOX' } });
  });

  it('answers 400 and names the key when imap-uid is negative', async () => {
    const response = await put(endpoint.url, '{"imap-uid":-1}');
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ code: 'bad_field', field: 'imap-uid' });
    expect(endpoint.refusals[0]).toMatchObject({ status: 400, rejection: { field: 'imap-uid' } });
  });

  it.each([
    ['truncated', '{"user":"a'],
    ['empty', ''],
    ['a list', '[1]'],
    ['2^64 as uid', '{"imap-uid":18446744073709551616}'],
    ['1e999', '{"unseen":1e999}'],
    ['a string uid', '{"imap-uid":"1"}'],
    ['UTF-16', Buffer.from('\ufeff{"user":"a"}', 'utf16le')],
    ['NUL bytes', Buffer.from('{"a\0":1}'.split('').join('\0'))],
  ])('answers 400 to a body that is %s', async (_what, bad) => {
    const response = await put(endpoint.url, bad);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).message).toBeTruthy();
    expect(endpoint.arrivals).toHaveLength(0);
    expect(endpoint.refusals).toHaveLength(1);
  });

  it('accepts deep nesting, many and duplicate keys, and a byte order mark', async () => {
    const deep = `{"x":${'['.repeat(15_000)}${']'.repeat(15_000)},"user":"a"}`;
    const many = `{${Array.from({ length: 5000 }, (_, index) => `"k${index}":1`).join()},"user":"a"}`;
    const duplicate = '{"user":"b","user":"a","__proto__":{"user":"c"}}';
    for (const text of [deep, many, duplicate, `\ufeff{"user":"a"}`]) {
      expect((await put(endpoint.url, text)).status).toBe(200);
      expect(notificationOf(endpoint.arrivals.at(-1))?.user).toBe('a');
    }
  });

  it('accepts names of folders and users as they come, however odd', async () => {
    const odd = { user: '\u202eecila', folder: `../../etc/${'x'.repeat(50_000)}`, subject: '<b>\u0000</b>' };
    expect((await put(endpoint.url, JSON.stringify(odd))).status).toBe(200);
    expect(notificationOf(endpoint.arrivals[0])).toMatchObject(odd);
  });
});

describe('the limits of the endpoint', () => {
  it('answers 413 to a body over 64 KB, with and without a length', async () => {
    const large = JSON.stringify({ snippet: 'x'.repeat(MAX_BODY_BYTES) });
    const response = await put(endpoint.url, large);
    expect(response.status).toBe(413);
    expect(await errorOf(response)).toMatchObject({ code: 'too_large' });
    const chunked = `${head(['Host: 127.0.0.1', `Authorization: ${authorization}`, 'Transfer-Encoding: chunked'])}\r\n\r\n`;
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
    expect(await sendRaw(endpoint.port, `${chunked}${chunk.repeat(4)}0\r\n\r\n`)).toContain(' 413 ');
  });

  it('answers 415 to compressed bodies and to types it does not know', async () => {
    expect((await put(endpoint.url, body, { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await put(endpoint.url, body, { 'content-type': 'image/png' })).status).toBe(415);
  });

  it.each([
    ['a wrong length', ['Content-Length: x']],
    ['two lengths', ['Content-Length: 2', 'Content-Length: 3']],
    ['length and chunks', ['Content-Length: 2', 'Transfer-Encoding: chunked']],
  ])('answers 400 to %s', async (_what, lines) => {
    const request = `${head(['Host: 127.0.0.1', `Authorization: ${authorization}`, ...lines])}\r\n\r\n{}`;
    expect(await sendRaw(endpoint.port, request)).toMatch(/^HTTP\/1\.1 400 /);
    expect(endpoint.refusals[0]?.rejection.code).toBe('bad_http');
  });

  it('accepts chunks with trailers', async () => {
    const lines = [
      'Host: 127.0.0.1',
      `Authorization: ${authorization}`,
      'Transfer-Encoding: chunked',
      'Connection: close',
    ];
    const request = `${head(lines)}\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\nX-Trailer: 1\r\n\r\n`;
    expect(await sendRaw(endpoint.port, request)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('answers an honest sender while hundreds of connections are half open', async () => {
    const drip = Array.from({ length: 600 }, () =>
      sendRaw(endpoint.port, 'PUT / HTTP/1.1\r\nHost: 127', 2500),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await put(endpoint.url, body)).status).toBe(200);
    await Promise.all(drip);
  });

  it('gives up on a request that never ends', async () => {
    const lines = ['Host: 127.0.0.1', `Authorization: ${authorization}`, 'Content-Length: 50'];
    const unfinished = sendRaw(endpoint.port, `${head(lines)}\r\n\r\n{`, 20_000);
    const silent = sendRaw(endpoint.port, 'PUT ', 20_000);
    expect(await unfinished).toMatch(/^HTTP\/1\.1 408 /);
    expect(await silent).toMatch(/^HTTP\/1\.1 408 /);
    expect(endpoint.refusals.map(({ rejection }) => rejection.code)).toEqual(['too_slow', 'too_slow']);
  }, 25_000);
});

describe('what is not a notification', () => {
  it.each([
    ['GET', OX_NOTIFY_PATH, 405],
    ['DELETE', OX_NOTIFY_PATH, 405],
    ['PUT', '/', 404],
    ['PUT', `/${OX_NOTIFY_PATH}`, 404],
    ['PUT', '/preliminary/../preliminary/http-notify/v1/notify', 404],
    ['PUT', '/preliminary/http-notify/v1/notify%00', 404],
    ['PUT', '/preliminary/http-notify/v1/%6eotify', 404],
  ])('%s %s gets %i', async (method, target, status) => {
    const lines = [
      'Host: 127.0.0.1',
      `Authorization: ${authorization}`,
      'Connection: close',
      'Content-Length: 0',
    ];
    const answer = await sendRaw(endpoint.port, `${head(lines, method, target)}\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('answers absolute-form, pipelined, expecting and upgrading requests', async () => {
    const lines = (more: string[]) => [
      'Host: 127.0.0.1',
      `Authorization: ${authorization}`,
      `Content-Length: ${body.length}`,
      ...more,
    ];
    const absolute = `${head(lines([]), 'PUT', `http://127.0.0.1${OX_NOTIFY_PATH}`)}\r\n\r\n${body}`;
    const expecting = `${head(lines(['Expect: 100-continue']))}\r\n\r\n${body}`;
    const upgrading = `${head(lines(['Connection: Upgrade, close', 'Upgrade: websocket']))}\r\n\r\n${body}`;
    const answers = await sendRaw(endpoint.port, absolute + expecting + upgrading);
    expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(3);
    expect(endpoint.arrivals).toHaveLength(3);
  });
});

describe('authentication', () => {
  it('answers 401 without credentials, and says so in the row without any secret', async () => {
    const response = await fetch(endpoint.url, { method: 'PUT', body });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Basic');
    expect(endpoint.refusals[0]).toMatchObject({
      authentication: 'missing',
      rejection: { code: 'no_credentials' },
    });
    expect(endpoint.refusals[0]?.body).toBeUndefined();
  });

  it.each(['Basic', 'Basic !!!', 'Bearer x', `${authorization}x`, 'Basic ZG92ZWJlbGw6', ''])(
    'refuses %j',
    async (value) => {
      expect((await put(endpoint.url, body, { authorization: value })).status).toBe(401);
      expect(endpoint.arrivals).toHaveLength(0);
    },
  );

  it('answers 431 to an Authorization of a megabyte', async () => {
    const request = head(['Host: 127.0.0.1', `Authorization: Basic ${'A'.repeat(1024 * 1024)}`]);
    expect(await sendRaw(endpoint.port, `${request}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('slows a guesser but never who has the password, even from the same address', async () => {
    const guess = () => put(endpoint.url, body, { authorization: 'Basic YTpi' });
    for (let attempt = 0; attempt < 5; attempt += 1) await guess();
    const guessing = Array.from({ length: 4 }, guess);
    const startedAtMs = performance.now();
    let honestMs = Number.POSITIVE_INFINITY;
    const honest = put(endpoint.url, body).then((response) => {
      honestMs = performance.now() - startedAtMs;
      return response.status;
    });
    const statuses = await Promise.all(guessing.map(async (response) => (await response).status));
    expect(await honest).toBe(200);
    expect(statuses).toEqual([401, 401, 401, 401]);
    expect(performance.now() - startedAtMs).toBeGreaterThan(honestMs);
  });
});

describe('requests of web pages', () => {
  it.each([
    ['an Origin', { origin: 'http://evil.example' }],
    ['Origin null', { origin: 'null' }],
    ['Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }],
  ])('refuses %s and offers no CORS', async (_what, headers) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const answer = await sendRaw(
      endpoint.port,
      `${head(['Host: 127.0.0.1', `Authorization: ${authorization}`, 'Connection: close', 'Content-Length: 2', ...lines])}\r\n\r\n{}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer.toLowerCase()).not.toContain('access-control');
    expect(endpoint.arrivals).toHaveLength(0);
  });

  it.each([
    ['evil.example', 403],
    ['evil.example:8009', 403],
    ['localhost', 401],
    ['127.0.0.1:8009', 401],
    ['[::1]:8009', 401],
  ])('answers the host %s with %i', async (host, status) => {
    const answer = await sendRaw(
      endpoint.port,
      `${head([`Host: ${host}`, 'Connection: close', 'Content-Length: 0'])}\r\n\r\n`,
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('answers a request without Host with 400', async () => {
    expect(await sendRaw(endpoint.port, `${head(['Content-Length: 0'])}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  it('answers a name that was allowed', async () => {
    const named = await startEndpoint({ allowedHosts: ['Node1.domain.tld'] });
    const answer = await sendRaw(
      named.port,
      `${head(['Host: node1.DOMAIN.tld:8009', 'Connection: close', 'Content-Length: 0'])}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    await named.stop();
  });
});

describe('a port that cannot be had', () => {
  it('is refused with EADDRINUSE, in one sentence that says what to do', async () => {
    await expect(startEndpoint({ port: endpoint.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const error = Object.assign(new Error(), { code: 'EADDRINUSE' });
    expect(describeListenError(error, '127.0.0.1', 8009)).toBe(
      'Cannot listen on 127.0.0.1 port 8009: another program has the port. End it, or choose another with --port.',
    );
  });

  it('listens on IPv6 alone', async () => {
    const six = await startEndpoint({ host: '::1' });
    const response = await put(`http://[::1]:${six.port}${OX_NOTIFY_PATH}`, body);
    expect(response.status).toBe(200);
    await six.stop();
  });

  it.each([
    ['EACCES', 'Ports below 1024 are for administrators'],
    ['EADDRNOTAVAIL', 'this machine has no such address'],
    ['ENOTFOUND', 'this machine has no such address'],
  ])('is explained for %s', (code, words) => {
    expect(describeListenError(Object.assign(new Error(), { code }), 'host', 80)).toContain(words);
  });

  it('is refused for an address that is not here', async () => {
    await expect(startEndpoint({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });
});
