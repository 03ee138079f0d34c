// Traps 18 to 29: which change of the mail raises which events. 13 to 17, 30, 33, 35 and 83 to 85 are in
// framework.test.ts, 36 in dlog.test.ts.
import { describe, expect, it } from 'vitest';
import { createDriverRegistry, initDrivers, openTransaction, raiseMessageEvents } from '#framework';
import { createListener, deliver, imap, names, perform, preload } from './mail-server.ts';

const mail = { message: 'Subject: hi\r\n\r\nbody\r\n' };

/** What one IMAP session with the INBOX selected raises. */
const session = async (commands: readonly unknown[], messages = preload({})) =>
  (await perform([imap('SELECT INBOX', ...commands)], { prepared: messages })).heard;

describe('messages that come and go', () => {
  it('trap 18: an APPEND with \\Seen and a keyword is a MessageAppend with both, and nothing else', async () => {
    const { heard } = await perform([imap(['APPEND INBOX (\\Seen kw) ', mail])]);
    expect(names(heard)).toEqual(['INBOX: MessageAppend']);
    expect(heard[0]?.events).toMatchObject([{ flags: ['\\Seen'], keywords: ['kw'] }]);
  });

  it('trap 19: COPY is a MessageAppend in the target; MOVE also a MessageExpunge in the source, in another transaction', async () => {
    const { heard } = await perform([
      imap('CREATE Archive', ['APPEND INBOX ', mail], 'SELECT INBOX', 'COPY 1 Archive', 'MOVE 1 Archive'),
    ]);
    expect(names(heard.slice(2))).toEqual([
      'Archive: MessageAppend',
      'Archive: MessageAppend',
      'INBOX: MessageExpunge',
    ]);
  });

  it('trap 20: LMTP and LDA deliveries are MessageNew, never MessageAppend, also into a folder', async () => {
    const { heard } = await perform(
      [
        deliver(mail.message),
        deliver(mail.message, 'alice+Archive@example.com'),
        { exec: ['/usr/lib/dovecot/dovecot-lda', '-d', 'alice@example.com', '-m', 'Archive'], stdin: mail },
      ],
      { prepared: { mailboxes: ['Archive'] } },
    );
    expect(names(heard)).toEqual(['INBOX: MessageNew', 'Archive: MessageNew', 'Archive: MessageNew']);
  });
});

describe('flags and keywords', () => {
  it('trap 21: +FLAGS (\\Seen) gives FlagsClear with empty lists, then FlagsSet and MessageRead', async () => {
    const heard = await session(['STORE 1 +FLAGS (\\Seen)']);
    expect(heard).toMatchObject([
      {
        events: [
          { name: 'FlagsClear', flags: [], keywords: [], flagsOld: [], keywordsOld: [] },
          { name: 'FlagsSet', flags: ['\\Seen'], keywords: [] },
          { name: 'MessageRead' },
        ],
      },
    ]);
  });

  it('trap 22: -FLAGS (\\Seen) gives only FlagsClear (\\Seen), no FlagsSet', async () => {
    const heard = await session(['STORE 1 -FLAGS (\\Seen)'], preload({ flags: ['\\Seen'] }));
    expect(heard[0]?.events).toMatchObject([{ name: 'FlagsClear', flags: ['\\Seen'], flagsOld: ['\\Seen'] }]);
    expect(names(heard)).toEqual(['INBOX: FlagsClear']);
  });

  it('trap 23: +FLAGS (kw) gives FlagsClear with the old keywords, then FlagsSet (kw), without flags', async () => {
    const heard = await session(['STORE 1 +FLAGS (kw)'], preload({ keywords: ['old'] }));
    expect(names(heard)).toEqual(['INBOX: FlagsClear FlagsSet']);
    expect(heard[0]?.events).toMatchObject([
      { flags: [], keywords: [], keywordsOld: ['old'] },
      { flags: [], keywords: ['kw'] },
    ]);
  });

  it('trap 24: \\Seen on and off in one transaction is still MessageRead, set and cleared', async () => {
    const { definition, heard } = createListener();
    const { drivers } = await initDrivers(
      [{ driver: 'lua', settings: {} }],
      createDriverRegistry([definition]),
      {
        user: 'alice',
        clock: () => 0,
      },
    );
    const ref = { user: 'alice', mailbox: 'INBOX' };
    const transaction = openTransaction(ref, drivers, { clock: () => 0, deduplicateRegistrations: false });
    await transaction.changeMessage(1, { kind: 'flags', before: [], after: ['\\Seen'] });
    await transaction.changeMessage(1, { kind: 'flags', before: ['\\Seen'], after: [] });
    await transaction.commit({ uidValidity: 7 });
    expect(heard[0]?.events).toMatchObject([
      { name: 'FlagsClear', flags: ['\\Seen'], flagsOld: ['\\Seen'] },
      { name: 'FlagsSet', flags: ['\\Seen'] },
      { name: 'MessageRead' },
    ]);
  });

  it('trap 25: a keyword in another case was cleared and set, for whoever compares what a store tells', () => {
    const ref = { user: 'alice', mailbox: 'INBOX', uid: 1, uidValidity: 7 };
    const events = raiseMessageEvents({ kind: 'keywords', before: ['Work'], after: ['work'] }, ref);
    expect(events).toMatchObject([
      { name: 'FlagsClear', keywords: ['Work'], keywordsOld: ['Work'] },
      { name: 'FlagsSet', keywords: ['work'] },
    ]);
  });

  // A mailbox has one spelling of each keyword (Dovecot mail-index-keywords.c), so a client cannot reach that.
  it('trap 25: our store keeps the first spelling, as a Dovecot mailbox does: nothing changes', async () => {
    const heard = await session(['STORE 1 FLAGS (work)'], preload({ keywords: ['Work'] }));
    expect(heard).toEqual([]);
  });
});

describe('mailboxes', () => {
  it('trap 26: DELETE of a mailbox with two messages expunges both in one transaction, then deletes it in another', async () => {
    const { heard } = await perform([imap('DELETE Old')], {
      prepared: {
        mailboxes: ['Old'],
        preload: [
          { ...mail, mailbox: 'Old' },
          { ...mail, mailbox: 'Old' },
        ],
      },
    });
    expect(names(heard)).toEqual(['Old: MessageExpunge MessageExpunge', 'Old: MailboxDelete']);
  });

  it('trap 27: RENAME of a mailbox with children is one MailboxRename with the old name', async () => {
    const { heard } = await perform([imap('RENAME a b')], {
      prepared: { mailboxes: ['a', 'a/child', 'a/child/deep'] },
    });
    expect(heard).toMatchObject([
      { mailbox: 'b', events: [{ name: 'MailboxRename', mailbox: 'b', mailboxOld: 'a' }] },
    ]);
    expect(names(heard)).toEqual(['b: MailboxRename']);
  });

  // The list says that a mailbox need not be there; the real server refuses (observed.md, 23).
  it('trap 28: SUBSCRIBE twice is one event; as observed, of a mailbox that is missing it is NO and none', async () => {
    const { heard, answers } = await perform([
      imap('SUBSCRIBE INBOX', 'SUBSCRIBE INBOX', 'SUBSCRIBE Nowhere'),
    ]);
    expect(names(heard)).toEqual(['INBOX: MailboxSubscribe']);
    expect(answers[2]).toBe("NO Mailbox doesn't exist: Nowhere.");
  });

  it('trap 29: a delivery that makes its mailbox is MailboxCreate, MailboxSubscribe, MessageNew in three transactions', async () => {
    const { heard } = await perform([deliver(mail.message, 'alice+New@example.com')], {
      config: [
        'push_notification_driver = lua:file=x.lua',
        '}',
        'lda_mailbox_autosubscribe = yes',
        'plugin {',
      ],
    });
    expect(names(heard)).toEqual(['New: MailboxCreate', 'New: MailboxSubscribe', 'New: MessageNew']);
  });
});
