import { orderFlags, systemFlags, type MailboxRef, type MessageRef } from './event.ts';
import type { MessageData } from './events/message.ts';
import type { MessageEvent, PushEvent } from './events/rfc5423.ts';

/**
 * What a mail store did to one message. `save` is a delivery, `append` every other way in (APPEND, COPY, the
 * target of MOVE). Flags are system flags, `\Recent` included; keywords are in the mailbox's order.
 */
export type MessageChange =
  | { readonly kind: 'save' | 'append'; readonly data: MessageData }
  | { readonly kind: 'expunge' }
  | {
      readonly kind: 'flags' | 'keywords';
      readonly before: readonly string[];
      readonly after: readonly string[];
    };

/** What a mail store did to a mailbox. The name of a renamed one is the new name. */
export type MailboxChange =
  | { readonly kind: 'create'; readonly uidValidity: number }
  | { readonly kind: 'rename'; readonly mailboxOld: string }
  | { readonly kind: 'delete' | 'subscribe' | 'unsubscribe' };

/**
 * The events that one change of a message raises, in Dovecot's order. A change that changed nothing (the same
 * flags before and after) raises none.
 *
 * Source: RFC 5423 §4.1 and §4.2; Dovecot push-notification-triggers.c and push-notification-event-*.c.
 */
export function raiseMessageEvents(change: MessageChange, ref: MessageRef): MessageEvent[] {
  switch (change.kind) {
    case 'save':
      return [{ name: 'MessageNew', ...ref, ...change.data }];
    case 'append':
      return [{ name: 'MessageAppend', ...ref, ...change.data }];
    case 'expunge':
      return [{ name: 'MessageExpunge', ...ref }];
    case 'flags':
      return raiseFlagEvents(change.before, change.after, ref);
    case 'keywords':
      return raiseKeywordEvents(change.before, change.after, ref);
  }
}

/** The event that one change of a mailbox raises. Source: RFC 5423 §4.4. */
export function raiseMailboxEvent(change: MailboxChange, ref: MailboxRef): PushEvent {
  switch (change.kind) {
    case 'create':
      return { name: 'MailboxCreate', ...ref, uidValidity: change.uidValidity };
    case 'rename':
      return { name: 'MailboxRename', ...ref, mailboxOld: change.mailboxOld };
    case 'delete':
      return { name: 'MailboxDelete', ...ref };
    case 'subscribe':
      return { name: 'MailboxSubscribe', ...ref };
    case 'unsubscribe':
      return { name: 'MailboxUnsubscribe', ...ref };
  }
}

function raiseFlagEvents(
  before: readonly string[],
  after: readonly string[],
  ref: MessageRef,
): MessageEvent[] {
  const wentOn = reportable(after.filter((flag) => !before.includes(flag)));
  const wentOff = reportable(before.filter((flag) => !after.includes(flag)));
  if (orderFlags(before).join() === orderFlags(after).join()) return [];
  // FlagsClear is raised by every change, also when nothing was cleared (push-notification-event-flagsclear.c).
  const events: MessageEvent[] = [
    { name: 'FlagsClear', ...ref, flags: wentOff, keywords: [], flagsOld: orderFlags(before) },
  ];
  if (wentOn.length > 0) events.push({ name: 'FlagsSet', ...ref, flags: wentOn, keywords: [] });
  if (wentOn.includes('\\Seen')) events.push({ name: 'MessageRead', ...ref });
  if (wentOn.includes('\\Deleted')) events.push({ name: 'MessageTrash', ...ref });
  return events;
}

/** \Recent comes and goes by itself: it is no flag that anybody sets or clears. */
function reportable(flags: readonly string[]): string[] {
  return orderFlags(flags).filter((flag) => flag !== systemFlags[5]);
}

// Unlike flags, both events are always raised, with empty lists where nothing came or went.
function raiseKeywordEvents(
  before: readonly string[],
  after: readonly string[],
  ref: MessageRef,
): MessageEvent[] {
  if (before.length === after.length && before.every((keyword, at) => keyword === after[at])) return [];
  const cameIn = after.filter((keyword) => !before.includes(keyword));
  const wentOut = before.filter((keyword) => !after.includes(keyword));
  return [
    { name: 'FlagsClear', ...ref, flags: [], keywords: wentOut, keywordsOld: [...before] },
    { name: 'FlagsSet', ...ref, flags: [], keywords: cameIn },
  ];
}
