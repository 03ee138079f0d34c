import { describe, expect, it } from 'vitest';
import {
  driversForUser,
  parsePushConfig,
  userVariables,
  type PushConfigOptions,
} from '../../main/config/push-config.ts';

const alice = userVariables({ user: 'alice@example.com', service: 'lmtp', home: '/home/alice' });
const parse = (text: string, options: Partial<PushConfigOptions> = {}) =>
  parsePushConfig(text, { dialect: '2.3', ...options });
const plugin = (...lines: string[]) => ['plugin {', ...lines.map((line) => `  ${line}`), '}'].join('\n');
const names = (text: string) => parse(text).drivers.map(({ name, driver }) => `${name} ${driver}`);
const codes = (text: string) => parse(text).diagnostics.map(({ code }) => code);
const said = (text: string, code: string) =>
  parse(text)
    .diagnostics.filter((found) => found.code === code)
    .map(({ message }) => message);

describe('the drivers of Dovecot 2.3', () => {
  it('are numbered from the second on', () => {
    const text = plugin(
      'push_notification_driver = ox:url=http://h/',
      'push_notification_driver3 = lua:file=/x.lua',
      'push_notification_driver2 = DLOG',
    );
    expect(names(text)).toEqual([
      'push_notification_driver ox',
      'push_notification_driver2 DLOG',
      'push_notification_driver3 lua',
    ]);
  });

  it('end at the first gap, and it is said which one', () => {
    const text = plugin(
      'push_notification_driver = dlog',
      'push_notification_driver2 = dlog',
      'push_notification_driver4 = dlog',
    );
    expect(parse(text).drivers).toHaveLength(2);
    expect(said(text, 'driver-not-read')).toEqual([
      'push_notification_driver4 is never read: push_notification_driver3 is missing',
    ]);
  });

  it('end at an empty value', () => {
    const text = plugin('push_notification_driver =', 'push_notification_driver2 = dlog');
    expect(parse(text).drivers).toEqual([]);
    expect(said(text, 'driver-not-read')).toEqual([
      'push_notification_driver is never read: it is empty, and the list of drivers ends there',
      'push_notification_driver2 is never read: push_notification_driver is empty',
    ]);
  });

  it('do not begin with the number 1', () => {
    const text = plugin('push_notification_driver1 = dlog');
    expect(said(text, 'driver-not-read')).toEqual([
      'push_notification_driver1 is never read: the first driver has no number',
    ]);
  });

  it('have their options split at spaces and the first equals sign, and the last one of a name counts', () => {
    const [driver] = parse(
      plugin('push_notification_driver = ox:  url=http://u:p@h/x?a=b  flag url=http://h/'),
    ).drivers;
    expect(driver).toMatchObject({
      driver: 'ox',
      args: '  url=http://u:p@h/x?a=b  flag url=http://h/',
      settings: { url: 'http://h/', flag: '' },
      line: 2,
    });
  });

  it('tell a driver without a colon from one with nothing after it', () => {
    expect(parse(plugin('push_notification_driver = dlog')).drivers[0]).not.toHaveProperty('args');
    expect(parse(plugin('push_notification_driver = dlog:')).drivers[0]).toHaveProperty('args', '');
  });

  it('may stand in a protocol section, which wins there', () => {
    const text = `protocol imap {\n${plugin('push_notification_driver = ox:url=http://h/')}\n}\n${plugin('push_notification_driver = dlog')}`;
    expect(parse(text, { protocol: 'imap' }).drivers[0]?.driver).toBe('ox');
    expect(parse(text, { protocol: 'lmtp' }).drivers[0]?.driver).toBe('dlog');
  });

  it('come from the old name when not one of the list starts', () => {
    const text = plugin('push_notification_driver = nosuch', 'push_notification_backend = dlog');
    expect(driversForUser(parse(text), alice)).toMatchObject({
      drivers: [],
      fallback: [{ name: 'push_notification_backend', driver: 'dlog' }],
      stopped: { message: 'Unknown push notification driver: nosuch' },
    });
    expect(codes(plugin('push_notification_driver = dlog', 'push_notification_backend = dlog'))).toContain(
      'old-name-not-read',
    );
  });
});

describe('the drivers of a user of 2.3', () => {
  it('have their variables expanded before the options are split', () => {
    const text = plugin('push_notification_driver = ox:url=http://h/%n/%d max_retries=0', 'mine = %u');
    const { drivers, settings } = driversForUser(parse(text), alice);
    expect(drivers[0]?.settings).toEqual({ url: 'http://h/alice/example.com', max_retries: '0' });
    expect(settings).toMatchObject({ mine: 'alice@example.com' });
  });

  it.each([
    ['ox:nourl', 'ox: Driver requires the url parameter'],
    ['OX:url=ftp://h/', 'OX: Failed to parse OX REST URL ftp://h/: Not an HTTP URL'],
    [
      'ox:url=http://h/{a}',
      'ox: Failed to parse OX REST URL http://h/{a}: Path component contains invalid character',
    ],
    ['ox:url=http://h:8x/', 'ox: Failed to parse OX REST URL http://h:8x/: Invalid host port'],
    ['ox:url=http://h:99999/', 'ox: Failed to parse OX REST URL http://h:99999/: Invalid port number'],
    ['ox:url=h/x', 'ox: Failed to parse OX REST URL h/x: Relative HTTP URL not allowed'],
    ['ox:url=http://h/#f', undefined],
    [
      'ox:url=http://h/ cache_lifetime=90',
      "ox: Failed to parse OX cache_lifetime 90: Time interval '90' is missing units (add e.g. 's' for seconds)",
    ],
    ['ox:url=http://h/ cache_lifetime=0', undefined],
    ['lua', 'lua: No file in config and no push_notification_lua_script_file set'],
    [':x', 'Unknown push notification driver: '],
  ])('end at %s with %s', (value, message) => {
    const text = plugin(`push_notification_driver = ${value}`, 'push_notification_driver2 = dlog');
    const { drivers, stopped } = driversForUser(parse(text), alice);
    expect(stopped?.message).toBe(message);
    expect(drivers).toHaveLength(message === undefined ? 2 : 0);
    if (message !== undefined)
      expect(codes(text)).toEqual(expect.arrayContaining(['driver-does-not-start', 'driver-not-reached']));
  });

  it('have no mail at all when a plugin setting holds an unknown variable', () => {
    const config = parse(plugin('push_notification_driver = dlog', 'other = %C3'));
    expect(driversForUser(config, alice)).toMatchObject({
      drivers: [],
      failure: "Failed to expand plugin setting other = '%C3': Unknown variable '%C'",
    });
    expect(config.diagnostics.map(({ code }) => code)).toContain('unknown-variable');
  });
});

describe('the plugins of 2.3', () => {
  const driver = plugin('push_notification_driver = dlog');

  it('are taken as loaded when the text says nothing, and this is said', () => {
    expect(parse(driver).activation).toEqual({ state: 'active' });
    expect(codes(driver)).toContain('plugins-assumed');
  });

  it('are those of the protocol', () => {
    const text = `protocol lmtp {\n mail_plugins = $mail_plugins notify push_notification\n}\n${driver}`;
    expect(parse(text)).toMatchObject({ activation: { state: 'active' }, activeProtocols: ['lmtp'] });
    expect(parse(text, { protocol: 'imap' }).activation.state).toBe('inactive');
    expect(driversForUser(parse(text, { protocol: 'imap' }), alice).drivers).toEqual([]);
  });

  it('are for all but one protocol in a negated section', () => {
    const text = `protocol !imap {\n mail_plugins = notify push_notification\n}\n${driver}`;
    expect(parse(text).activeProtocols).toEqual(['lmtp', 'lda', 'doveadm']);
  });

  it('take $mail_plugins for the value so far', () => {
    const text = `mail_plugins = notify\nprotocol lmtp {\n mail_plugins = $mail_plugins push_notification\n}\nmail_plugins = quota\n`;
    expect(parse(text).plugins).toEqual(['notify', 'push_notification']);
    expect(parse(text, { protocol: 'imap' }).plugins).toEqual(['quota']);
    expect(
      parse('mail_plugins = $mail_plugins push_notification', { pluginBase: ['notify'] }).plugins,
    ).toHaveLength(2);
  });

  it('end the session when notify is missing, in the words of Dovecot', () => {
    expect(parse(`mail_plugins = push_notification\n${driver}`).activation).toEqual({
      state: 'fatal',
      message:
        "Couldn't load required plugin /usr/lib/dovecot/modules/lib20_push_notification_plugin.so: Plugin notify must be loaded also",
    });
  });

  it('make lua an unknown driver when its plugin is missing', () => {
    const text = `mail_plugins = notify push_notification\n${plugin('push_notification_driver = lua:file=/x')}`;
    expect(parse(text).drivers[0]?.problem).toBe('Unknown push notification driver: lua');
    expect(said(text, 'driver-does-not-start')[0]).toContain(
      'mail_plugins lacks mail_lua and push_notification_lua',
    );
  });
});

describe('what is said about a text of 2.3', () => {
  it.each([
    ['ox:url=http://h/ user_from_metadata=no', 'presence-flag', 'user_from_metadata=no still switches it on'],
    ['ox:url=http://h/ timeout=5', 'unknown-option', 'ox has no option timeout: Dovecot ignores it'],
    ['ox:url=http://h/ Max_Retries=5', 'unknown-option', 'it is spelt max_retries'],
    ['ox:url=http://h/ max_retries=-1', 'not-a-number', 'max_retries=-1 is not a number: Dovecot takes 1'],
    ['ox:url=http://u:p%40ss@h/', 'percent-is-variable', '%40 is taken for a variable: write %%40'],
    ['ox:url=http://u:p@h/', 'password-in-log', 'password and all'],
    ['ox:url=http://h/', 'metadata-not-set', 'mail_attribute_dict'],
    ['nosuch', 'driver-does-not-start', 'There are dlog, ox and lua'],
    ['dlog:x', 'unknown-option', 'dlog has no options'],
  ])('%s: %s', (value, code, message) => {
    const text = plugin(`push_notification_driver = ${value}`);
    expect(said(text, code).join('\n')).toContain(message);
    expect(parse(text).diagnostics.find((found) => found.code === code)?.line).toBe(2);
  });

  it('leaves a doubled percent sign alone', () => {
    expect(codes(plugin('push_notification_driver = ox:url=http://u:p%%40ss@h/'))).not.toContain(
      'percent-is-variable',
    );
  });

  it('refuses our settings outside plugin { }, and the syntax of 2.4', () => {
    const outside = parse('push_notification_driver = dlog');
    expect(outside.activation).toEqual({
      state: 'refused',
      message: 'Unknown setting: push_notification_driver',
      line: 1,
    });
    expect(said('push_notification_driver = dlog', 'outside-plugin')[0]).toContain('plugin { } only');
    expect(codes('push_notification ox {\n  ox_url = http://h/\n}')).toContain('syntax-of-2.4');
  });

  it('names lines that Dovecot does not understand', () => {
    expect(parse('plugin {\n  push_notification_driver = dlog\n')).toMatchObject({
      activation: { state: 'refused', message: "Missing '}' (section started at line 1)" },
      drivers: [],
    });
  });

  it('says what it leaves out', () => {
    const text =
      '!include conf.d/*.conf\nlocal 10.0.0.1 {\n  a = b\n}\nplugin {\n  x = </secret\n  y = $z\n}';
    expect(codes(text)).toEqual(
      expect.arrayContaining([
        'include-not-followed',
        'section-not-followed',
        'file-not-read',
        'reference-not-replaced',
      ]),
    );
  });

  it('says where events belong that are not of this framework', () => {
    const { diagnostics } = parse('# notify about Login and QuotaExceed');
    const found = diagnostics.find(({ code }) => code === 'foreign-event');
    expect(found).toMatchObject({
      severity: 'info',
      line: 1,
      column: 16,
      endColumn: 21,
    });
    expect(said('# QuotaWithin', 'foreign-event')[0]).toContain('quota plugin');
  });
});
