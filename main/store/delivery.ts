import { createMailbox, openMailbox, subscribeMailbox } from './mailbox-operations.ts';
import { INBOX } from './mailbox-name.ts';
import { openSaveTransaction } from './save-transaction.ts';
import type { StoredMailbox } from './stored-mailbox.ts';
import { StoreError } from './store-error.ts';
import type { MailSession } from './user-store.ts';

/** Dovecot's lda_* settings, as far as they decide what is notified. */
export interface DeliveryOptions {
  /** lda_mailbox_autocreate: a mailbox that is missing is created. */
  readonly autocreate: boolean;
  /** lda_mailbox_autosubscribe: and subscribed to. */
  readonly autosubscribe: boolean;
  /** Dovecot 2.4 uses up a UIDVALIDITY on the way to a new mailbox. */
  readonly skipsUidValidity: boolean;
}

/**
 * Delivers a message: LMTP and LDA. A mailbox that is missing comes to exist in a transaction of its own; where
 * that is not possible the message goes to the INBOX.
 *
 * Source: Dovecot lib-lda/mail-deliver.c, mail_deliver_save_open and mail_deliver.
 */
export async function deliverMessage(
  session: MailSession,
  mailboxName: string,
  raw: Uint8Array,
  options: DeliveryOptions,
): Promise<number> {
  const mailbox = await openOrInbox(session, mailboxName, options);
  const delivery = openSaveTransaction(session, mailbox, 'save');
  await delivery.save({ raw });
  const [uid = 0] = await delivery.commit();
  return uid;
}

async function openOrInbox(
  session: MailSession,
  name: string,
  options: DeliveryOptions,
): Promise<StoredMailbox> {
  try {
    return await openForDelivery(session, name, options);
  } catch (error) {
    if (name === INBOX || !(error instanceof StoreError)) throw error;
    return openForDelivery(session, INBOX, options);
  }
}

async function openForDelivery(
  session: MailSession,
  name: string,
  { autocreate, autosubscribe, skipsUidValidity }: DeliveryOptions,
): Promise<StoredMailbox> {
  if (!autocreate || session.store.mailboxes.has(name)) return openMailbox(session, name);
  if (skipsUidValidity) session.store.nextUidValidity();
  const mailbox = await createMailbox(session, name);
  if (autosubscribe) await subscribeMailbox(session, name);
  return mailbox;
}
