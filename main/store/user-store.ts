import type { MessageData, OpenTransaction } from '#framework';
import { INBOX, isBelow } from './mailbox-name.ts';
import { createMetadata, type Metadata } from './metadata.ts';
import { createStoredMailbox, type StoredMailbox } from './stored-mailbox.ts';
import { noSuchMailbox } from './store-error.ts';

/** All mail of one user. */
export interface UserStore {
  readonly user: string;
  /** By name. */
  readonly mailboxes: Map<string, StoredMailbox>;
  readonly subscriptions: Set<string>;
  readonly metadata: Metadata;
  /** A number that no mailbox of this user had before. */
  nextUidValidity(): number;
}

/** The user's mail as one session changes it. */
export interface MailSession {
  readonly store: UserStore;
  /** Begins a transaction in a mailbox: how drivers hear of what the session does. */
  open(mailbox: string): OpenTransaction;
  /** What MessageNew and MessageAppend say of a message. */
  parse(raw: Uint8Array): MessageData;
}

export function createUserStore(user: string, nextUidValidity: () => number): UserStore {
  return {
    user,
    mailboxes: new Map(),
    subscriptions: new Set(),
    metadata: createMetadata(),
    nextUidValidity,
  };
}

/**
 * A mailbox, which the user's INBOX becomes with its first use.
 * @throws StoreError when it is not there.
 */
export function findMailbox(
  { mailboxes }: UserStore,
  name: string,
  code?: 'NONEXISTENT' | 'TRYCREATE',
): StoredMailbox {
  const mailbox = mailboxes.get(name);
  if (!mailbox) throw noSuchMailbox(name, code);
  return mailbox;
}

/** `level` is a name that only has mailboxes below it. */
export function mailboxExistence({ mailboxes }: UserStore, name: string): 'mailbox' | 'level' | 'none' {
  if (mailboxes.has(name)) return 'mailbox';
  return [...mailboxes.keys()].some((other) => isBelow(other, name)) ? 'level' : 'none';
}

/** Adds a mailbox without telling anybody: what was there before the first session. */
export function addMailbox(
  store: UserStore,
  name: string,
  uidValidity = store.nextUidValidity(),
): StoredMailbox {
  const mailbox = createStoredMailbox(name, uidValidity);
  store.mailboxes.set(name, mailbox);
  return mailbox;
}

/**
 * Lets the INBOX of a new user come to exist without an event: whoever lists mailboxes, or looks for another one
 * than the INBOX, makes the folder on the disk (Maildir) that the INBOX is.
 */
export function ensureInbox(store: UserStore): void {
  if (!store.mailboxes.has(INBOX)) addMailbox(store, INBOX);
}

/** True for the one mailbox that comes to exist when it is opened. */
export function isAutocreated(name: string): boolean {
  return name === INBOX;
}
