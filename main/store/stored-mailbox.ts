import type { MailboxStatus, OpenMailboxStatus } from '#framework';

/** One message. `flags` are system flags without `\Recent`, `keywords` in the order of the mailbox's list. */
export interface StoredMessage {
  readonly uid: number;
  readonly raw: Uint8Array;
  readonly flags: readonly string[];
  readonly keywords: readonly string[];
}

/** One mailbox of one user. */
export interface StoredMailbox {
  name: string;
  readonly uidValidity: number;
  uidNext: number;
  /** Messages from here on are recent to whoever opens the mailbox next. */
  firstRecentUid: number;
  /** Ascending by uid. */
  messages: StoredMessage[];
  /** Every keyword ever used in this mailbox, in order of first use. */
  keywordNames: readonly string[];
  /**
   * Counts changes as Dovecot's transaction log does: one for all messages that come or go together, one for their
   * flags, one for each keyword that is set or taken away, one for a METADATA entry.
   * Source: Dovecot lib-index/mail-transaction-log-file.c, mail_transaction_update_modseq.
   */
  highestModseq: number;
}

export function createStoredMailbox(name: string, uidValidity: number): StoredMailbox {
  return {
    name,
    uidValidity,
    uidNext: 1,
    firstRecentUid: 1,
    messages: [],
    keywordNames: [],
    highestModseq: 1,
  };
}

/** Counts of a mailbox as STATUS gives them. */
export function mailboxStatus(mailbox: StoredMailbox): MailboxStatus {
  const { messages, firstRecentUid, uidNext, uidValidity, keywordNames } = mailbox;
  return {
    messages: messages.length,
    recent: messages.filter(({ uid }) => uid >= firstRecentUid).length,
    unseen: messages.filter(({ flags }) => !flags.includes('\\Seen')).length,
    uidNext,
    uidValidity,
    keywords: keywordNames,
  };
}

/** What is known of a mailbox that is open. */
export function openMailboxStatus(mailbox: StoredMailbox): OpenMailboxStatus {
  const { firstRecentUid, highestModseq, messages } = mailbox;
  const firstUnseenSeq = 1 + messages.findIndex(({ flags }) => !flags.includes('\\Seen'));
  return { ...mailboxStatus(mailbox), firstRecentUid, firstUnseenSeq, highestModseq };
}

/**
 * Keywords of one message in Dovecot's order and spelling, and the mailbox's list with them.
 *
 * A mailbox numbers its keywords by first use and compares them ignoring case; a message lists them by number,
 * however they were given.
 */
export function orderKeywords(
  names: readonly string[],
  wanted: readonly string[],
): { readonly keywords: readonly string[]; readonly names: readonly string[] } {
  const known = [...names];
  const isSame = (one: string) => (other: string) => one.toLowerCase() === other.toLowerCase();
  for (const keyword of wanted) if (!known.some(isSame(keyword))) known.push(keyword);
  return { keywords: known.filter((name) => wanted.some(isSame(name))), names: known };
}
