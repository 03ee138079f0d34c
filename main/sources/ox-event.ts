import { findEvent, type EventName, type PushEvent } from '#framework';
import type { OxNotification } from '#contract/ox';
import { decodeHeader, firstAddress } from '#message';

/** The events of a notification, with notes on what the sender left open. */
export interface OxEvents {
  readonly events: readonly PushEvent[];
  readonly notes: readonly string[];
}

/**
 * Turns an OX notification into the event that drivers see: names in the framework's spelling, and the
 * decoded sender and subject beside the raw headers.
 *
 * The event name is matched ignoring case, since scripts that imitate the driver write `MessageNew`. An
 * unknown name gives no event, as Open-Xchange accepts and ignores it.
 */
export function oxEvents(notification: OxNotification): OxEvents {
  const { event, user = '', folder = '', uid = 0, uidValidity = 0 } = notification;
  const definition = findEvent(event ?? 'MessageNew');
  if (!definition)
    return { events: [], notes: [`Unknown event "${event}"; accepted and ignored, as Open-Xchange does`] };
  const name = definition.name as EventName;
  const identity = {
    name,
    user,
    mailbox: folder,
    ...(definition.kind === 'message' && { uid, uidValidity }),
  };
  const notes = event === undefined ? ['No event named; taken for MessageNew'] : [];
  return { events: [{ ...identity, ...dataOfEvent[name]?.(notification) } as PushEvent], notes };
}

// What the other events carry besides their identity is not on the wire; their lists are empty.
const dataOfEvent: Partial<Record<EventName, (notification: OxNotification) => object>> = {
  MessageNew: messageData,
  MessageAppend: messageData,
  FlagsSet: () => ({ flags: [], keywords: [] }),
  FlagsClear: () => ({ flags: [], keywords: [] }),
  MailboxRename: () => ({ mailboxOld: '' }),
};

function messageData({ from, to, subject, snippet, unseen }: OxNotification): object {
  const sender = from === undefined ? {} : firstAddress(from);
  const recipient = to === undefined ? {} : firstAddress(to);
  const data = {
    from,
    fromAddress: sender.address,
    fromDisplayName: sender.displayName,
    to,
    toAddress: recipient.address,
    toDisplayName: recipient.displayName,
    subject: subject === undefined ? undefined : decodeHeader(subject),
    subjectHeader: subject,
    snippet,
    unseen,
  };
  const present: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(data)) if (value !== undefined) present[key] = value;
  return present;
}
