import { describe, expect, it } from 'vitest';
import { findEvent, isMessageEvent, pushEventSchema, rfc5423Events } from '#framework';

describe('the event registry', () => {
  it('declares the twelve events of Dovecot in its order', () => {
    expect(rfc5423Events.map(({ name }) => name)).toEqual([
      'FlagsClear',
      'FlagsSet',
      'MailboxCreate',
      'MailboxDelete',
      'MailboxRename',
      'MailboxSubscribe',
      'MailboxUnsubscribe',
      'MessageAppend',
      'MessageExpunge',
      'MessageNew',
      'MessageRead',
      'MessageTrash',
    ]);
  });

  it('finds an event whatever the case of its name', () => {
    expect(findEvent('messageNew')?.name).toBe('MessageNew');
    expect(findEvent('MAILBOXRENAME')?.name).toBe('MailboxRename');
    expect(findEvent('QuotaExceed')).toBeUndefined();
  });

  it('tells message events from mailbox events', () => {
    const identity = { user: 'alice', mailbox: 'INBOX' };
    expect(isMessageEvent({ name: 'MessageRead', ...identity, uid: 1, uidValidity: 2 })).toBe(true);
    expect(isMessageEvent({ name: 'MailboxDelete', ...identity })).toBe(false);
  });

  it('refuses a uid beyond 32 bits and an event without its mailbox', () => {
    const event = { name: 'MessageTrash', user: 'alice', mailbox: 'INBOX', uid: 1, uidValidity: 2 };
    expect(pushEventSchema.safeParse(event).success).toBe(true);
    expect(pushEventSchema.safeParse({ ...event, uid: 2 ** 32 }).success).toBe(false);
    expect(pushEventSchema.safeParse({ name: 'MessageTrash', uid: 1, uidValidity: 1 }).success).toBe(false);
  });
});
