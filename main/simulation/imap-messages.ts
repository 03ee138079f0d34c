import {
  changeFlags,
  copyMessages,
  expungeMessages,
  moveMessages,
  openMailbox,
  type FlagsChange,
} from '#store';
import {
  argumentItems,
  argumentText,
  ImapSyntaxError,
  parseFlags,
  type ImapArgument,
} from './imap-arguments.ts';
import { mailboxArgument, requireSelected, selectUids, type ImapState } from './imap-view.ts';
import { formatNumbers } from './sequence-set.ts';

/** Performs one command and gives the text after OK. `byUid` is true for its UID form. */
export type ImapHandler = (
  state: ImapState,
  args: readonly ImapArgument[],
  byUid: boolean,
) => Promise<string>;

const storeModes: ReadonlyMap<string, FlagsChange['mode']> = new Map([
  ['FLAGS', 'replace'],
  ['+FLAGS', 'add'],
  ['-FLAGS', 'remove'],
]);

/** STORE. RFC 3501 §6.4.6. */
export const store: ImapHandler = async (state, [set, ...rest], byUid) => {
  const selected = requireSelected(state);
  const uids = selectUids(selected, set, byUid);
  const [item, ...values] = rest[0]?.kind === 'list' ? rest.slice(1) : rest;
  const mode = storeModes.get(
    argumentText(item)
      .toUpperCase()
      .replace(/\.SILENT$/, ''),
  );
  if (!mode) throw new ImapSyntaxError(`Invalid item ${argumentText(item)}`);
  const [first] = values;
  const { flags, keywords } = parseFlags(first?.kind === 'list' ? first.items : values);
  if (selected.readOnly) return 'Store ignored with read-only mailbox.';
  if (isUnchangedSinceZero(rest[0])) return `[MODIFIED ${formatNumbers(uids)}] Conditional store failed.`;
  const { mailbox, recentFrom } = selected;
  await changeFlags(state.session, mailbox, uids, { mode, flags, keywords, recentFrom });
  return 'Store completed.';
};

// UNCHANGEDSINCE (RFC 7162 §3.1.3): nobody else changes the mail here, but since 0 every message has changed.
function isUnchangedSinceZero(modifiers: ImapArgument | undefined): boolean {
  if (modifiers?.kind !== 'list') return false;
  const [name, value] = modifiers.items;
  return argumentText(name).toUpperCase() === 'UNCHANGEDSINCE' && Number(argumentText(value)) === 0;
}

// What marks a message as seen: its text, whole or in part, but not a PEEK and not the headers alone (RFC822.HEADER).
const seenItem = /^(BODY\[|BINARY\[|RFC822$|RFC822\.TEXT$)/i;

/** FETCH. The text of a message sets \Seen. RFC 3501 §6.4.5. */
export const fetch: ImapHandler = async (state, [set, items], byUid) => {
  const selected = requireSelected(state);
  const uids = selectUids(selected, set, byUid);
  const marksSeen = argumentItems(items).some((item) => item.kind === 'atom' && seenItem.test(item.text));
  if (marksSeen && !selected.readOnly) {
    const { mailbox, recentFrom } = selected;
    const change = { mode: 'add', flags: ['\\Seen'], keywords: [], recentFrom } as const;
    await changeFlags(state.session, mailbox, uids, change);
  }
  return 'Fetch completed.';
};

/** COPY. RFC 3501 §6.4.7. */
export const copy: ImapHandler = async (state, [set, name], byUid) => {
  const selected = requireSelected(state);
  const uids = selectUids(selected, set, byUid);
  const target = await openMailbox(state.session, mailboxArgument(name), 'TRYCREATE');
  if (uids.length === 0) return 'No messages found.';
  const copies = await copyMessages(state.session, selected.mailbox, uids, target);
  return `[COPYUID ${target.uidValidity} ${formatNumbers(uids)} ${formatNumbers(copies)}] Copy completed.`;
};

/** MOVE. RFC 6851. Dovecot moves out of a mailbox that was opened with EXAMINE, too. */
export const move: ImapHandler = async (state, [set, name], byUid) => {
  const selected = requireSelected(state);
  const { mailbox } = selected;
  const uids = selectUids(selected, set, byUid);
  const target = await openMailbox(state.session, mailboxArgument(name), 'TRYCREATE');
  if (uids.length === 0) return 'No messages found.';
  await moveMessages(state.session, mailbox, uids, target);
  return 'Move completed.';
};

/** EXPUNGE, and UID EXPUNGE (RFC 4315). Only messages that are \Deleted go; after EXAMINE none. */
export const expunge: ImapHandler = async (state, [set], byUid) => {
  const selected = requireSelected(state);
  const among = byUid ? selectUids(selected, set, true) : undefined;
  if (!selected.readOnly) await expungeDeleted(state, among);
  return 'Expunge completed.';
};

/** CLOSE expunges; UNSELECT (RFC 3691) does not. */
export const close: ImapHandler = async (state) => {
  if (!requireSelected(state).readOnly) await expungeDeleted(state);
  state.selected = undefined;
  return 'Close completed.';
};

async function expungeDeleted(state: ImapState, among?: readonly number[]): Promise<void> {
  const { mailbox } = requireSelected(state);
  const uids = mailbox.messages
    .filter(({ uid, flags }) => flags.includes('\\Deleted') && (!among || among.includes(uid)))
    .map(({ uid }) => uid);
  await expungeMessages(state.session, mailbox, uids);
}
