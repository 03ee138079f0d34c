import type { MailboxStatus } from './driver.ts';

/** What a script may do with the user's mailboxes. Source: Dovecot lib-storage/mailbox-lua.c, mail-user-lua.c. */
export interface MailboxAccess {
  /** The names of a mailbox, whether there is one or not. Never throws. */
  nameMailbox(name: string): MailboxNames;
  /**
   * Opens a mailbox, and so finds out whether it is there. One that is created on the way is an event of its own,
   * and this waits for the drivers that hear of it.
   * @throws MailAccessError when it cannot be opened.
   */
  openMailbox(name: string, options: OpenOptions): void | Promise<void>;
  /** @throws MailAccessError when it is not known. */
  readStatus(name: string): OpenMailboxStatus;
  /**
   * Sets an entry as it is called in MailAccess.getMetadata, or takes it away (undefined). No driver hears of it.
   * @throws MailAccessError when it cannot be changed.
   */
  changeMetadata(mailbox: string, entry: string, value: string | undefined): void | Promise<void>;
  /** The entries of a mailbox that begin with the prefix, sorted by name. Never throws. */
  listMetadata(mailbox: string, prefix: string): readonly MetadataItem[];
}

/** `vname` is what users see (INBOX in capitals, levels by `/`), `name` what the storage calls it. */
export interface MailboxNames {
  readonly vname: string;
  readonly name: string;
}

/** Dovecot's MAILBOX_FLAG_AUTO_CREATE and _AUTO_SUBSCRIBE: a mailbox that is missing is created, and subscribed to. */
export interface OpenOptions {
  readonly autoCreate: boolean;
  readonly autoSubscribe: boolean;
}

/** What is known of a mailbox once it is open. Source: Dovecot mail-storage.h, struct mailbox_status. */
export interface OpenMailboxStatus extends MailboxStatus {
  /** Messages from this uid on are recent. */
  readonly firstRecentUid: number;
  /** Counts from 1; 0 when all messages are seen. */
  readonly firstUnseenSeq: number;
  readonly highestModseq: number;
}

export interface MetadataItem {
  readonly entry: string;
  readonly value: string;
}
