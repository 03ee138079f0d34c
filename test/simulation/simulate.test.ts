import { describe, expect, it } from 'vitest';
import { scenarioSchema } from '../../main/simulation/scenario.ts';
import { createTestDrivers } from './test-drivers.ts';
import { ConfigRefused, simulate } from '../../main/simulation/simulate.ts';

const config = 'plugin {\n  push_notification_driver = dlog\n}\n';
const mail = { message: 'Subject: hi\r\n\r\nbody\r\n' };

interface Performed {
  readonly log: readonly string[];
  readonly answers: readonly string[];
}

async function perform(
  steps: readonly unknown[],
  {
    prepared,
    text = config,
    dialect = '2.3',
  }: { prepared?: object; text?: string; dialect?: '2.3' | '2.4' } = {},
): Promise<Performed> {
  const log: string[] = [];
  const answers: string[] = [];
  const { input } = scenarioSchema.parse({ input: { prepared, steps } });
  await simulate(input, {
    config: text,
    dialect,
    run: 'run',
    makeRegistry: createTestDrivers,
    deduplicateRegistrations: false,
    clock: () => 0,
    homeOf: (user) => `/home/${user}`,
    hear: ({ text: line }) => void log.push(line),
    answered: ({ answer }) => void answers.push(answer),
  });
  return { log, answers };
}

const imap = (...commands: unknown[]) => [{ imap: { commands } }];
/** The lines that name an event or a hook of a transaction, shortened. */
const events = ({ log }: Performed) =>
  log.flatMap((line) => /^(?:(\w+): .*|Called (begin|end)_txn .*)$/.exec(line)?.slice(1).find(Boolean) ?? []);
const preload = [{}, { flags: ['\\Deleted'] }, {}].map((message) => ({ ...mail, ...message }));

describe('simulate', () => {
  it('ends the session of each recipient after its delivery, the first one last', async () => {
    const users = ['a@example.com', 'b@example.com', 'c@example.com'];
    const lmtp = { rcpt_to: [...users, 'a@EXAMPLE.com'], ...mail };
    const performed = await perform([{ lmtp }], { prepared: { users } });
    const hooks = performed.log.flatMap((line) => /^Called (init|deinit) /.exec(line)?.[1] ?? []);
    expect(hooks).toEqual(['init', 'init', 'deinit', 'init', 'deinit', 'deinit']);
    expect(performed.answers).toHaveLength(4);
  });

  it('stores nothing UNCHANGEDSINCE 0', async () => {
    const commands = ['SELECT INBOX', 'STORE 1 (UNCHANGEDSINCE 0) +FLAGS (\\Seen)'];
    const performed = await perform(imap(...commands), { prepared: { preload: [mail] } });
    expect(events(performed)).toEqual([]);
    expect(performed.answers[1]).toBe('OK [MODIFIED 1] Conditional store failed.');
  });

  it('takes settings from the command line of dovecot-lda', async () => {
    const exec = [
      'dovecot-lda',
      '-o',
      'lda_mailbox_autosubscribe=yes',
      '-d',
      'alice@example.com',
      '-m',
      'New',
    ];
    const performed = await perform([{ exec, stdin: mail }]);
    expect(performed.log.join('\n')).toContain('MailboxSubscribe');
  });

  it('marks a message as seen when its text is fetched, once', async () => {
    const performed = await perform(imap('SELECT INBOX', 'FETCH 1:* (FLAGS BODY[])', 'UID FETCH 1 RFC822'), {
      prepared: { preload: [mail] },
    });
    expect(events(performed)).toEqual(['begin', 'FlagsSet', 'MessageRead', 'end']);
  });

  it.each([
    'FETCH 1 BODY.PEEK[]',
    'FETCH 1 RFC822.HEADER',
    'FETCH 1 (BODYSTRUCTURE BODY)',
    'FETCH 1 BINARY.SIZE[1]',
  ])('changes nothing with %s', async (command) => {
    const performed = await perform(imap('SELECT INBOX', command), { prepared: { preload: [mail] } });
    expect(events(performed)).toEqual([]);
  });

  it('changes nothing in a mailbox opened with EXAMINE', async () => {
    const commands = ['EXAMINE INBOX', 'FETCH 1 BODY[]', 'STORE 1 +FLAGS (\\Seen)', 'EXPUNGE', 'CLOSE'];
    const performed = await perform(imap(...commands), { prepared: { preload } });
    expect(events(performed)).toEqual([]);
    expect(performed.answers[3]).toBe('OK Expunge completed.');
  });

  it.each([
    ['a system flag that cannot be', ' (\\Bogus) '],
    ['a date that is none', ' "yesterday" '],
    ['junk', ' junk '],
  ])('rolls a MULTIAPPEND back that goes wrong with %s', async (_what, between) => {
    const performed = await perform(imap(['APPEND INBOX ', mail, between, mail]));
    expect(events(performed)).toEqual(['begin', 'end']);
    expect(performed.log.join()).not.toContain('transaction completed');
    expect(performed.answers[0]).toMatch(/^BAD/);
  });

  it('rolls a MULTIAPPEND back when a message is empty, and begins nothing when it is the first', async () => {
    const performed = await perform(
      imap(['APPEND INBOX ', mail, ' ', { message: '' }], ['APPEND INBOX ', { message: '' }]),
    );
    expect(events(performed)).toEqual(['begin', 'end']);
    expect(performed.answers).toEqual(expect.arrayContaining([expect.stringMatching(/^NO/)]));
  });

  it('creates the INBOX of a new user with the first command that opens it', async () => {
    const performed = await perform(imap('NOOP', 'SELECT INBOX', 'STATUS INBOX (MESSAGES)'), {
      prepared: { fresh: true },
    });
    expect(events(performed)).toEqual(['begin', 'MailboxCreate', 'end']);
  });

  it('performs UID forms on uids and plain forms on sequence numbers', async () => {
    const commands = [
      'SELECT INBOX',
      'EXPUNGE',
      'STORE 2 +FLAGS (a)',
      'UID STORE 1 +FLAGS (b)',
      'UID EXPUNGE 1:*',
    ];
    const performed = await perform(imap(...commands), { prepared: { preload } });
    const records = performed.log.filter((line) => line.startsWith('Message data'));
    expect(records.map((line) => /UID \[(\d+)\]/.exec(line)?.[1])).toEqual(['2', '3', '1']);
  });

  it('performs doveadm on the mailboxes and messages that a query finds', async () => {
    const doveadm = (...words: string[]) => ({ exec: ['doveadm', '-D', ...words] });
    const performed = await perform(
      [
        doveadm('mailbox', 'create', '-u', 'alice@example.com', 'Archive'),
        doveadm('move', '-u', 'alice@example.com', 'Archive', 'mailbox', 'INBOX', 'deleted'),
        doveadm('flags', 'remove', '-u', 'alice@example.com', '\\Deleted', 'mailbox', 'Archive', 'all'),
        doveadm('mailbox', 'metadata', 'set', '-u', 'alice@example.com', '-s', '', '/private/x', 'y'),
        doveadm('mailbox', 'delete', '-u', 'alice@example.com', 'Archive'),
        doveadm('mailbox', 'create', '-u', 'alice@example.com', '-s', 'New', 'New/Sub'),
        doveadm('mailbox', 'delete', '-u', 'alice@example.com', '-r', 'New'),
      ],
      { prepared: { preload } },
    );
    expect(
      events(performed)
        .join(' ')
        .split(/(?<=end) (?=begin)/),
    ).toEqual([
      'begin MailboxCreate end',
      'begin begin end MessageExpunge end',
      'begin FlagsClear end',
      'begin MessageExpunge end',
      'begin MailboxDelete end',
      ...['New', 'New/Sub'].flatMap(() => ['begin MailboxCreate end', 'begin MailboxSubscribe end']),
      'begin MailboxDelete end',
      'begin MailboxDelete end',
    ]);
  });

  it('answers what went wrong and goes on with the next step', async () => {
    const { answers } = await perform([
      { exec: ['doveadm', 'expunge', '-u', 'alice', 'mailbox', 'Nowhere', 'all'] },
      { exec: ['rm', '-rf', '/'] },
      ...imap('NONSENSE', 'COPY 1 INBOX', 'SELECT Nowhere', 'NOOP'),
    ]);
    expect(answers).toEqual([
      "Mailbox doesn't exist: Nowhere",
      'rm is no program that can be simulated: doveadm and dovecot-lda are',
      'BAD Error in IMAP command NONSENSE: Unknown command.',
      'BAD Error in IMAP command COPY: No mailbox selected.',
      "NO [NONEXISTENT] Mailbox doesn't exist: Nowhere.",
      'OK NOOP completed.',
    ]);
  });

  it('is silent where debugging is off, but for dlog in 2.4', async () => {
    const delivery = [{ lmtp: { rcpt_to: ['alice@example.com'], ...mail } }];
    const off = '\nmail_debug = no\n';
    expect((await perform(delivery, { text: config + off })).log).toEqual([]);
    const { log } = await perform(delivery, { text: `push_notification dlog {\n}${off}`, dialect: '2.4' });
    expect(log).toContain('Mailbox INBOX: dlog: Called begin_txn push_notification plugin hook.');
    expect(log.join()).not.toContain('transaction completed');
  });

  it('delivers once to a recipient who is named twice', async () => {
    const to = ['alice@example.com', 'alice@EXAMPLE.com'];
    const performed = await perform([{ lmtp: { rcpt_to: to, ...mail } }]);
    expect(events(performed)).toEqual(['begin', 'end']);
    expect(performed.answers).toHaveLength(2);
  });

  it('performs nothing under a configuration that Dovecot refuses', async () => {
    const text = 'push_notification ox {\n  nosuch = 1\n}\n';
    await expect(perform([], { text, dialect: '2.4' })).rejects.toThrow(ConfigRefused);
  });
});
