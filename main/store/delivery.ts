import { createMailbox, openMailbox, subscribeMailbox } from './mailbox-operations.ts';
import { openSaveTransaction } from './save-transaction.ts';
import type { StoredMailbox } from './stored-mailbox.ts';
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
 * Delivers a message: LMTP and LDA. A mailbox that is missing comes to exist in a transaction of its own.
 *
 * Source: Dovecot lib-lda/mail-deliver.c, mail_deliver_save_open.
 *
 * @throws StoreError when the mailbox is not there and may not be created.
 */
export async function deliverMessage(
  session: MailSession,
  mailboxName: string,
  raw: Uint8Array,
  options: DeliveryOptions,
): Promise<number> {
  const mailbox = await openForDelivery(session, mailboxName, options);
  const delivery = openSaveTransaction(session, mailbox, 'save');
  await delivery.save({ raw });
  const [uid = 0] = await delivery.commit();
  return uid;
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
