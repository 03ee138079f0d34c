import {
  changeFlags,
  copyMessages,
  createMailbox,
  deleteMailbox,
  expungeMessages,
  findMailbox,
  isBelow,
  moveMessages,
  normalizeMailboxName,
  openMailbox,
  openSaveTransaction,
  renameMailbox,
  subscribeMailbox,
  unsubscribeMailbox,
  type FlagsChange,
  type MailSession,
  type StoredMailbox,
} from '#store';
import { parseFlags } from './imap-arguments.ts';
import { selectNumbers } from './sequence-set.ts';

/** A command line that is not understood; the message says what. */
export class DoveadmError extends Error {
  override readonly name = 'DoveadmError';
}

/** A doveadm command as parsed: the words after the options. */
export interface DoveadmCommand {
  readonly name: string;
  readonly words: readonly string[];
  readonly user: string;
  readonly mailbox?: string;
  /** Options without a value, as typed: `-s`. */
  readonly switches: ReadonlySet<string>;
}

const twoWordCommands = new Set(['flags', 'mailbox']);
/** Options that take a value. */
const withValue = /^-[cuomU]$/;

/**
 * Reads a doveadm command line without the program.
 * @throws DoveadmError when there is no command or no user.
 */
export function parseDoveadm(args: readonly string[]): DoveadmCommand {
  const words: string[] = [];
  const options = new Map<string, string>();
  const switches = new Set<string>();
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (withValue.test(word)) options.set(word, args[++at] ?? '');
    else if (/^-[A-Za-z]$/.test(word)) switches.add(word);
    else words.push(word);
  }
  const count = nameLength(words);
  const user = options.get('-u');
  if (count > words.length || !user)
    throw new DoveadmError(`doveadm needs a command and -u USER: ${args.join(' ')}`);
  const mailbox = options.get('-m');
  return {
    name: words.slice(0, count).join(' '),
    words: words.slice(count),
    user,
    switches,
    ...(mailbox !== undefined && { mailbox }),
  };
}

function nameLength([first = '', second]: readonly string[]): number {
  if (!twoWordCommands.has(first)) return 1;
  return second === 'metadata' ? 3 : 2;
}

type Handler = (session: MailSession, command: DoveadmCommand, stdin: Uint8Array) => Promise<void>;

const handlers: ReadonlyMap<string, Handler> = new Map([
  ['save', save],
  ['flags add', flags('add')],
  ['flags remove', flags('remove')],
  ['flags replace', flags('replace')],
  ['expunge', forEachMailbox(expungeMessages)],
  ['copy', transfer(copyMessages)],
  ['move', transfer(moveMessages)],
  ['mailbox create', forEachName(create)],
  ['mailbox delete', forEachName(remove)],
  ['mailbox subscribe', forEachName(subscribeMailbox)],
  ['mailbox unsubscribe', forEachName(unsubscribeMailbox)],
  ['mailbox rename', rename],
  ['mailbox metadata set', setMetadata],
  ['mailbox metadata unset', unsetMetadata],
]);

/**
 * Performs a doveadm command on the user's mail. Commands that only look do nothing here.
 * @throws StoreError or DoveadmError when it cannot.
 */
export async function performDoveadm(
  session: MailSession,
  command: DoveadmCommand,
  stdin: Uint8Array,
): Promise<void> {
  await handlers.get(command.name)?.(session, command, stdin);
}

async function save(
  session: MailSession,
  { mailbox = 'INBOX' }: DoveadmCommand,
  raw: Uint8Array,
): Promise<void> {
  const target = await openMailbox(session, normalizeMailboxName(mailbox));
  const transaction = openSaveTransaction(session, target, 'append');
  await transaction.save({ raw });
  await transaction.commit();
}

function flags(mode: FlagsChange['mode']): Handler {
  return async (session, { words: [given = '', ...query] }) => {
    const atoms = given.split(' ').filter((word) => word !== '');
    const parsed = parseFlags(atoms.map((text) => ({ kind: 'atom', text })));
    for (const { mailbox, uids } of search(session, query)) {
      await changeFlags(session, mailbox, uids, { mode, ...parsed });
    }
  };
}

function forEachMailbox(
  operation: (session: MailSession, mailbox: StoredMailbox, uids: readonly number[]) => Promise<void>,
): Handler {
  return async (session, { words }) => {
    for (const { mailbox, uids } of search(session, words)) await operation(session, mailbox, uids);
  };
}

function transfer(operation: typeof copyMessages): Handler {
  return async (session, { words: [target = '', ...query] }) => {
    const destination = await openMailbox(session, normalizeMailboxName(target));
    for (const { mailbox, uids } of search(session, query)) {
      if (uids.length > 0) await operation(session, mailbox, uids, destination);
    }
  };
}

type NameOperation = (
  session: MailSession,
  name: string,
  switches: DoveadmCommand['switches'],
) => Promise<unknown>;

function forEachName(operation: NameOperation): Handler {
  return async (session, { words, switches }) => {
    for (const name of words) await operation(session, normalizeMailboxName(name), switches);
  };
}

/** `-s` subscribes to the new mailbox. */
async function create(...[session, name, switches]: Parameters<NameOperation>): Promise<void> {
  await createMailbox(session, name);
  if (switches.has('-s')) await subscribeMailbox(session, name);
}

/** `-r` deletes what is below, too, deepest first; `-s` ends the subscription. */
async function remove(...[session, name, switches]: Parameters<NameOperation>): Promise<void> {
  const below = [...session.store.mailboxes.keys()].filter((other) => isBelow(other, name));
  const deepestFirst = switches.has('-r') ? below.toSorted().toReversed() : [];
  for (const each of [...deepestFirst, name]) {
    await deleteMailbox(session, each);
    if (switches.has('-s')) await unsubscribeMailbox(session, each);
  }
}

async function rename(session: MailSession, command: DoveadmCommand): Promise<void> {
  const [from = '', to = ''] = command.words.map((name) => normalizeMailboxName(name));
  await renameMailbox(session, from, to);
  if (!command.switches.has('-s')) return;
  await unsubscribeMailbox(session, from);
  await subscribeMailbox(session, to);
}

async function setMetadata(session: MailSession, { words }: DoveadmCommand): Promise<void> {
  const [mailbox = '', entry = '', value = ''] = words;
  session.store.metadata.set(normalizeMailboxName(mailbox), entry, value);
  return Promise.resolve();
}

async function unsetMetadata(
  session: MailSession,
  { words: [mailbox = '', entry = ''] }: DoveadmCommand,
): Promise<void> {
  session.store.metadata.unset(normalizeMailboxName(mailbox), entry);
  return Promise.resolve();
}

interface Found {
  readonly mailbox: StoredMailbox;
  readonly uids: readonly number[];
}

/**
 * A search query (doveadm-search-query(7)), as far as it names mailboxes, uids and flags.
 * @throws DoveadmError for anything else, StoreError for a mailbox that is not there.
 */
function search({ store }: MailSession, query: readonly string[]): Found[] {
  const words = [...query];
  const at = words.findIndex((word) => word.toLowerCase() === 'mailbox');
  const [, name] = at < 0 ? [] : words.splice(at, 2);
  const searched =
    name === undefined ? [...store.mailboxes.values()] : [findMailbox(store, normalizeMailboxName(name))];
  return searched.map((mailbox) => ({ mailbox, uids: matchingUids(mailbox, words) }));
}

const flagWords = new Map([
  ['seen', '\\Seen'],
  ['flagged', '\\Flagged'],
  ['deleted', '\\Deleted'],
  ['answered', '\\Answered'],
  ['draft', '\\Draft'],
]);

function matchingUids({ messages }: StoredMailbox, query: readonly string[]): number[] {
  let found = messages;
  for (let at = 0; at < query.length; at++) {
    const word = (query[at] ?? '').toLowerCase();
    const flag = flagWords.get(word.replace(/^un/, ''));
    if (word === 'uid') {
      const uids =
        selectNumbers(
          query[++at] ?? '',
          messages.map(({ uid }) => uid),
        ) ?? [];
      found = found.filter(({ uid }) => uids.includes(uid));
    } else if (word === 'keyword') {
      const keyword = query[++at] ?? '';
      found = found.filter(({ keywords }) => keywords.includes(keyword));
    } else if (flag !== undefined) {
      found = found.filter((message) => message.flags.includes(flag) !== word.startsWith('un'));
    } else if (word !== 'all') throw new DoveadmError(`doveadm search: ${word} is not understood here`);
  }
  return found.map(({ uid }) => uid);
}
