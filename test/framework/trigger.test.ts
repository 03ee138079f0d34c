import { describe, expect, it } from 'vitest';
import { raiseMailboxEvent, raiseMessageEvents, type MessageChange } from '#framework';

const ref = { user: 'alice', mailbox: 'INBOX', uid: 1, uidValidity: 7 };
const raise = (change: MessageChange) =>
  raiseMessageEvents(change, ref).map(
    ({ user: _user, mailbox: _mailbox, uid: _uid, uidValidity: _v, ...event }) => event,
  );

describe('raiseMessageEvents', () => {
  it('makes MessageNew of a delivery and MessageAppend of everything else', () => {
    expect(raise({ kind: 'save', data: { from: 'bob' } })).toEqual([{ name: 'MessageNew', from: 'bob' }]);
    expect(raise({ kind: 'append', data: {} })).toEqual([{ name: 'MessageAppend' }]);
  });

  it('raises FlagsClear on every change of flags, also when nothing was cleared', () => {
    expect(raise({ kind: 'flags', before: [], after: ['\\Flagged'] })).toEqual([
      { name: 'FlagsClear', flags: [], keywords: [], flagsOld: [] },
      { name: 'FlagsSet', flags: ['\\Flagged'], keywords: [] },
    ]);
  });

  it('raises FlagsSet only for flags that went on, in Dovecot’s order', () => {
    expect(raise({ kind: 'flags', before: ['\\Seen'], after: [] }).map(({ name }) => name)).toEqual([
      'FlagsClear',
    ]);
    expect(raise({ kind: 'flags', before: [], after: ['\\Draft', '\\Answered'] })[1]).toMatchObject({
      flags: ['\\Answered', '\\Draft'],
    });
  });

  it('raises MessageRead and MessageTrash only when the flag went on', () => {
    const all = ['\\Seen', '\\Deleted'];
    expect(raise({ kind: 'flags', before: [], after: all }).map(({ name }) => name)).toEqual([
      'FlagsClear',
      'FlagsSet',
      'MessageRead',
      'MessageTrash',
    ]);
    expect(
      raise({ kind: 'flags', before: all, after: [...all, '\\Flagged'] }).map(({ name }) => name),
    ).toEqual(['FlagsClear', 'FlagsSet']);
  });

  it('raises both flag events on a change of keywords, with empty lists where nothing came or went', () => {
    expect(raise({ kind: 'keywords', before: ['a', 'b'], after: ['b'] })).toEqual([
      { name: 'FlagsClear', flags: [], keywords: ['a'], keywordsOld: ['a', 'b'] },
      { name: 'FlagsSet', flags: [], keywords: [] },
    ]);
  });

  it('raises nothing when nothing changed, whatever the order of the flags', () => {
    expect(raise({ kind: 'flags', before: ['\\Seen', '\\Draft'], after: ['\\Draft', '\\Seen'] })).toEqual([]);
    expect(raise({ kind: 'keywords', before: ['a'], after: ['a'] })).toEqual([]);
  });
});

describe('raiseMailboxEvent', () => {
  it.each([
    [{ kind: 'create', uidValidity: 5 } as const, { name: 'MailboxCreate', uidValidity: 5 }],
    [{ kind: 'rename', mailboxOld: 'Old' } as const, { name: 'MailboxRename', mailboxOld: 'Old' }],
    [{ kind: 'delete' } as const, { name: 'MailboxDelete' }],
    [{ kind: 'subscribe' } as const, { name: 'MailboxSubscribe' }],
    [{ kind: 'unsubscribe' } as const, { name: 'MailboxUnsubscribe' }],
  ])('knows %j', (change, event) => {
    const mailbox = { user: 'alice', mailbox: 'New' };
    expect(raiseMailboxEvent(change, mailbox)).toEqual({ ...mailbox, ...event });
  });
});
