import { describe, expect, it } from 'vitest';
import type { PushEvent } from '#contract/report';
import {
  encodedPairs,
  eventFacts,
  eventHeadline,
  eventTitle,
  formatMailbox,
  reportHeadline,
  serverFacts,
} from '../../../renderer/detail/event-facts.ts';
import { report } from '../rows.ts';

const mailbox = { user: 'alice', mailbox: 'INBOX' };
const message = { ...mailbox, uid: 5, uidValidity: 7 };

describe('eventHeadline', () => {
  it('has subject, sender and snippet of a message', () => {
    const event = {
      name: 'MessageNew',
      ...message,
      subject: 'Test päivää',
      fromDisplayName: 'Ä',
      fromAddress: 'alice@barfoo.org',
      snippet: 'Hey',
    } as const;
    expect(eventHeadline(event)).toEqual({
      title: 'Test päivää',
      sender: 'Ä <alice@barfoo.org>',
      snippet: 'Hey',
    });
  });

  it('says so when a message has neither', () => {
    expect(eventHeadline({ name: 'MessageAppend', ...message })).toEqual({
      title: '(no subject)',
      sender: 'unknown sender',
    });
  });

  it('says so when a transaction has no event', () => {
    expect(eventHeadline(undefined).title).toBe('A transaction without an event');
  });
});

describe('reportHeadline', () => {
  it('is that of the leading event', () => {
    const events: PushEvent[] = [
      { name: 'FlagsClear', ...message, flags: [], keywords: [] },
      { name: 'MessageRead', ...message },
    ];
    expect(reportHeadline(report({ events })).title).toBe('Message read');
  });

  it('says that a transaction was rolled back', () => {
    expect(reportHeadline(report({ events: [], committed: false })).title).toMatch(/^Rolled back/);
  });
});

describe('serverFacts', () => {
  const server = { dovecot: '2.3', transaction: 'a-1', part: 1, parts: 1 };

  it('are there only for what the bridge sent', () => {
    expect(serverFacts(report())).toEqual([]);
    expect(serverFacts(report({ server }))).toEqual([{ name: 'Server', value: 'Dovecot 2.3' }]);
  });

  it('name host, service, session, and the part of a long transaction', () => {
    const all = { ...server, host: 'mail.example', service: 'imap', session: 's1', part: 2, parts: 3 };
    expect(serverFacts(report({ server: all })).map(({ value }) => value)).toEqual([
      'mail.example, Dovecot 2.3',
      'imap',
      's1',
      '2 of 3',
    ]);
  });
});

describe('eventTitle', () => {
  it('names flags, folders and renames', () => {
    expect(eventTitle({ name: 'FlagsSet', ...message, flags: ['\\Seen'], keywords: ['$A'] })).toBe(
      'Flags set: \\Seen $A',
    );
    expect(eventTitle({ name: 'FlagsClear', ...message, flags: [], keywords: [] })).toBe(
      'Flags cleared: none',
    );
    expect(eventTitle({ name: 'MailboxRename', ...mailbox, mailboxOld: 'Old' })).toBe(
      'Folder renamed: Old → INBOX',
    );
    expect(eventTitle({ name: 'MailboxCreate', ...mailbox })).toBe('Folder created: INBOX');
    expect(eventTitle({ name: 'MessageTrash', ...message })).toBe('Message marked as deleted');
  });
});

describe('eventFacts', () => {
  it('leaves out what is not known', () => {
    const names = eventFacts({ name: 'MessageRead', ...message, uid: 0 }).map(({ name }) => name);
    expect(names).toEqual(['User', 'Folder', 'UIDVALIDITY']);
  });

  it('lists flags as they are spelled, and says when there were none', () => {
    const facts = eventFacts({
      name: 'FlagsClear',
      ...message,
      flags: ['\\Seen'],
      keywords: [],
      flagsOld: [],
    });
    expect(facts).toContainEqual({ name: 'Flags', value: '\\Seen', isCode: true });
    expect(facts).toContainEqual({ name: 'Keywords', value: 'none', isCode: false });
    expect(facts).toContainEqual({ name: 'Flags before', value: 'none', isCode: false });
  });

  it('has no date for a message without a valid Date header', () => {
    const names = eventFacts({ name: 'MessageNew', ...message, date: 0, tz: 0 }).map(({ name }) => name);
    expect(names).not.toContain('Date');
  });
});

describe('encodedPairs', () => {
  it('has only what differs from its decoded form', () => {
    const event = {
      name: 'MessageNew',
      ...message,
      subject: 'päivää',
      subjectHeader: '=?utf-8?q?p=C3=A4iv=C3=A4=C3=A4?=',
      from: 'a@b.c',
      fromAddress: 'a@b.c',
    } as const;
    expect(encodedPairs(report({ events: [event] }))).toEqual([
      { name: 'Subject', decoded: 'päivää', encoded: '=?utf-8?q?p=C3=A4iv=C3=A4=C3=A4?=' },
    ]);
    expect(encodedPairs(report())).toEqual([]);
  });
});

describe('formatMailbox', () => {
  it('takes whichever of name and address there is', () => {
    expect(formatMailbox('A', 'a@b')).toBe('A <a@b>');
    expect(formatMailbox('', 'a@b')).toBe('a@b');
    expect(formatMailbox('A', undefined)).toBe('A');
    expect(formatMailbox('a@b', 'a@b')).toBe('a@b');
    expect(formatMailbox(undefined, undefined)).toBe('');
  });
});
