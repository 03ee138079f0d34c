import { INBOX } from './mailbox-name.ts';
import type { UserStore } from './user-store.ts';

/**
 * Sets an entry, or takes it away (undefined). Entries of the server are kept with the INBOX, as in Dovecot.
 * @throws MetadataError for an entry name that cannot be one.
 */
export function changeMetadata(
  { metadata, mailboxes }: UserStore,
  mailbox: string,
  { entry, value }: { readonly entry: string; readonly value: string | undefined },
): void {
  if (value === undefined) metadata.unset(mailbox, entry);
  else metadata.set(mailbox, entry, value);
  const changed = mailboxes.get(mailbox === '' ? INBOX : mailbox);
  if (changed) changed.highestModseq++;
}
