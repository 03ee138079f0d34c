import { describe, expect, it } from 'vitest';
import {
  driversForUser,
  parsePushConfig,
  userVariables,
  type PushConfigOptions,
} from '../../main/config/push-config.ts';

const alice = userVariables({ user: 'alice@example.com', service: 'lmtp', home: '/home/alice' });
const parse = (text: string, options: Partial<PushConfigOptions> = {}) =>
  parsePushConfig(text, { dialect: '2.4', ...options });
const block = (name: string, ...lines: string[]) =>
  [`push_notification ${name} {`, ...lines.map((line) => `  ${line}`), '}'].join('\n');
const refusal = (text: string) => {
  const { activation } = parse(text);
  return activation.state === 'refused' ? activation.message : undefined;
};
const codes = (text: string) => parse(text).diagnostics.map(({ code }) => code);
const URL = 'ox_url = http://h/';

describe('the drivers of Dovecot 2.4', () => {
  it('come in the order of the text, whatever they are called', () => {
    const text = [block('10', 'driver = ox', URL), block('2', 'driver = dlog'), block('dlog')].join('\n');
    expect(parse(text).drivers.map(({ name, driver }) => [name, driver])).toEqual([
      ['10', 'ox'],
      ['2', 'dlog'],
      ['dlog', 'dlog'],
    ]);
  });

  it('are merged by name and keep their place', () => {
    const text = [
      block('a', 'driver = ox', 'ox_url = http://old/'),
      block('dlog'),
      block('a', URL, 'driver ='),
    ].join('\n');
    expect(parse(text).drivers).toMatchObject([
      { name: 'a', driver: 'a', settings: { ox_url: 'http://h/' }, line: 1 },
      { name: 'dlog' },
    ]);
  });

  it('have one spelling for short and full names', () => {
    const short = parse(block('ox', 'url = http://h/', 'cache_ttl = 10s', 'user_from_metadata = yes'));
    const full = parse(
      block(
        'x',
        'push_notification_driver = ox',
        'push_notification_ox_url = http://h/',
        'push_notification_ox_cache_ttl = 10s',
        'ox_user_from_metadata = yes',
      ),
    );
    const settings = { ox_url: 'http://h/', ox_cache_ttl: '10s', ox_user_from_metadata: 'yes' };
    expect(short.drivers[0]?.settings).toEqual(settings);
    expect(full.drivers[0]?.settings).toEqual(settings);
    expect(full.drivers[0]?.driver).toBe('ox');
  });

  it('take over what the top level says, below their own', () => {
    const text = [
      'http_client_request_timeout = 300ms',
      'http_client_request_max_attempts = 1',
      'lua_settings {\n  both = top\n  top = 1\n}',
      block('ox', URL, 'http_client_request_max_attempts = 4'),
      block('lua', 'lua_file = /x.lua', 'lua_settings {', 'both = block', '}'),
    ].join('\n');
    const [ox, lua] = parse(text).drivers;
    expect(ox?.settings).toMatchObject({
      http_client_request_timeout: '300ms',
      http_client_request_max_attempts: '4',
    });
    expect(lua?.settings).toMatchObject({
      lua_file: '/x.lua',
      'lua_settings/both': 'block',
      'lua_settings/top': '1',
    });
  });

  it('have the newer time-out and attempts with a newer dovecot_config_version', () => {
    const newer = `dovecot_config_version = 2.4.5\n${block('ox', URL)}`;
    expect(parse(newer).drivers[0]?.settings).toEqual({
      http_client_request_timeout: '2s',
      http_client_request_max_attempts: '2',
      ox_url: 'http://h/',
    });
    expect(parse(newer.replace('2.4.5', '2.4.0')).drivers[0]?.settings).toEqual({ ox_url: 'http://h/' });
    expect(
      refusal(`dovecot_config_version = 2.4.4\n${block('ox', URL, 'push_notification_ox {', '}')}`),
    ).toBeUndefined();
  });

  it('may stand in a protocol section, after the others', () => {
    const text = `protocol imap {\n${block('dlog')}\n}\n${block('ox', URL)}`;
    expect(parse(text, { protocol: 'imap' }).drivers.map(({ name }) => name)).toEqual(['ox', 'dlog']);
    expect(parse(text).drivers.map(({ name }) => name)).toEqual(['ox']);
  });

  it.each([
    [
      'a block of no driver',
      block('x', URL),
      "Unable to identify push notification driver 'x': Name does not match any registered drivers",
    ],
    [
      'a driver of 2.3',
      block('x', 'driver = ox:url=http://h/'),
      "Unable to identify push notification driver 'x': Name does not match any registered drivers",
    ],
    ['an empty url', block('ox', 'ox_url ='), 'ox: push_notification_ox_url is missing or empty'],
    [
      'a block without a setting of ox',
      `push_notification_ox_url = http://h/\n${block('ox')}`,
      'ox: Filter push_notification=ox unexpectedly not found (invalid userdb or -o override settings?)',
    ],
    ['no lua_file', block('lua'), 'lua: lua_file setting is empty'],
    [
      'an inline script',
      block('lua', 'lua_file = inline:x'),
      "lua: Lua doesn't support inline content for lua_file",
    ],
    [
      'an unknown variable in lua_settings',
      block('lua', 'lua_file = /x', 'lua_settings {', 'bad = %{nosuch}', '}'),
      "lua: dlua settings: Failed to parse configuration: Failed to expand lua_settings/bad setting variables: Unknown variable 'nosuch'",
    ],
  ])('end at %s', (_, text, message) => {
    const { drivers, stopped } = driversForUser(parse(`${text}\n${block('dlog')}`), alice);
    expect(drivers).toEqual([]);
    expect(stopped?.message).toBe(message);
    expect(codes(text)).toContain('driver-does-not-start');
  });

  it('have the variables of lua_settings expanded and the fields of a static userdb added', () => {
    const text = [
      block(
        'lua',
        'lua_file = /x',
        'lua_settings {',
        'name = %{user | username | upper}',
        'a = 1',
        'old = %u',
        '}',
      ),
      'userdb static {\n  fields {\n    lua_settings/extra = e\n    push_notification/lua/lua_settings/a = over\n  }\n}',
    ].join('\n');
    expect(driversForUser(parse(text), alice).drivers[0]?.settings).toMatchObject({
      'lua_settings/name': 'ALICE',
      'lua_settings/a': 'over',
      'lua_settings/old': '%u',
      'lua_settings/extra': 'e',
    });
  });
});

describe('a text that Dovecot 2.4 refuses', () => {
  it.each([
    [
      block('x', 'driver = ox', 'url = http://h/'),
      'url: Unknown setting: url (push_notification_url or push_notification_x_url not found either. Did you mean push_notification_ox_url?)',
    ],
    [
      block('ox', URL, 'max_retries = 1'),
      'max_retries: Unknown setting: max_retries (push_notification_max_retries or push_notification_ox_max_retries not found either.)',
    ],
    [
      'push_notification_driver2 = dlog',
      'push_notification_driver2: Unknown setting: push_notification_driver2',
    ],
    ['plugin {\n}', 'Unknown section name: plugin'],
    [block('ox', URL, 'push_notification_ox {', '}'), 'Unknown section name: push_notification_ox'],
    ['push_notification {\n}', 'push_notification { } is missing section name'],
    [
      block('ox', 'ox_cache_ttl = 90'),
      "ox_cache_ttl: Time interval '90' is missing units (add e.g. 's' for seconds)",
    ],
    [block('ox', URL, 'ox_cache_ttl = 0'), 'push_notification_ox_cache_ttl must not be 0'],
    [
      block('ox', 'ox_user_from_metadata = maybe'),
      'ox_user_from_metadata: Invalid boolean value: maybe (use yes or no)',
    ],
    [block('ox', URL, 'http_client_request_max_attempts = 0'), 'request_max_attempts must not be 0'],
    [
      block('ox', 'http_client_request_max_attempts = -1'),
      'http_client_request_max_attempts: Invalid number -1: Number too small',
    ],
    [block('ox', 'ox_url = ftp://h/'), "Invalid push_notification_ox_url 'ftp://h/': Not an HTTP URL"],
    [
      block('ox', 'ox_url = http://h/%n'),
      "Invalid push_notification_ox_url 'http://h/%n': Expecting hex digit after '%', but found 'n'",
    ],
    [block('dlog').replace(' {', '{'), "Expecting '{'"],
    ['push_notification dlog { }', "Garbage after '{'"],
  ])('%j', (text, message) => {
    expect(refusal(text)).toBe(message);
    expect(parse(text).drivers).toEqual([]);
    expect(parse(text).diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
  });

  it('names a file that is not there, when it may look', () => {
    const text = block('dlog', 'lua_file = /x.lua');
    const fileProblem = (file: string) => `open(${file}) failed: No such file or directory`;
    expect(parse(text, { fileProblem }).activation).toEqual({
      state: 'refused',
      message: 'lua_file: open(/x.lua) failed: No such file or directory',
      line: 2,
    });
    expect(refusal(text)).toBeUndefined();
  });
});

describe('the plugins of 2.4', () => {
  it('are switched on and off in a block, and replaced by a line', () => {
    const text =
      'mail_plugins {\n  notify = yes\n  push_notification = yes\n  quota = no\n}\nprotocol imap {\n  mail_plugins = quota\n}\nprotocol lda {\n  mail_plugins {\n    push_notification = no\n  }\n}';
    expect(parse(text).plugins).toEqual(['notify', 'push_notification']);
    expect(parse(text).activeProtocols).toEqual(['lmtp', 'doveadm']);
    expect(parse(text, { protocol: 'imap' }).plugins).toEqual(['quota']);
  });

  it('do not know $mail_plugins', () => {
    expect(parse('mail_plugins = $mail_plugins notify push_notification').activation).toMatchObject({
      state: 'fatal',
      message: expect.stringContaining("Plugin '$mail_plugins' not found") as string,
    });
  });
});

describe('what is said about a text of 2.4', () => {
  it('names settings that the driver does not read, and the unit of the cache', () => {
    expect(codes(block('dlog', URL))).toContain('unused-setting');
    expect(codes(block('ox', URL, 'ox_cache_ttl = 60s'))).toContain('cache-ttl-unit');
  });

  it('explains where options of 2.3 belong', () => {
    const { diagnostics } = parse(block('x', 'driver = ox:url=http://h/'));
    expect(diagnostics.find(({ code }) => code === 'driver-does-not-start')?.message).toContain('ox_url');
  });

  it('says that a variable in lua_file kills the process of 2.4.1', () => {
    const text = block('lua', 'lua_file = /x-%{user}.lua');
    expect(parse(text).activation.state).toBe('fatal');
    expect(parse(`dovecot_config_version = 2.4.4\n${text}`).activation.state).toBe('active');
  });
});
