import { orderFlags } from '#framework';
import { orderKeywords, type StoredMailbox, type StoredMessage } from './stored-mailbox.ts';
import type { MailSession } from './user-store.ts';

/** A message to be saved. `flags` may hold system flags only; `\Recent` is dropped. */
export interface NewMessage {
  readonly raw: Uint8Array;
  readonly flags?: readonly string[];
  readonly keywords?: readonly string[];
}

/** Messages on their way into a mailbox: all of them come in with the commit, or none. */
export interface SaveTransaction {
  save(message: NewMessage): Promise<void>;
  /** Gives the new uids in the order of the messages. */
  commit(): Promise<readonly number[]>;
  rollback(): Promise<void>;
}

/** `save` is a delivery (MessageNew), `append` everything else (MessageAppend). */
export function openSaveTransaction(
  session: MailSession,
  mailbox: StoredMailbox,
  kind: 'save' | 'append',
): SaveTransaction {
  const transaction = session.open(mailbox.name);
  const waiting: Omit<StoredMessage, 'uid'>[] = [];
  let { keywordNames } = mailbox;
  return {
    async save({ raw, flags: given = [], keywords: wanted = [] }) {
      const flags = orderFlags(given).filter((flag) => flag !== '\\Recent');
      const { keywords, names } = orderKeywords(keywordNames, wanted);
      keywordNames = names;
      waiting.push({ raw, flags, keywords });
      await transaction.saveMessage({
        kind,
        data: { ...session.parse(raw), flags, keywords: [...keywords] },
      });
    },
    async commit() {
      const saved = waiting.map((message) => ({ ...message, uid: mailbox.uidNext++ }));
      mailbox.keywordNames = keywordNames;
      mailbox.messages.push(...saved);
      const keywords = new Set(saved.flatMap((message) => message.keywords));
      if (saved.length > 0) mailbox.highestModseq += 1 + keywords.size;
      const uids = saved.map(({ uid }) => uid);
      await transaction.commit({ uids, uidValidity: mailbox.uidValidity });
      return uids;
    },
    async rollback() {
      await transaction.rollback();
    },
  };
}
