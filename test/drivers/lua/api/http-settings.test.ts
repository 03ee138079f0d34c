import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadProbe, recordings, runProbe } from './lua-recording.ts';
import { createStage } from './script-stage.ts';

/** What each may do to the real process, and what it does here instead. */
const scenarios = [
  'client_options',
  'client_options_23',
  'risky_number_key',
  'risky_array_element',
  'risky_event_parent_true',
];

describe('settings of dovecot.http.client', () => {
  it.each(scenarios)('are those of 2.4.1 (%s)', (what) => {
    const stage = createStage({ dialect: '2.4' });
    loadProbe(stage, 'httpprobe-2.4.lua', 'httpprobe.lua');
    const found = runProbe(
      stage,
      `script_init { probe_out = 'x', what = '${what}', base = 'http://127.0.0.1:24080' }
       dovecot_lua_notify_event_message_new({}, {})`,
    );
    const copies = recordings(`http-${what}-2.4.json`, `dovecot-2.4.1/lua_http_${what}.json`);
    expect(copies).not.toHaveLength(0);
    for (const { lua_calls: wanted } of copies) {
      expect(found.map(({ topic }) => topic)).toEqual(wanted.map(({ topic }) => topic));
      const pairs = wanted.map((topic, index) => ({ wanted: topic, found: found[index] }));
      expect(pairs.filter((pair) => !isDeepStrictEqual(pair.wanted, pair.found))).toEqual([]);
    }
  });

  const client = (settings: string) => `return type(dovecot.http.client { ${settings} })`;

  /** As observed in 2.3.19. */
  it.each([
    ['user_agent = 5', 'user_agent: string expected'],
    ['rawlog_dir = true', 'rawlog_dir: string expected'],
    ['max_attempts = 5.5', 'max_attempts: non-negative number expected'],
    ['max_attempts = -1', 'max_attempts: non-negative number expected'],
    ['max_attempts = "5"', 'max_attempts: non-negative number expected'],
    ['max_attempts = 4294967296', 'max_attempts: non-negative number expected'],
    ['request_timeout_msecs = true', 'request_timeout_msecs: non-negative number expected'],
    ['no_auto_retry = 1', 'no_auto_retry: boolean expected'],
    ['debug = "yes"', 'debug: boolean expected'],
    ['proxy_url = "x"', 'proxy_url is invalid: Relative HTTP URL not allowed'],
  ])('of 2.3 are refused: %s', (setting, reason) => {
    const { run } = createStage({ dialect: '2.3' });
    expect(() => run(client(setting))).toThrow(`Invalid HTTP client setting: ${reason}`);
  });

  it.each(['max_attempts = 5.0', 'no_auto_retry = false', 'timeout = {}', 'request_timeout = 5', '"x"'])(
    'of 2.3 are taken or ignored: %s',
    (setting) => {
      expect(createStage({ dialect: '2.3' }).run(client(setting))).toEqual(['table']);
    },
  );

  it.each(['2.3', '2.4', 'document'] as const)('of both releases do in %s unless it is strict', (dialect) => {
    const { run } = createStage({ dialect, strict: false });
    expect(run(client('request_timeout_msecs = 1000, max_attempts = 2, no_auto_retry = true'))).toEqual([
      'table',
    ]);
    expect(
      run(client('request_timeout = "5s", auto_redirect = false, timeout = 1000, debug = True')),
    ).toEqual(['table']);
  });

  it.each(['request_timeout = "soon"', 'timeout = "10s"'])(
    'that mean nothing matter in 2.4 only: %s',
    (given) => {
      expect(createStage({ dialect: '2.3', strict: false }).run(client(given))).toEqual(['table']);
      expect(() => createStage({ dialect: '2.4', strict: false }).run(client(given))).toThrow('Invalid HTTP');
    },
  );

  it('that nobody knows are refused by 2.4, strict or not', () => {
    for (const strict of [true, false]) {
      const { run } = createStage({ dialect: '2.4', strict });
      expect(() => run(client('nosuch = 1'))).toThrow(
        /^Invalid HTTP client setting: nosuch is unknown setting$/,
      );
    }
  });

  it('that kill the real 2.4 are errors', () => {
    const { run } = createStage({ dialect: '2.4' });
    expect(() => run(client('auto_redirect = true'))).toThrow('auto_redirect: string expected');
    expect(() => run(client('user_agent = {}'))).toThrow('user_agent: string expected');
    expect(() => run(client('event_parent = {}'))).toThrow('expected struct event got table');
  });

  it('name no files in a script that is not trusted', () => {
    const { run } = createStage({ trusted: false });
    expect(() => run(client('ssl_client_ca_file = "/etc/passwd"'))).toThrow('this script may not use files');
    expect(run(client('ssl_client_ca_file = "/etc/ssl/certs/ca-certificates.crt"'))).toEqual(['table']);
    expect(run(client('ssl_client_ca_dir = "/etc/ssl/certs/"'))).toEqual(['table']);
    expect(run(client('ssl_client_require_valid_cert = "no"'))).toEqual(['table']);
  });

  it('can have an event as parent', () => {
    expect(createStage({ dialect: '2.3' }).run(client('event_parent = dovecot.event()'))).toEqual(['table']);
  });
});
