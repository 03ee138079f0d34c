// Traps 1 to 11 of the list for the rebuild: what Dovecot makes of odd configurations. Trap 12 (`dlog:`) is in
// dlog.test.ts; 66 to 68 (where a Lua script comes from) are step 3's.
import { describe, expect, it } from 'vitest';
import { driversForUser, parsePushConfig, userVariables } from '../../main/config/push-config.ts';
import { startSession } from '../drivers/ox/ox-session.ts';
import { deliver, perform } from './mail-server.ts';

const alice = userVariables({ user: 'alice@example.com', service: 'lmtp', home: '/home/alice' });
const mail = deliver('Subject: hi\r\n\r\nbody\r\n');

/** The drivers that alice gets from these lines of `plugin { }`, and the line that ended the list. */
function driversOf(...lines: string[]) {
  const text = ['plugin {', ...lines, '}'].join('\n');
  return driversForUser(parsePushConfig(text, { dialect: '2.3' }), alice);
}

/** The settings of the first driver. */
const settingsOf = (value: string) => driversOf(`push_notification_driver = ${value}`).drivers[0]?.settings;
const stopOf = (value: string) => driversOf(`push_notification_driver = ${value}`).stopped?.message;

const initLines = (log: readonly string[]) => log.filter((line) => line.startsWith('Called init'));

describe('the list of drivers', () => {
  it('trap 1: driver=dlog and driver3=ox, without a driver2, is dlog only', () => {
    const { drivers, stopped } = driversOf(
      'push_notification_driver = dlog',
      'push_notification_driver3 = ox:url=http://127.0.0.1/',
    );
    expect(drivers.map(({ driver }) => driver)).toEqual(['dlog']);
    expect(stopped).toBeUndefined();
  });

  it('trap 2: an unknown driver2 leaves one driver, one error line, and a driver3 that is never tried', async () => {
    const { log, errors } = await perform([mail], {
      config: [
        'push_notification_driver = dlog',
        'push_notification_driver2 = nosuch',
        'push_notification_driver3 = dlog',
      ],
    });
    expect(initLines(log)).toHaveLength(1);
    expect(errors).toEqual(['Unknown push notification driver: nosuch']);
  });

  it('trap 3: a first driver that fails lets push_notification_backend=dlog take over', async () => {
    const { log, errors } = await perform([mail], {
      config: ['push_notification_driver = nosuch', 'push_notification_backend = dlog'],
    });
    expect(errors).toEqual(['Unknown push notification driver: nosuch']);
    expect(initLines(log)).toHaveLength(1);
    expect(log).toContain('Message data: Mailbox [INBOX], UID [1], UIDVALIDITY [1700000000]');
  });

  it('trap 4: an empty push_notification_driver is no driver at all, whatever driver2 says', () => {
    const { drivers, fallback, stopped } = driversOf(
      'push_notification_driver =',
      'push_notification_driver2 = dlog',
    );
    expect([drivers, fallback, stopped]).toEqual([[], [], undefined]);
  });
});

describe('the options of a driver', () => {
  it('trap 5: names of drivers ignore case, keys of options do not', async () => {
    expect(driversOf('push_notification_driver = DLog').drivers).toHaveLength(1);
    expect(driversOf('push_notification_driver = OX:url=http://h/').drivers).toHaveLength(1);
    expect(stopOf('ox:URL=http://h/')).toBe('ox: Driver requires the url parameter');
    const { problems } = await startSession({ entries: [{ URL: 'http://h/' }] });
    expect(problems[0]?.message).toBe('Driver requires the url parameter');
  });

  it('trap 6: the last of two urls counts, and spaces around options do not', async () => {
    expect(settingsOf('ox:  url=http://a/  url=http://b/ ')).toEqual({ url: 'http://b/' });
  });

  it('trap 7: an option ends at a space only: its value keeps colons, equals signs and question marks', () => {
    expect(settingsOf('ox:url=http://u:p@h:8009/x?a=b&c=d')).toEqual({
      url: 'http://u:p@h:8009/x?a=b&c=d',
    });
  });

  it('trap 8: user_from_metadata=no is there, and so it is on (2.4: a real boolean)', async () => {
    expect(settingsOf('ox:url=http://h/ user_from_metadata=no')).toHaveProperty('user_from_metadata', 'no');
    const log24 = async (value: string) =>
      (
        await startSession({
          entries: [{ ox_url: 'http://h/', ox_user_from_metadata: value }],
          dialect: '2.4',
        })
      ).log;
    expect((await log24('no')).at(-1)).toContain('Using user sent by OX endpoint');
    expect((await log24('yes')).at(-1)).toContain('Using user stored in METADATA');
  });

  it.each([
    ['60', "Time interval '60' is missing units (add e.g. 's' for seconds)"],
    ['1 m', "Time interval '1' is missing units (add e.g. 's' for seconds)"],
    ['soon', 'Invalid time interval: soon'],
  ])('trap 9: cache_lifetime=%s ends the list', (lifetime, reason) => {
    const [value = ''] = lifetime.split(' ');
    expect(stopOf(`ox:url=http://h/ cache_lifetime=${lifetime}`)).toBe(
      `ox: Failed to parse OX cache_lifetime ${value}: ${reason}`,
    );
  });

  it('trap 9: cache_lifetime=60s and 2mins start; `1 m` makes an option of the m', async () => {
    const lines = async (lifetime: string) =>
      (await startSession({ entries: [{ url: 'http://h/', cache_lifetime: lifetime }] })).log;
    expect((await lines('60s')).at(-1)).toContain('Using cache lifetime: 60');
    expect((await lines('2mins')).at(-1)).toContain('Using cache lifetime: 120');
    const text = 'plugin {\n push_notification_driver = ox:url=http://h/ cache_lifetime=1 m\n}';
    const [driver] = parsePushConfig(text, { dialect: '2.3' }).drivers;
    expect(driver?.settings).toEqual({ url: 'http://h/', cache_lifetime: '1', m: '' });
  });
});
