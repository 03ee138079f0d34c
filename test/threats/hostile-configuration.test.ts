// Configurations that somebody wrote to hurt the program. Whatever else a text may be: test/config has a property
// for that; here are the large and the explosive ones.
import { describe, expect, it } from 'vitest';
import { driversForUser, parsePushConfig, userVariables } from '../../main/config/push-config.ts';
import { LINEAR_MS } from '../message/cpu-time.ts';
import { measure } from './measure.ts';

const MB = 1024 * 1024;
const alice = userVariables({ user: 'alice@example.com', service: 'lmtp', home: '/home/alice' });
const plugin = (...lines: string[]) => ['plugin {', ...lines, '}'].join('\n');
const doubling = Array.from({ length: 60 }, () => 'mail_plugins = $mail_plugins $mail_plugins x').join('\n');

const texts: readonly (readonly [string, () => string])[] = [
  ['1 MB of opening braces', () => '{'.repeat(MB)],
  ['1 MB of closing braces', () => '}'.repeat(MB)],
  ['50,000 lines that open a section', () => 'a {\n'.repeat(50_000)],
  ['100,000 lines that close one', () => '}\n'.repeat(100_000)],
  [
    '100,000 lines of settings',
    () => Array.from({ length: 100_000 }, (_, at) => `key${at} = value`).join('\n'),
  ],
  ['20,000 drivers', () => plugin('push_notification_driver = dlog', ...numbered(20_000, 'dlog'))],
  [
    '20,000 blocks',
    () => Array.from({ length: 20_000 }, (_, at) => `push_notification a${at} {\n}`).join('\n'),
  ],
  ['50,000 plugin sections', () => 'plugin {\n}\n'.repeat(50_000)],
  ['sections nested 50,000 deep', () => `${'plugin {\n'.repeat(50_000)}${'}\n'.repeat(50_000)}`],
  ['an option list of 1 MB', () => plugin(`push_notification_driver = ox:${'a=b '.repeat(MB / 4)}`)],
  ['a value of 1 MB', () => plugin(`push_notification_driver = dlog:${'x'.repeat(MB)}`)],
  [
    '100,000 percent signs',
    () => plugin(`push_notification_driver = ox:url=http://h/${'%'.repeat(100_000)}`),
  ],
  ['50,000 variables', () => plugin(`push_notification_driver = ox:url=http://h/${'%u'.repeat(50_000)}`)],
  ['variables with enormous widths', () => plugin(`x = ${'%0999999999u'.repeat(500)}`)],
  ['variables in variables', () => plugin(`x = ${'%{'.repeat(200_000)}${'}'.repeat(200_000)}`)],
  ['a chain of base64', () => `push_notification ox {\n ox_url = %{user${' | base64'.repeat(10_000)}}\n}`],
  ['200,000 variables of 2.4', () => `push_notification ox {\n ox_url = ${'%{user}'.repeat(200_000)}\n}`],
  ['plugins that double on every line', () => doubling],
  ['1 MB of quotes', () => `a = ${'"'.repeat(MB)}`],
  ['1 MB of backslashes', () => `a = "${'\\'.repeat(MB)}`],
  ['1 MB of continued lines', () => 'a \\\n'.repeat(MB / 4)],
  ['1 MB of NUL', () => '\0'.repeat(MB)],
  ['1 MB of lone surrogates', () => '\ud800'.repeat(MB / 2)],
  ['a URL of 1 MB', () => plugin(`push_notification_driver = ox:url=http://${'a.'.repeat(MB / 2)}`)],
];

function numbered(count: number, value: string): string[] {
  return Array.from({ length: count }, (_, at) => `push_notification_driver${at + 2} = ${value}`);
}

describe('hostile configurations', () => {
  it.each(texts)(
    '%s: takes bounded time and room, and what it says of it is bounded',
    async (_name, make) => {
      const text = make();
      const { cpuMs, grownMB } = await measure(() => {
        for (const dialect of ['2.3', '2.4'] as const) {
          const config = parsePushConfig(text, { dialect });
          expect(config.diagnostics.length).toBeLessThanOrEqual(1000);
          driversForUser(config, alice);
        }
      });
      expect(cpuMs).toBeLessThan(4 * LINEAR_MS);
      expect(grownMB).toBeLessThan(600);
    },
    60_000,
  );

  it('values that name prototypes are values', () => {
    const text = plugin(
      'push_notification_driver = ox:__proto__=x constructor=y url=http://h/',
      '__proto__ = z',
    );
    const { drivers, settings } = driversForUser(parsePushConfig(text, { dialect: '2.3' }), alice);
    expect(Object.entries(drivers[0]?.settings ?? {})).toContainEqual(['constructor', 'y']);
    expect(Object.getPrototypeOf(settings)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});
