import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { pushUser } from '../../../../drivers/lua/api/mail-user.ts';
import { unusedPort } from '../../http/recording-server.ts';
import { startHttpThread, type HttpThread, type HttpThreadOptions } from './http-thread.ts';
import { loadProbe, recordings, runProbe, type LuaRecording } from './lua-recording.ts';
import { createStage, setGlobalUser, type ScriptStage } from './script-stage.ts';

let thread: HttpThread | undefined;
afterEach(async () => {
  await thread?.close();
  thread = undefined;
});

async function stageWithHttp(
  options: HttpThreadOptions,
): Promise<{ stage: ScriptStage; thread: HttpThread }> {
  const lines: string[] = [];
  const started = await startHttpThread(options, (line) => void lines.push(line));
  thread = started;
  const { dialect = '2.4', strict = true } = options;
  const stage = createStage({
    dialect,
    strict,
    host: Object.fromEntries(
      Object.entries(started.host).map(([name, call]) => [
        name,
        (argument: never) => {
          try {
            return call(argument);
          } finally {
            stage.log.push(...lines.splice(0));
          }
        },
      ]),
    ),
  });
  return { stage, thread: started };
}

/** Numbers that differ from run to run, as the recordings normalise them. */
function normalise(text: string, port: number, down = 0): string {
  return text
    .replaceAll(`127.0.0.1:${port}`, '127.0.0.1:24080')
    .replaceAll(`127.0.0.1:${down}`, '127.0.0.1:24099')
    .replace(/\d+\.\d{3}(?= secs| in )/g, 'N')
    .replace(/\d+ ms/g, 'N ms')
    .replace(/conn 127\.0\.0\.1:\d+ \[\d+\]/g, 'conn 127.0.0.1:PORT [N]');
}

/** What the recording's log says of the script's calls. */
function linesOf({ log }: LuaRecording, wanted = /http-client|REQUEST/): string[] {
  return log.lua
    .map((line) => /^lmtp\([^)]*\)<PID><SESSION>: (Debug|Info|Warning|Error): (.*)$/s.exec(line))
    .flatMap((match) => (match ? [`${match[1]?.toLowerCase()}: ${match[2]}`] : []))
    .filter((line) => wanted.test(line));
}

interface Scenario {
  readonly what: string;
  readonly endpoint?: HttpThreadOptions['endpoint'];
  readonly settings?: Readonly<Record<string, string>>;
}

const scenarios: readonly Scenario[] = [
  { what: 'request', endpoint: { headers: { 'X-Answer': 'yes' }, body: 'body of the answer' } },
  { what: 'payload' },
  { what: 'down' },
  { what: 'timeout', endpoint: { delayMs: 1000 } },
  { what: 'http_503_retry_after', endpoint: { status: [503, 200], headers: { 'Retry-After': '1' } } },
  {
    what: 'global_settings',
    endpoint: { delayMs: 1000 },
    settings: { http_client_request_timeout: '200ms' },
  },
];

describe('dovecot.http of 2.4.1', () => {
  it.each(scenarios)('is what was recorded ($what)', async ({ what, endpoint = {}, settings = {} }) => {
    const { stage, thread: http } = await stageWithHttp({ endpoint, settings });
    const down = await unusedPort();
    loadProbe(stage, 'httpprobe-2.4.lua', 'httpprobe.lua');
    const found = runProbe(
      stage,
      `script_init { probe_out = 'x', what = '${what}', base = 'http://127.0.0.1:${http.port}',
         down = 'http://127.0.0.1:${down}' }
       dovecot_lua_notify_event_message_new({}, {})`,
    );
    const normal = <Value>(value: Value) =>
      JSON.parse(normalise(JSON.stringify(value), http.port, down)) as Value;
    const copies = recordings(`http-${what}-2.4.json`, `dovecot-2.4.1/lua_http_${what}.json`);
    expect(copies).not.toHaveLength(0);
    for (const wanted of copies) {
      const pairs = wanted.lua_calls.map((topic, index) => ({ wanted: topic, found: normal(found)[index] }));
      expect(pairs.filter((pair) => !isDeepStrictEqual(pair.wanted, pair.found))).toEqual([]);
      expect(found).toHaveLength(wanted.lua_calls.length);
      expect(stage.log.map((line) => normalise(line, http.port, down))).toEqual(linesOf(wanted));
      expect(normal(http.requests.map(asRecorded))).toEqual(wanted.lua_http_requests);
    }
  });
});

describe('a script in the manner of 2.4', () => {
  it.each(['style24_http', 'style24_http_down'])('does what was recorded (%s)', async (scenario) => {
    const { stage, thread: http } = await stageWithHttp({});
    const down = await unusedPort();
    const url = `http://127.0.0.1:${scenario.endsWith('_down') ? down : http.port}/handler`;
    await stage.append();
    loadProbe(stage, 'style24-http.lua', 'style24-http.lua');
    pushUser(stage.context);
    setGlobalUser(stage.context.L);
    stage.run(`script_init { push_lua_url = '${url}' }
      local ctx = dovecot_lua_notify_begin_txn(user)
      dovecot_lua_notify_event_message_new(ctx, { mailbox = 'INBOX', uid = 1.0,
        from = '=?utf-8?q?=C3=84?= <alice@barfoo.org>', subject = 'Test p\u{e4}iv\u{e4}\u{e4}' })
      dovecot_lua_notify_end_txn(ctx, true)`);
    for (const wanted of recordings(`${scenario}-2.4.json`, `dovecot-2.4.1/${scenario}.json`)) {
      // The first client of the recorded process was the raw user's.
      const lines = stage.log.map((line) =>
        normalise(line, http.port, down).replace('client[1]', 'client[2]'),
      );
      expect(lines).toEqual(linesOf(wanted, /http-client|REQUEST|sent:|failed:/));
      const requests = JSON.stringify(http.requests.map(asRecorded));
      expect(JSON.parse(normalise(requests, http.port))).toEqual(wanted.lua_http_requests);
    }
  });
});

function asRecorded({
  method,
  target,
  headers,
  body,
}: HttpThread['requests'][number]): Record<string, unknown> {
  const bytes = Buffer.from(body, 'latin1');
  const isText = Buffer.from(bytes.toString()).equals(bytes);
  return {
    method,
    target,
    http_version: '1.1',
    headers: headers.map(([name, value]) => [name, name === 'Date' ? '<DATE>' : value]),
    ...(isText ? { body: bytes.toString() } : { body_base64: bytes.toString('base64') }),
  };
}

const send = (settings: string, request: string, prepare = '') => `
  local r = dovecot.http.client { ${settings} }:request { ${request} }
  ${prepare}
  local a = r:submit()
  return a:status(), a:reason(), a:payload()`;

describe('dovecot.http of 2.3', () => {
  it('waits for a 100 before it sends a payload, and says nothing of requests', async () => {
    const { stage, thread: http } = await stageWithHttp({ dialect: '2.3', endpoint: { body: 'yes' } });
    const answer = stage.run(
      send('', `url = 'http://127.0.0.1:${http.port}/x', method = 'PATCH'`, `r:set_payload('p')`),
    );
    expect(answer).toEqual(['200', 'OK', 'yes']);
    expect(http.requests[0]?.headers.map(([name]) => name)).toEqual([
      'Host',
      'Date',
      'Expect',
      'Content-Length',
      'Connection',
    ]);
    expect(stage.log).toEqual(['debug: lua: DEBUG: REQUEST: Finished']);
    expect(() => stage.run(send('', `url = 'http://x/'`, `r:set_payload('p', true)`))).toThrow(
      /^expected 2 arguments, got 3$/,
    );
  });

  it('does not ask for a 100 when there is nothing to send', async () => {
    const { stage, thread: http } = await stageWithHttp({ dialect: '2.3' });
    stage.run(send('', `url = 'http://127.0.0.1:${http.port}/x', method = 'POST'`, `r:set_payload('')`));
    expect(http.requests[0]?.headers.map(([name]) => name)).toEqual([
      'Host',
      'Date',
      'Content-Length',
      'Connection',
    ]);
  });
});

describe('dovecot.http', () => {
  it.each([
    [`url = 'ftp://127.0.0.1/'`, 'Failed to parse url ftp://127.0.0.1/: Not an HTTP URL'],
    [`url = 'http://'`, 'Failed to parse url http://: HTTP URL does not allow empty host identifier'],
    [`url = 'nonsense'`, 'Failed to parse url nonsense: Relative HTTP URL not allowed'],
    ['', 'cannot create request: url not specified'],
    ['url = {}', "bad argument #-2 to 'request' (string expected, got table)"],
  ])('refuses a request with { %s }', (request, message) => {
    expect(() => createStage().run(send('', request))).toThrow(message);
  });

  it('takes a URL without a scheme for http, as Dovecot does here', () => {
    expect(createStage().run(send('', `url = '//127.0.0.1/'`))).toEqual(['200', 'OK', '']);
  });

  it.each([
    [`r:add_header('X', 'a\\r\\nY: b')`, /CR, LF or NUL/],
    [`r:add_header('X\\n', 'a')`, /CR, LF or NUL/],
    [`r:add_header('X:', 'a')`, /without a colon/],
    [`r:add_header('X', 'a\\0b')`, /CR, LF or NUL/],
    [`r:set_payload('a') r:set_payload('b')`, /has a payload already/],
    [`r:submit() r:submit()`, /submitted already/],
    [`r.submit(5)`, /^Bad argument #1, expected struct http_client_request got number$/],
    [`r:add_header('a')`, /^expected 3 arguments, got 2$/],
  ])('does not do what kills the real process: %s', (calls, message) => {
    expect(() => createStage().run(send('', `url = 'http://127.0.0.1/'`, calls))).toThrow(message);
  });

  it('only records requests when scripts may not use the network', async () => {
    const { stage, thread: http } = await stageWithHttp({ access: 'capture' });
    const request = `url = 'http://u:secret@127.0.0.1:${http.port}/x', method = 'POST'`;
    expect(stage.run(send('', request, `r:set_payload('p\\255')`))).toEqual(['200', 'OK', '']);
    expect(http.requests).toEqual([]);
    expect(http.records).toMatchObject([
      { method: 'POST', url: `http://127.0.0.1:${http.port}/x`, captured: true, status: 200 },
    ]);
    expect(Buffer.from(http.records[0]?.body ?? [])).toEqual(Buffer.from('p\xff', 'latin1'));
    expect(stage.log).toEqual([]);
  });

  it('fails where an address is refused, whatever its name, and records why', async () => {
    const { stage, thread: http } = await stageWithHttp({ refused: ['127.0.0.1'] });
    expect(stage.run(send('', `url = 'http://127.0.0.1:${http.port}/x'`))).toEqual([
      '9003',
      '127.0.0.1 is not for scripts',
      '',
    ]);
    expect(http.records).toMatchObject([
      { status: null, error: '127.0.0.1 is not for scripts', captured: false },
    ]);
  });

  it('asks about the address of each hop', async () => {
    const target = await startHttpThread({}, () => undefined);
    const location = `http://127.0.0.2:${target.port}/there`;
    const { stage, thread: http } = await stageWithHttp({
      refused: ['127.0.0.2'],
      endpoint: { status: [302], headers: { Location: location } },
    });
    const url = `url = 'http://127.0.0.1:${http.port}/x'`;
    expect(stage.run(send('request_max_redirects = 1', url))[1]).toBe('127.0.0.2 is not for scripts');
    expect(target.requests).toEqual([]);
    await target.close();
  });

  it('keeps what there is of a payload that breaks off, and says so', async () => {
    const { stage, thread: http } = await stageWithHttp({
      endpoint: { headers: { 'Content-Length': '3' }, body: 'abc' },
    });
    expect(stage.run(send('', `url = 'http://127.0.0.1:${http.port}/x'`))).toEqual(['200', 'OK', 'abc']);
  });

  it('sends a lost request again as often as it may, unless that is off', async () => {
    const { stage, thread: http } = await stageWithHttp({ endpoint: { drops: true } });
    const url = `url = 'http://127.0.0.1:${http.port}/x'`;
    expect(stage.run(send('request_max_attempts = 3', url))[0]).toBe('9005');
    expect(http.requests).toHaveLength(3);
    stage.run(send(`request_max_attempts = 3, auto_retry = 'no'`, url));
    expect(http.requests).toHaveLength(4);
  });

  it('takes the settings of the kind of request', async () => {
    const { stage, thread: http } = await stageWithHttp({ endpoint: { delayMs: 400 } });
    const settings = `request_timeout = '5s', read_request_timeout = '100ms', write_request_timeout = '200ms'`;
    const url = `url = 'http://127.0.0.1:${http.port}/x'`;
    expect(stage.run(send(settings, url))[0]).toBe('9008');
    expect(stage.run(send(settings, `${url}, method = 'PUT'`))[0]).toBe('9008');
    expect(stage.run(send(settings, `${url}, method = 'DELETE'`))[0]).toBe('200');
  });

  it('puts the prefix of the parent event before its lines', async () => {
    const { stage, thread: http } = await stageWithHttp({});
    stage.run(
      send(
        `event_parent = dovecot.event():append_log_prefix('mine: ')`,
        `url = 'http://127.0.0.1:${http.port}/x'`,
      ),
    );
    expect(stage.log[0]).toMatch(/^debug: lua: mine: http-client\[1\]: request \[Req1: GET /);
  });
});
