import { isMessageEvent, type MessageEvent, type PushEvent } from '#framework';
import { addMailbox, type StoredMailbox, type StoredMessage, type UserStore } from '#store';

/**
 * Makes the mail as the events tell of it, so that a script that asks for the status of a mailbox gets numbers
 * that fit: new messages are there and unseen, flags are as they were set, expunged messages are gone.
 */
export function applyEvents(store: UserStore, events: readonly PushEvent[]): void {
  for (const event of events) {
    if (isMessageEvent(event)) applyToMessage(mailboxOf(store, event.mailbox, event.uidValidity), event);
    else applyToMailbox(store, event);
  }
}

function mailboxOf(store: UserStore, name: string, uidValidity: number): StoredMailbox {
  return store.mailboxes.get(name) ?? addMailbox(store, name, uidValidity || 1);
}

function applyToMailbox(store: UserStore, event: PushEvent): void {
  if (event.name === 'MailboxDelete') store.mailboxes.delete(event.mailbox);
  else if (event.name === 'MailboxSubscribe') store.subscriptions.add(event.mailbox);
  else if (event.name === 'MailboxUnsubscribe') store.subscriptions.delete(event.mailbox);
  else if (event.name === 'MailboxCreate') mailboxOf(store, event.mailbox, event.uidValidity ?? 1);
  else if (event.name === 'MailboxRename') {
    const mailbox = mailboxOf(store, event.mailboxOld, 1);
    store.mailboxes.delete(event.mailboxOld);
    mailbox.name = event.mailbox;
    store.mailboxes.set(event.mailbox, mailbox);
  }
}

function applyToMessage(mailbox: StoredMailbox, event: MessageEvent): void {
  const known = mailbox.messages.find(({ uid }) => uid === event.uid);
  const others = mailbox.messages.filter(({ uid }) => uid !== event.uid);
  const changed = changeMessage(known, event);
  mailbox.messages = [...others, ...(changed ? [changed] : [])].toSorted((one, other) => one.uid - other.uid);
  mailbox.uidNext = Math.max(mailbox.uidNext, event.uid + 1);
}

function changeMessage(known: StoredMessage | undefined, event: MessageEvent): StoredMessage | undefined {
  const message = known ?? { uid: event.uid, raw: new Uint8Array(), flags: [], keywords: [] };
  switch (event.name) {
    case 'MessageNew':
    case 'MessageAppend':
      return { ...message, flags: event.flags ?? [], keywords: event.keywords ?? [] };
    case 'MessageExpunge':
      return undefined;
    case 'FlagsSet':
      return {
        ...message,
        flags: union(message.flags, event.flags),
        keywords: union(message.keywords, event.keywords),
      };
    case 'FlagsClear':
      return {
        ...message,
        flags: without(message.flags, event.flags),
        keywords: without(message.keywords, event.keywords),
      };
    case 'MessageRead':
      return { ...message, flags: union(message.flags, ['\\Seen']) };
    case 'MessageTrash':
      return { ...message, flags: union(message.flags, ['\\Deleted']) };
  }
}

const union = (one: readonly string[], other: readonly string[]) => [...new Set([...one, ...other])];
const without = (one: readonly string[], other: readonly string[]) =>
  one.filter((item) => !other.includes(item));
