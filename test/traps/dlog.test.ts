// Traps about the lines of dlog: 12, 31, 32, 36, 37. What dlog and Lua do to each other (33, 35) is in
// framework.test.ts; 34 (a script without a handler) is step 3's.
import { describe, expect, it } from 'vitest';
import { deliver, imap, perform } from './mail-server.ts';

const message = [
  'From: Bob <bob@example.org>',
  'To: alice@example.com',
  'Subject: hi',
  'Date: Tue, 02 Jan 2024 12:00:00 +0200',
  '',
  'Some text',
  '',
].join('\r\n');
const dlog = ['push_notification_driver = dlog'];
const itemLines = (log: readonly string[]) =>
  log.filter((line) => /^(Mailbox|Message|Flags)[A-Z]/.test(line));

describe('dlog', () => {
  it('trap 12: `dlog:` repeats its empty configuration, `dlog` has none to repeat (2.4: no such line)', async () => {
    const configLines = async (value: string) => {
      const config = [`push_notification_driver = ${value}`];
      const { log } = await perform([deliver(message)], { config });
      return log.filter((line) => line.startsWith('Config string'));
    };
    expect(await configLines('dlog:')).toEqual(['Config string for dlog push_notification driver: ']);
    expect(await configLines('dlog: a=b ')).toEqual([
      'Config string for dlog push_notification driver:  a=b',
    ]);
    expect(await configLines('dlog')).toEqual([]);
    const options = { dialect: '2.4', config: ['push_notification dlog {', '}'] } as const;
    expect((await perform([deliver(message)], options)).log.join()).not.toContain('Config string');
  });

  it('trap 31: alone it says of a delivered message that it is there, and nothing of what it says', async () => {
    const { log } = await perform([deliver(message)], { config: dlog });
    expect(log).toContain('Message data: Mailbox [INBOX], UID [1], UIDVALIDITY [1700000000]');
    expect(itemLines(log)).toEqual([]);
  });

  it('trap 32: beside ox it also prints From, Snippet and Subject, but no Date and no To', async () => {
    const { log } = await perform([deliver(message)], {
      config: [...dlog, 'push_notification_driver2 = ox:url=http://127.0.0.1:9/ max_retries=0'],
      metadata: 'user=alice',
    });
    expect(itemLines(log)).toEqual([
      'MessageNew: From [Bob <bob@example.org>]',
      'MessageNew: Snippet [Some text]',
      'MessageNew: Subject [hi]',
    ]);
  });

  it('trap 36: it says "subscribed to" of an unsubscription', async () => {
    const { log } = await perform([imap('UNSUBSCRIBE INBOX')], {
      config: dlog,
      prepared: { subscriptions: ['INBOX'] },
    });
    expect(itemLines(log)).toEqual(['MailboxUnsubscribe: Mailbox was subscribed to']);
  });

  it.each([
    ['a date of +0200', message, '2024-01-02T10:00:00+02:00'],
    ['a date of -0330', message.replace('+0200', '-0330'), '2024-01-02T15:30:00-03:30'],
    ['no date', message.replace(/Date: .*\r\n/, ''), '1970-01-01T00:00:00+00:00'],
  ])('trap 37: beside lua it prints %s as UTC with the offset behind it', async (_what, text, date) => {
    const { log } = await perform([deliver(text)], {
      config: [...dlog, 'push_notification_driver2 = lua:file=x.lua'],
    });
    expect(itemLines(log)).toContain(`MessageNew: Date [${date}]`);
  });
});
