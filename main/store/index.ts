export { deliverMessage, type DeliveryOptions } from './delivery.ts';
export { createMailAccess, nameMailbox } from './mail-access.ts';
export { addInbox, createMailStore, type MailStore } from './mail-store.ts';
export * from './mailbox-name.ts';
export * from './mailbox-operations.ts';
export * from './message-operations.ts';
export * from './metadata.ts';
export { changeMetadata } from './metadata-change.ts';
export { METADATA_FILE, openMetadataFile, type MetadataFile } from './metadata-file.ts';
export { openSaveTransaction, type NewMessage, type SaveTransaction } from './save-transaction.ts';
export { mailboxStatus, type StoredMailbox, type StoredMessage } from './stored-mailbox.ts';
export * from './store-error.ts';
export {
  addMailbox,
  ensureInbox,
  findMailbox,
  mailboxExistence,
  type MailSession,
  type UserStore,
} from './user-store.ts';
