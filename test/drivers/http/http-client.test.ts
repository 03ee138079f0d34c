import { afterEach, describe, expect, it } from 'vitest';
import type { DriverLog } from '#framework';
import { createHttpClient, type HttpResult } from '../../../drivers/http/http-client.ts';
import { createCounter, createHttpPeers } from '../../../drivers/http/http-peer.ts';
import type { RequestDraft } from '../../../drivers/http/http-request.ts';
import type { HttpSettings } from '../../../drivers/http/http-settings.ts';
import { parseHttpUrl } from '../../../drivers/http/http-url.ts';
import { startRawServer } from './raw-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(hear: Parameters<typeof startRawServer>[0]): Promise<number> {
  const server = await startRawServer(hear);
  closers.push(() => server.close());
  return server.port;
}

/** Answers each request, whose body is read by its length, with the next of the texts; the last one for ever. */
function answering(heads: string[], ...answers: readonly string[]): Parameters<typeof startRawServer>[0] {
  let heard = 0;
  return (said, socket) => {
    const rest = said.slice(heard);
    const end = rest.indexOf('\r\n\r\n');
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(rest)?.[1] ?? 0);
    if (end < 0 || rest.length < end + 4 + length) return;
    heard = said.length;
    heads.push(rest);
    socket.write(answers[Math.min(heads.length, answers.length) - 1] ?? '');
  };
}

const plain: HttpSettings = {
  dialect: '2.4',
  timeoutMs: 5000,
  connectTimeoutMs: 5000,
  absoluteTimeoutMs: 0,
  maxAttempts: 1,
  maxRedirects: 0,
  followsRedirects: true,
  retriesLost: true,
  maxRetryDelaySecs: 5,
  tls: { caFile: undefined, caDir: undefined, requireValid: true },
};

function request(
  url: string,
  draft: Partial<RequestDraft> = {},
  settings: Partial<HttpSettings> = {},
): { readonly done: Promise<HttpResult>; readonly log: string[] } {
  const log: string[] = [];
  const write = (text: string) => void log.push(text);
  const lines: DriverLog = { debug: write, info: write, warning: write, error: write };
  const client = createHttpClient(
    { peers: createHttpPeers(), settings: { ...plain, ...settings }, nextRequestId: createCounter() },
    'prompt',
  );
  const done = new Promise<HttpResult>((resolve) => {
    const parsed = parseHttpUrl(url, { nameCharacters: true, allowUserinfo: true });
    const whole = {
      method: 'GET',
      headers: [],
      maxAnswerBytes: 1000,
      submitLog: lines,
      log: lines,
      ...draft,
    };
    void client.submit({ url: parsed, linePrefix: '', ...whole }, resolve);
  });
  return { done, log };
}

const ok = (body: string, headers = '') =>
  `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;

describe('the body of an answer', () => {
  it.each([
    ['of a length', ok('abc'), 'abc'],
    [
      'in chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
      'abcde',
    ],
  ])('is kept: %s', async (_what, answer, body) => {
    const port = await serve((_said, socket) => void socket.write(answer));
    const { content } = await request(`http://127.0.0.1:${port}/`).done;
    expect({ body: String(content.body), problem: content.problem }).toEqual({ body, problem: undefined });
  });

  it('goes on until the end of the connection when nothing else ends it', async () => {
    const port = await serve((_said, socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nuntil end'));
    expect(String((await request(`http://127.0.0.1:${port}/`).done).content.body)).toBe('until end');
  });

  it('is kept as far as it came, with Dovecot’s word for what is missing', async () => {
    const port = await serve(
      (_said, socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'),
    );
    const { status, content } = await request(`http://127.0.0.1:${port}/`).done;
    expect(status).toBe(200);
    expect(String(content.body)).toBe('abc');
    expect(content.problem).toBe(
      'Disconnected while reading message payload at offset 3 (wanted 10): Connection closed (opened 0 secs ago)',
    );
  });

  it('ends at the limit, however much the server has to say', async () => {
    const port = await serve((_said, socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      for (let at = 0; at < 100; at++) socket.write('x'.repeat(100));
    });
    const { content } = await request(`http://127.0.0.1:${port}/`).done;
    expect(content.problem).toBe('Payload is larger than 1000 bytes');
    expect(content.body?.length).toBeLessThanOrEqual(1000);
  });

  it.each(['HTTP/1.1 204 No Content\r\n\r\n', 'HTTP/1.1 304 Not Modified\r\n\r\n', ok('')])(
    'is none at all in %j',
    async (answer) => {
      const port = await serve((_said, socket) => void socket.write(answer));
      expect((await request(`http://127.0.0.1:${port}/`).done).content).toEqual({});
    },
  );
});

describe('Expect: 100-continue', () => {
  const draft = { method: 'POST', body: Buffer.from('hello'), expectsContinue: true };

  it('holds the body back until the server wants it', async () => {
    let early = '';
    const port = await serve((said, socket) => {
      if (said.endsWith('hello')) return void socket.write(ok('yes'));
      if (!said.endsWith('\r\n\r\n')) return;
      early = said;
      setTimeout(() => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 100);
    });
    const { done, log } = request(`http://127.0.0.1:${port}/`, draft);
    expect(String((await done).content.body)).toBe('yes');
    expect(early).toContain('\r\nExpect: 100-continue\r\nContent-Length: 5\r\n');
    expect(log.map((line) => line.replace(/^.*\]: /, '').replace(/\d+ ms/g, 'N ms'))).toEqual([
      'Waiting for 100-continue',
      'Got expected 100-continue response',
      'Got 200 response: OK (took N ms + N ms in queue)',
    ]);
  });

  it('sends the body after two seconds of silence', async () => {
    const port = await serve((said, socket) => void (said.endsWith('hello') && socket.write(ok('late'))));
    const startedAtMs = performance.now();
    // The silence of the wait is not that of the request.
    const { content } = await request(`http://127.0.0.1:${port}/`, draft, { timeoutMs: 500 }).done;
    expect(String(content.body)).toBe('late');
    expect(performance.now() - startedAtMs).toBeGreaterThan(1900);
  });

  it('takes an answer that comes instead, sends the body even so, and keeps the connection', async () => {
    let all = '';
    const port = await serve((said, socket) => {
      all = said;
      if (said.endsWith('\r\n\r\n')) socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
    });
    expect((await request(`http://127.0.0.1:${port}/`, draft).done).status).toBe(403);
    await expect.poll(() => all).toMatch(/hello$/);
  });
});

describe('a redirect', () => {
  const seen: string[] = [];
  const to = (status: string, location: string) =>
    `HTTP/1.1 ${status}\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;

  it('repeats the request with its headers and its body at the new place', async () => {
    seen.length = 0;
    const port = await serve(answering(seen, ok('there')));
    const first = await serve(
      (_said, socket) => void socket.write(to('302 Found', `http://127.0.0.1:${port}/t?x=1`)),
    );
    const draft = { method: 'POST', headers: [['X-H', 'kept']] as const, body: Buffer.from('hello') };
    const { content } = await request(`http://127.0.0.1:${first}/`, draft, { maxRedirects: 1 }).done;
    expect(String(content.body)).toBe('there');
    expect(seen[0]).toMatch(
      /^POST http:\/\/127\.0\.0\.1:\d+\/t\?x=1 HTTP\/1\.1\r\n[^]*\r\nX-H: kept\r\n\r\nhello$/,
    );
  });

  it('becomes a GET without a body after a 303', async () => {
    seen.length = 0;
    const port = await serve(answering(seen, ok('')));
    const first = await serve((said, socket) => {
      if (said.endsWith('hello')) socket.write(to('303 See Other', `http://127.0.0.1:${port}/`));
    });
    const draft = { method: 'POST', body: Buffer.from('hello') };
    await request(`http://127.0.0.1:${first}/`, draft, { maxRedirects: 1 }).done;
    expect(seen[0]).toMatch(/^GET /);
    expect(seen[0]).not.toMatch(/content-length/i);
  });

  it('is the answer when redirects are not followed', async () => {
    const port = await serve((_said, socket) => void socket.write(to('302 Found', 'http://127.0.0.1:1/')));
    const { status, headers } = await request(`http://127.0.0.1:${port}/`, {}, { followsRedirects: false })
      .done;
    expect(status).toBe(302);
    expect(headers).toContainEqual(['Location', 'http://127.0.0.1:1/']);
  });
});

describe('time', () => {
  it('ends for the whole request, however often it is sent', async () => {
    const port = await serve(
      (said, socket) => void (said.endsWith('\r\n\r\n') && setTimeout(() => socket.destroy(), 60)),
    );
    const settings = { absoluteTimeoutMs: 200, maxAttempts: 1000 };
    const { status, reason } = await request(`http://127.0.0.1:${port}/`, {}, settings).done;
    expect(status).toBe(9008);
    expect(reason).toMatch(/^Absolute request timeout expired \(Request queued 0\.\d{3} secs ago, /);
  });

  it('that is over before a connection is there says so', async () => {
    const port = await serve(() => undefined);
    const settings = { absoluteTimeoutMs: 100 };
    const { reason } = await request(`https://127.0.0.1:${port}/`, {}, settings).done;
    expect(reason).toMatch(/, not yet sent, 0\.000 in other ioloops\)$/);
  });
});

describe('headers set by hand', () => {
  it('take the place of Dovecot’s own, and stand where they were added', async () => {
    const heads: string[] = [];
    const port = await serve(answering(heads, ok('')));
    const headers = [
      ['X-First', '2'],
      ['Host', 'other.example'],
      ['User-Agent', 'mine'],
      ['Connection', 'close'],
      ['Date', 'now'],
      ['Authorization', 'Bearer x'],
      ['Content-Length', '0'],
    ] as const;
    await request(`http://u:p@127.0.0.1:${port}/h`, { headers }, { userAgent: 'theirs' }).done;
    expect(heads[0]).toBe(
      `GET /h HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    );
  });

  it('do not change the letters of a method', async () => {
    const heads: string[] = [];
    const port = await serve(answering(heads, ok('')));
    await request(`http://127.0.0.1:${port}/`, { method: 'post', body: Buffer.from('x') }).done;
    expect(heads[0]).toMatch(
      /^post \/ HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\nDate: [^\r]*\r\nContent-Length: 1\r\nConnection: Keep-Alive\r\n\r\nx$/,
    );
  });
});
