import { parseMessage } from '#message';
import {
  ensureInbox,
  INBOX,
  isBelow,
  normalizeMailboxName,
  openMailbox,
  type MailSession,
  type StoredMailbox,
  type StoredMessage,
} from '#store';
import { DoveadmError } from './doveadm-error.ts';
import { fitsMailbox, selectNumbers } from './sequence-set.ts';

/** What a search found in one mailbox. */
export interface Found {
  readonly mailbox: StoredMailbox;
  readonly uids: readonly number[];
}

interface Candidate {
  readonly mailbox: StoredMailbox;
  readonly message: StoredMessage;
  /** From 1. */
  readonly sequence: number;
}

type Condition = (candidate: Candidate) => boolean;

/**
 * A search query (doveadm-search-query(7)), as far as it is about mailboxes, numbers, flags and the headers that
 * are notified. Mailboxes in Dovecot's order, those in which nothing was found left out.
 *
 * @throws DoveadmError for anything else, StoreError for a mailbox that is not there.
 */
export async function search(session: MailSession, query: readonly string[]): Promise<Found[]> {
  for (const name of namedMailboxes(query)) await openMailbox(session, name);
  const words = [...query];
  const condition = readList(words);
  if (words.length > 0) throw new DoveadmError("doveadm search: there is a ')' too many");
  if (namedMailboxes(query).length === 0) ensureInbox(session.store);
  return listMailboxes(session.store.mailboxes.values())
    .map((mailbox) => ({ mailbox, uids: matchingUids(mailbox, condition) }))
    .filter(({ uids }) => uids.length > 0);
}

function namedMailboxes(query: readonly string[]): string[] {
  return query
    .filter((name, at) => query[at - 1]?.toLowerCase() === 'mailbox' && !/[*%]/.test(name))
    .map((name) => normalizeMailboxName(name));
}

// The youngest folder first, as a directory on tmpfs lists them; what is below a folder with it, and INBOX last.
function listMailboxes(mailboxes: Iterable<StoredMailbox>): StoredMailbox[] {
  const all = [...mailboxes].toReversed();
  const roots = all.filter(({ name }) => name !== INBOX && !all.some((other) => isBelow(name, other.name)));
  const trees = roots.flatMap((root) => [root, ...all.filter(({ name }) => isBelow(name, root.name))]);
  return [...trees, ...all.filter((mailbox) => !trees.includes(mailbox))];
}

function matchingUids(mailbox: StoredMailbox, condition: Condition): number[] {
  return mailbox.messages
    .filter((message, at) => condition({ mailbox, message, sequence: at + 1 }))
    .map(({ uid }) => uid);
}

/** Conditions up to the end or a closing parenthesis: all of them hold, or with `or` between them any. */
function readList(words: string[]): Condition {
  const conditions: Condition[] = [];
  let isAny = false;
  while (words.length > 0 && words[0] !== ')') {
    if (conditions.length > 0 && words[0]?.toLowerCase() === 'or') {
      isAny = true;
      words.shift();
    }
    conditions.push(readCondition(words));
  }
  if (isAny) return (candidate) => conditions.some((condition) => condition(candidate));
  return (candidate) => conditions.every((condition) => condition(candidate));
}

function readCondition(words: string[]): Condition {
  const word = words.shift() ?? '';
  if (word === '(') return readParenthesized(words);
  if (word.toLowerCase() === 'not') return negate(readCondition(words));
  const withArgument = argumentConditions.get(word.toLowerCase());
  if (withArgument) return withArgument(words.shift() ?? '');
  return readPlain(word);
}

function readParenthesized(words: string[]): Condition {
  const list = readList(words);
  if (words.shift() !== ')') throw new DoveadmError("doveadm search: a ')' is missing");
  return list;
}

function readPlain(word: string): Condition {
  const name = word.toLowerCase();
  if (name === 'all') return () => true;
  const flag = flagWords.get(name.replace(/^un/, ''));
  if (flag !== undefined) {
    const isSet: Condition = ({ message }) => message.flags.includes(flag);
    return name.startsWith('un') ? negate(isSet) : isSet;
  }
  if (!/^[\d*]/.test(word)) throw new DoveadmError(`doveadm search: ${word} is not understood here`);
  return ({ mailbox: { messages }, sequence }) =>
    fitsMailbox(word, messages.length) && isSelected(word, sequence, messages.length);
}

function isSelected(set: string, sequence: number, count: number): boolean {
  const sequences = Array.from({ length: count }, (_message, at) => at + 1);
  return selectNumbers(set, sequences)?.includes(sequence) ?? false;
}

function negate(condition: Condition): Condition {
  return (candidate) => !condition(candidate);
}

const flagWords = new Map([
  ['seen', '\\Seen'],
  ['flagged', '\\Flagged'],
  ['deleted', '\\Deleted'],
  ['answered', '\\Answered'],
  ['draft', '\\Draft'],
]);

const argumentConditions: ReadonlyMap<string, (argument: string) => Condition> = new Map([
  ['mailbox', inMailbox],
  ['uid', hasUid],
  ['keyword', hasKeyword],
  ['unkeyword', (keyword: string) => negate(hasKeyword(keyword))],
  ['subject', hasText('subject')],
  ['from', hasText('from')],
  ['to', hasText('to')],
]);

/** `*` stands for anything, `%` for anything within one level. */
function inMailbox(pattern: string): Condition {
  const source = normalizeMailboxName(pattern)
    .replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('%', '[^/]*');
  const matcher = new RegExp(`^${source}$`, 'su');
  return ({ mailbox }) => matcher.test(mailbox.name);
}

function hasUid(set: string): Condition {
  return ({ mailbox: { messages }, message }) => {
    const uids = messages.map(({ uid }) => uid);
    return selectNumbers(set, uids)?.includes(message.uid) ?? false;
  };
}

function hasKeyword(keyword: string): Condition {
  return ({ message }) => message.keywords.some((other) => other.toLowerCase() === keyword.toLowerCase());
}

function hasText(key: 'subject' | 'from' | 'to'): (text: string) => Condition {
  return (text) =>
    ({ message }) => {
      const value = parseMessage(message.raw, { dialect: '2.3' })[key];
      return value !== undefined && value.toLowerCase().includes(text.toLowerCase());
    };
}
