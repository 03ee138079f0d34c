import { expungeMessages } from './message-operations.ts';
import { INBOX, isBelow, mailboxNameProblem } from './mailbox-name.ts';
import type { StoredMailbox } from './stored-mailbox.ts';
import { noSuchMailbox, StoreError } from './store-error.ts';
import {
  addMailbox,
  ensureInbox,
  findMailbox,
  isAutocreated,
  mailboxExistence,
  type MailSession,
} from './user-store.ts';

/**
 * Creates a mailbox. Levels above it that are missing come to exist without an event.
 * @throws StoreError when it is there already or the name cannot be one.
 */
export async function createMailbox(session: MailSession, name: string): Promise<StoredMailbox> {
  checkName(name);
  if (session.store.mailboxes.has(name)) throw new StoreError('ALREADYEXISTS', 'Mailbox already exists');
  const mailbox = addMailbox(session.store, name);
  ensureInbox(session.store);
  const { uidValidity } = mailbox;
  const transaction = session.open(name);
  await transaction.changeMailbox({ kind: 'create', uidValidity });
  await transaction.commit();
  return mailbox;
}

function checkName(name: string): void {
  const problem = mailboxNameProblem(name);
  if (problem !== undefined) throw new StoreError('CANNOT', problem);
}

/**
 * The mailbox, created when it is the INBOX and not there yet.
 * @throws StoreError when another one is not there.
 */
export async function openMailbox(
  session: MailSession,
  name: string,
  code?: 'NONEXISTENT' | 'TRYCREATE',
): Promise<StoredMailbox> {
  if (isAutocreated(name) && !session.store.mailboxes.has(name)) return createMailbox(session, name);
  ensureInbox(session.store);
  return findMailbox(session.store, name, code);
}

/**
 * Deletes a mailbox: first its messages, in a transaction of their own, then the mailbox. Those below it stay.
 *
 * Source: Dovecot index-storage.c, mailbox_expunge_all_data; RFC 3501 §6.3.4.
 *
 * @throws StoreError when it is the INBOX or not there.
 */
export async function deleteMailbox(session: MailSession, name: string): Promise<void> {
  const { store } = session;
  if (name === INBOX) throw new StoreError('CANNOT', "INBOX can't be deleted.");
  ensureInbox(store);
  const mailbox = findMailbox(store, name);
  await expungeMessages(
    session,
    mailbox,
    mailbox.messages.map(({ uid }) => uid),
  );
  store.mailboxes.delete(name);
  store.metadata.removeAll(name);
  const transaction = session.open(name);
  await transaction.changeMailbox({ kind: 'delete' });
  await transaction.commit();
}

/**
 * Renames a mailbox and everything below it, which is one event.
 * @throws StoreError when it is the INBOX or not there, or the new name is taken or cannot be one.
 */
export async function renameMailbox(session: MailSession, from: string, to: string): Promise<void> {
  checkRename(session, from, to);
  const { mailboxes, metadata } = session.store;
  const moved = [...mailboxes.values()].filter(({ name }) => name === from || isBelow(name, from));
  const names = new Map(moved.map((mailbox) => [mailbox, to + mailbox.name.slice(from.length)]));
  if ([...names.values()].some((name) => mailboxes.has(name)))
    throw new StoreError('ALREADYEXISTS', 'Target mailbox already exists');
  for (const [mailbox, name] of names) {
    mailboxes.delete(mailbox.name);
    metadata.rename(mailbox.name, name);
    mailbox.name = name;
    mailboxes.set(name, mailbox);
  }
  const transaction = session.open(to);
  await transaction.changeMailbox({ kind: 'rename', mailboxOld: from });
  await transaction.commit();
}

function checkRename({ store }: MailSession, from: string, to: string): void {
  ensureInbox(store);
  if (from === INBOX) throw new StoreError('CANNOT', "Renaming INBOX isn't supported.");
  if (mailboxExistence(store, from) === 'none') throw noSuchMailbox(from);
  checkName(to);
  if (isBelow(to, from)) throw new StoreError('CANNOT', "Can't rename mailbox under its own child");
}

/**
 * Subscribes to a mailbox. One that is subscribed to already is no change.
 * @throws StoreError when it is not there; a level that only has mailboxes below it is none.
 */
export async function subscribeMailbox(session: MailSession, name: string): Promise<void> {
  if (mailboxExistence(session.store, name) !== 'mailbox' && !isAutocreated(name)) throw noSuchMailbox(name);
  await addSubscription(session, name);
}

/** Subscribes to a name, whether there is such a mailbox or not. */
export async function addSubscription(session: MailSession, name: string): Promise<void> {
  const { store } = session;
  ensureInbox(store);
  if (store.subscriptions.has(name)) return;
  store.subscriptions.add(name);
  const transaction = session.open(name);
  await transaction.changeMailbox({ kind: 'subscribe' });
  await transaction.commit();
}

/** Ends a subscription; the mailbox need not be there, and without a subscription nothing happens. */
export async function unsubscribeMailbox(session: MailSession, name: string): Promise<void> {
  if (!session.store.subscriptions.delete(name)) return;
  const transaction = session.open(name);
  await transaction.changeMailbox({ kind: 'unsubscribe' });
  await transaction.commit();
}
