import { orderFlags } from '#framework';
import { openSaveTransaction, type SaveTransaction } from './save-transaction.ts';
import { orderKeywords, type StoredMailbox, type StoredMessage } from './stored-mailbox.ts';
import type { MailSession } from './user-store.ts';

/** How STORE changes flags: `+FLAGS`, `-FLAGS` or `FLAGS`. */
export interface FlagsChange {
  readonly mode: 'add' | 'remove' | 'replace';
  readonly flags: readonly string[];
  readonly keywords: readonly string[];
  /** Messages from this uid on are \Recent to the session; the mailbox's own mark when absent. */
  readonly recentFrom?: number;
}

/** Changes flags and keywords of messages in one transaction. Messages that stay as they are raise nothing. */
export async function changeFlags(
  session: MailSession,
  mailbox: StoredMailbox,
  uids: readonly number[],
  change: FlagsChange,
): Promise<void> {
  const transaction = session.open(mailbox.name);
  let { keywordNames } = mailbox;
  const changed = new Map<number, StoredMessage>();
  for (const message of selectMessages(mailbox, uids)) {
    const flags = orderFlags(combine(message.flags, change.flags, change.mode));
    const ordered = orderKeywords(
      keywordNames,
      combine(message.keywords, spelled(keywordNames, change.keywords), change.mode),
    );
    if (change.mode !== 'remove') keywordNames = ordered.names;
    changed.set(message.uid, { ...message, flags, keywords: ordered.keywords });
    const recent = message.uid >= (change.recentFrom ?? mailbox.firstRecentUid) ? ['\\Recent'] : [];
    await transaction.changeMessage(message.uid, {
      kind: 'flags',
      before: [...message.flags, ...recent],
      after: [...flags, ...recent],
    });
    await transaction.changeMessage(message.uid, {
      kind: 'keywords',
      before: message.keywords,
      after: ordered.keywords,
    });
  }
  mailbox.keywordNames = keywordNames;
  mailbox.highestModseq += countChanges(mailbox.messages, changed);
  mailbox.messages = mailbox.messages.map((message) => changed.get(message.uid) ?? message);
  await transaction.commit({ uidValidity: mailbox.uidValidity });
}

// One for flags whichever they are, one for each keyword and direction.
function countChanges(
  messages: readonly StoredMessage[],
  changed: ReadonlyMap<number, StoredMessage>,
): number {
  const changes = new Set<string>();
  for (const before of messages) {
    const after = changed.get(before.uid) ?? before;
    if (before.flags.join(' ') !== after.flags.join(' ')) changes.add('flags');
    for (const keyword of without(after.keywords, before.keywords)) changes.add(`+${keyword}`);
    for (const keyword of without(before.keywords, after.keywords)) changes.add(`-${keyword}`);
  }
  return changes.size;
}

function without(keywords: readonly string[], others: readonly string[]): string[] {
  return keywords.filter((keyword) => !others.includes(keyword));
}

function combine(
  present: readonly string[],
  given: readonly string[],
  mode: FlagsChange['mode'],
): readonly string[] {
  if (mode === 'replace') return given;
  const others = present.filter((flag) => !given.includes(flag));
  return mode === 'add' ? [...others, ...given] : others;
}

/** Keywords as the mailbox spells them: they are compared ignoring case. */
function spelled(names: readonly string[], keywords: readonly string[]): string[] {
  return keywords.map(
    (keyword) => names.find((name) => name.toLowerCase() === keyword.toLowerCase()) ?? keyword,
  );
}

/** Expunges messages in one transaction. */
export async function expungeMessages(
  session: MailSession,
  mailbox: StoredMailbox,
  uids: readonly number[],
): Promise<void> {
  const expunge = await beginExpunge(session, mailbox, uids);
  await expunge.commit();
}

async function beginExpunge(
  session: MailSession,
  mailbox: StoredMailbox,
  uids: readonly number[],
): Promise<{ commit(): Promise<void> }> {
  const transaction = session.open(mailbox.name);
  for (const { uid } of selectMessages(mailbox, uids)) {
    await transaction.changeMessage(uid, { kind: 'expunge' });
  }
  return {
    async commit() {
      const gone = new Set(uids);
      const left = mailbox.messages.filter(({ uid }) => !gone.has(uid));
      if (left.length < mailbox.messages.length) mailbox.highestModseq++;
      mailbox.messages = left;
      await transaction.commit({ uidValidity: mailbox.uidValidity });
    },
  };
}

/** Copies messages with their flags and keywords. Gives the uids in the target. */
export async function copyMessages(
  session: MailSession,
  source: StoredMailbox,
  uids: readonly number[],
  target: StoredMailbox,
): Promise<readonly number[]> {
  const copies = await saveCopies(session, source, uids, target);
  return copies.commit();
}

/**
 * Moves messages: an append inside an expunge. The target's transaction begins first and ends first, and while
 * it ends the messages are still in the source.
 */
export async function moveMessages(
  session: MailSession,
  source: StoredMailbox,
  uids: readonly number[],
  target: StoredMailbox,
): Promise<readonly number[]> {
  const copies = await saveCopies(session, source, uids, target);
  const expunge = await beginExpunge(session, source, uids);
  const newUids = await copies.commit();
  await expunge.commit();
  return newUids;
}

async function saveCopies(
  session: MailSession,
  source: StoredMailbox,
  uids: readonly number[],
  target: StoredMailbox,
): Promise<SaveTransaction> {
  const copies = openSaveTransaction(session, target, 'append');
  for (const message of selectMessages(source, uids)) await copies.save(message);
  return copies;
}

/** The messages with these uids, ascending, whatever the order asked for. */
export function selectMessages({ messages }: StoredMailbox, uids: readonly number[]): StoredMessage[] {
  const wanted = new Set(uids);
  return messages.filter(({ uid }) => wanted.has(uid));
}
