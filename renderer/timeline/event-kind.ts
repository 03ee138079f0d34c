import type { TimelineRow } from '#contract/report';

/** What colours a row: families of RFC 5423 events, and two things that are no event. */
export type EventKind = 'new' | 'append' | 'flags' | 'gone' | 'mailbox' | 'phantom' | 'rejected' | 'other';

const kinds: Readonly<Record<string, EventKind>> = {
  MessageNew: 'new',
  MessageAppend: 'append',
  MessageExpunge: 'gone',
  MessageTrash: 'gone',
  MessageRead: 'flags',
  FlagsSet: 'flags',
  FlagsClear: 'flags',
  MailboxCreate: 'mailbox',
  MailboxDelete: 'mailbox',
  MailboxRename: 'mailbox',
  MailboxSubscribe: 'mailbox',
  MailboxUnsubscribe: 'mailbox',
};

/**
 * The kind of a row. `phantom` is a flag event without a flag: Dovecot raises FlagsClear on every flag
 * change, also when nothing was cleared (push-notification-event-flagsclear.c).
 */
export function eventKind({
  state,
  event,
  subject,
}: Pick<TimelineRow, 'state' | 'event' | 'subject'>): EventKind {
  if (state === 'rejected') return 'rejected';
  if ((event === 'FlagsClear' || event === 'FlagsSet') && subject === '') return 'phantom';
  return (Object.hasOwn(kinds, event) ? kinds[event] : undefined) ?? 'other';
}
