import { describe, expect, it } from 'vitest';
import { createTestDrivers } from './test-drivers.ts';
import { scenarioSchema } from '../../main/simulation/scenario.ts';
import { simulate } from '../../main/simulation/simulate.ts';

const message = 'From: bob@example.org\r\nSubject: hi\r\n\r\nbody\r\n';
const prepared = {
  mailboxes: ['Archive', 'Beta', 'Beta/Sub'],
  preload: [
    { message },
    { message, flags: ['\\Seen'], keywords: ['kw'] },
    { message, mailbox: 'Archive' },
    { message, mailbox: 'Beta/Sub' },
  ],
};

/** What dlog says after `doveadm`: the mailboxes and messages with their events. */
async function run(...words: string[]): Promise<string[]> {
  const log: string[] = [];
  const steps = [{ exec: ['doveadm', '-u', 'alice@example.com', ...words] }];
  const { input } = scenarioSchema.parse({ input: { prepared, steps } });
  await simulate(input, {
    config: 'plugin {\n  push_notification_driver = dlog\n}\n',
    dialect: '2.3',
    run: 'run',
    makeRegistry: createTestDrivers,
    deduplicateRegistrations: false,
    clock: () => 0,
    homeOf: (user) => `/home/${user}`,
    hear: ({ text }) => void log.push(text),
  });
  return log.flatMap((line) => {
    const [, mailbox, uid] = /Mailbox \[([^\]]*)\](?:, UID \[(\d+)\])?/.exec(line) ?? [];
    const [, event] = /^(Mailbox[A-Z]\w+|MessageExpunge): /.exec(line) ?? [];
    return event ?? (mailbox === undefined ? [] : [uid ?? '', mailbox].join(' ').trim());
  });
}

describe('doveadm', () => {
  it('goes through the mailboxes with the INBOX last', async () => {
    const found = await run('flags', 'add', '\\Flagged', 'all');
    expect(found).toEqual(['1 Beta/Sub', '1 Archive', '1 INBOX', '2 INBOX']);
  });

  it.each<[string, string[]]>([
    ['mailbox B* all', ['1 Beta/Sub']],
    ['mailbox B% all', []],
    ['mailbox A% or mailbox Beta/*', ['1 Beta/Sub', '1 Archive']],
    ['mailbox INBOX not seen', ['1 INBOX']],
    ['mailbox INBOX ( seen or flagged )', ['2 INBOX']],
    ['mailbox INBOX 1:2 unkeyword KW', ['1 INBOX']],
    ['mailbox INBOX uid 2 from BOB subject hi', ['2 INBOX']],
  ])('finds what %s says', async (query, found) => {
    expect(await run('flags', 'add', '\\Draft', ...query.split(' '))).toEqual(found);
  });

  it.each(['expunge all', 'move Archive all', 'flags add k1', 'copy Archive'])(
    'refuses %s',
    async (command) => {
      expect(await run(...command.split(' '))).toEqual([]);
    },
  );

  it('goes on with the other names after one that is refused', async () => {
    expect(await run('mailbox', 'create', 'Archive', 'a.b', 'New/')).toEqual(['New', 'MailboxCreate']);
  });

  it('subscribes to what is not there', async () => {
    expect(await run('mailbox', 'subscribe', 'Missing')).toEqual(['Missing', 'MailboxSubscribe']);
  });

  it('deletes in descending order of the names, and with -e only what is empty', async () => {
    const deleted = await run('mailbox', 'delete', '-e', 'Archive', 'Beta', 'Beta/Sub');
    expect(deleted).toEqual(['Beta', 'MailboxDelete']);
    expect(await run('mailbox', 'delete', '-r', 'Beta')).toEqual([
      '1 Beta/Sub',
      'MessageExpunge',
      'Beta/Sub',
      'MailboxDelete',
      'Beta',
      'MailboxDelete',
    ]);
  });

  it('deletes with expunge -d the mailboxes that are empty then', async () => {
    expect(await run('expunge', '-d', 'mailbox', 'Archive', 'all')).toEqual([
      '1 Archive',
      'MessageExpunge',
      'Archive',
      'MailboxDelete',
    ]);
  });
});
