import {
  addSubscription,
  changeFlags,
  changeMetadata,
  copyMessages,
  createMailbox,
  deleteMailbox,
  ensureInbox,
  expungeMessages,
  INBOX,
  isBelow,
  moveMessages,
  normalizeMailboxName,
  openMailbox,
  openSaveTransaction,
  renameMailbox,
  StoreError,
  subscribeMailbox,
  unsubscribeMailbox,
  type FlagsChange,
  type MailSession,
} from '#store';
import { DoveadmError } from './doveadm-error.ts';
import { search } from './doveadm-search.ts';
import { parseFlags } from './imap-arguments.ts';

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
 * @throws DoveadmError when there is no command or no user, or its query is refused.
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
  const command = {
    name: words.slice(0, count).join(' '),
    words: words.slice(count),
    user,
    switches,
    ...(mailbox !== undefined && { mailbox }),
  };
  checkQuery(command);
  return command;
}

function nameLength([first = '', second]: readonly string[]): number {
  if (!twoWordCommands.has(first)) return 1;
  return second === 'metadata' ? 3 : 2;
}

const searching = new Set(['expunge', 'copy', 'move', 'flags add', 'flags remove', 'flags replace']);

/**
 * Refuses what doveadm refuses before it opens the mail: a command that searches needs a query, and one that takes
 * messages away a mailbox in it.
 * @throws DoveadmError
 */
function checkQuery({ name, words }: DoveadmCommand): void {
  const query = name === 'expunge' ? words : words.slice(1);
  if (searching.has(name) && query.length === 0) throw new DoveadmError(`doveadm ${name} needs a query`);
  const isTaken = name === 'expunge' || name === 'move';
  if (isTaken && !query.some((word) => word.toLowerCase() === 'mailbox'))
    throw new DoveadmError(`doveadm ${name}: the query must name a mailbox, to avoid accidents`);
}

type Handler = (session: MailSession, command: DoveadmCommand, stdin: Uint8Array) => Promise<void>;

const handlers: ReadonlyMap<string, Handler> = new Map([
  ['save', save],
  ['flags add', flags('add')],
  ['flags remove', flags('remove')],
  ['flags replace', flags('replace')],
  ['expunge', expunge],
  ['copy', transfer(copyMessages)],
  ['move', transfer(moveMessages)],
  ['mailbox create', forEachName(create)],
  ['mailbox delete', removeAll],
  ['mailbox subscribe', forEachName(addSubscription)],
  ['mailbox unsubscribe', forEachName(unsubscribeMailbox)],
  ['mailbox rename', rename],
  ['mailbox list', list],
  ['search', look],
  ['fetch', look],
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
    for (const { mailbox, uids } of await search(session, query)) {
      await changeFlags(session, mailbox, uids, { mode, ...parsed });
    }
  };
}

/** `-d` deletes the mailboxes that are empty then. */
async function expunge(session: MailSession, { words, switches }: DoveadmCommand): Promise<void> {
  for (const { mailbox, uids } of await search(session, words)) {
    await expungeMessages(session, mailbox, uids);
    const isDeleted = switches.has('-d') && mailbox.messages.length === 0 && mailbox.name !== INBOX;
    if (isDeleted) await deleteMailbox(session, mailbox.name);
  }
}

function transfer(operation: typeof copyMessages): Handler {
  return async (session, { words: [target = '', ...query] }) => {
    const destination = await openMailbox(session, normalizeMailboxName(target));
    for (const { mailbox, uids } of await search(session, query)) {
      if (uids.length > 0) await operation(session, mailbox, uids, destination);
    }
  };
}

type NameOperation = (
  session: MailSession,
  name: string,
  switches: DoveadmCommand['switches'],
) => Promise<unknown>;

/** One name that is refused does not keep the others from being tried. */
function forEachName(operation: NameOperation): Handler {
  return async (session, { words, switches }) => {
    let refusal: StoreError | undefined;
    for (const name of words) {
      try {
        await operation(session, normalizeMailboxName(name), switches);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        refusal = error;
      }
    }
    if (refusal) throw refusal;
  };
}

/** `-s` subscribes to the new mailbox. A separator at the end announces children. */
async function create(...[session, name, switches]: Parameters<NameOperation>): Promise<void> {
  const mailbox = name.replace(/\/$/, '');
  await createMailbox(session, mailbox);
  if (switches.has('-s')) await subscribeMailbox(session, mailbox);
}

/** Deletes what is below first: in descending order of the names. `-r` means what is below, too. */
async function removeAll(session: MailSession, command: DoveadmCommand, stdin: Uint8Array): Promise<void> {
  const names = command.words.map((name) => normalizeMailboxName(name));
  const isMeant = (other: string) => names.some((name) => isBelow(other, name));
  const below = command.switches.has('-r') ? [...session.store.mailboxes.keys()].filter(isMeant) : [];
  const words = [...new Set([...names, ...below])].toSorted().toReversed();
  await forEachName(remove)(session, { ...command, words }, stdin);
}

/** `-e` refuses a mailbox that holds messages; `-s` ends the subscription. */
async function remove(...[session, name, switches]: Parameters<NameOperation>): Promise<void> {
  const count = session.store.mailboxes.get(name)?.messages.length ?? 0;
  if (switches.has('-e') && count > 0) throw new StoreError('CANNOT', "Mailbox isn't empty");
  await deleteMailbox(session, name);
  if (switches.has('-s')) await unsubscribeMailbox(session, name);
}

async function rename(session: MailSession, command: DoveadmCommand): Promise<void> {
  const [from = '', to = ''] = command.words.map((name) => normalizeMailboxName(name));
  await renameMailbox(session, from, to);
  if (!command.switches.has('-s')) return;
  await unsubscribeMailbox(session, from);
  await subscribeMailbox(session, to);
}

// Looking changes nothing, except for a user who is new.
async function list({ store }: MailSession): Promise<void> {
  ensureInbox(store);
  return Promise.resolve();
}

async function look(session: MailSession, { name, words }: DoveadmCommand): Promise<void> {
  const query = name === 'fetch' ? words.slice(1) : words;
  const at = query.findIndex((word) => word.toLowerCase() === 'mailbox');
  const mailbox = at < 0 ? undefined : query[at + 1];
  if (mailbox === undefined || /[*%]/.test(mailbox)) ensureInbox(session.store);
  else await openMailbox(session, normalizeMailboxName(mailbox));
}

async function setMetadata(session: MailSession, { words }: DoveadmCommand): Promise<void> {
  const [mailbox = '', entry = '', value = ''] = words;
  changeMetadata(session.store, normalizeMailboxName(mailbox), { entry, value });
  return Promise.resolve();
}

async function unsetMetadata(
  session: MailSession,
  { words: [mailbox = '', entry = ''] }: DoveadmCommand,
): Promise<void> {
  changeMetadata(session.store, normalizeMailboxName(mailbox), { entry, value: undefined });
  return Promise.resolve();
}
