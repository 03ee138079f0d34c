import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { driversForUser, parsePushConfig, userVariables } from '../../main/config/push-config.ts';

const words = [
  '{',
  '}',
  '=',
  '#',
  '"',
  "'",
  '\\',
  '<',
  '$mail_plugins',
  '$',
  '%',
  '%{',
  '%u',
  ':',
  '\n',
  '\n',
  '\n',
  ' ',
  '\t',
  'plugin {\n',
  'push_notification ox {\n',
  'push_notification ',
  'protocol lmtp {\n',
  'lua_settings {\n',
  'mail_plugins = ',
  'push_notification_driver',
  'push_notification_driver2 = ',
  'push_notification_backend = ',
  'ox:url=http://',
  'ox_url = ',
  'driver = ',
  'lua:file=',
  'dlog',
  '__proto__',
  'constructor',
  '!include ',
  'Login',
  'dovecot_config_version = 2.4.5\n',
  'userdb static {\n',
  'fields {\n',
  'group @a b {\n',
  '0',
  '90',
  'é',
  '\uFEFF',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 60 })
  .map((parts) => parts.join(''));
const dialect = fc.constantFrom('2.3' as const, '2.4' as const);
const protocol = fc.constantFrom('lmtp' as const, 'lda' as const, 'imap' as const, 'doveadm' as const);
const alice = userVariables({ user: 'alice@example.com', service: 'lmtp' });

describe('parsePushConfig, whatever the text', () => {
  it('never throws, and names places that are in the text', () => {
    fc.assert(
      fc.property(text, dialect, protocol, (value, dialectOf, protocolOf) => {
        const config = parsePushConfig(value, { dialect: dialectOf, protocol: protocolOf });
        const lines = value.split('\n').length;
        for (const { line, column, endColumn } of config.diagnostics) {
          expect(line >= 1 && line <= lines && column >= 1 && endColumn >= column).toBe(true);
        }
        const { drivers, stopped } = driversForUser(config, alice);
        if (config.activation.state !== 'active') expect(drivers).toEqual([]);
        expect(drivers.every(({ problem }) => problem === undefined)).toBe(true);
        if (stopped) expect(stopped.driver.problem).toBe(stopped.message);
      }),
      { numRuns: 1500 },
    );
  });

  it.each([
    'plugin {\n',
    '}\n',
    'mail_plugins = $mail_plugins x\n',
    'push_notification a {\n}\n',
    'lua_settings {\na = b\n}\n',
    'push_notification_driver = dlog\n',
    '%',
    '#\\\n',
    'a = "\\',
    'a \\\n',
  ])(
    'takes time as the text is long: %j',
    (part) => {
      const value = `${part}${part.repeat(Math.ceil(100_000 / part.length))}`;
      const started = performance.now();
      parsePushConfig(value, { dialect: '2.3' });
      parsePushConfig(value, { dialect: '2.4' });
      expect(performance.now() - started).toBeLessThan(5000);
    },
    20_000,
  );
});
