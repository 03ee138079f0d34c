import type { MailSession, StoredMailbox } from '#store';
import { openMailbox, StoreError } from '#store';
import { argumentText, ImapSyntaxError, type ImapArgument } from './imap-arguments.ts';
import { decodeMailboxName, normalizeMailboxName } from '#store';
import { fitsMailbox, selectNumbers } from './sequence-set.ts';

/** The mailbox that SELECT or EXAMINE opened. */
export interface SelectedMailbox {
  readonly mailbox: StoredMailbox;
  readonly readOnly: boolean;
  /** Messages from this uid on are \Recent to this session. */
  readonly recentFrom: number;
}

/** An IMAP session between two commands. */
export interface ImapState {
  readonly session: MailSession;
  selected: SelectedMailbox | undefined;
}

/**
 * Opens a mailbox for SELECT or EXAMINE; what is recent in it is recent to this session only.
 * @throws StoreError when it is not there.
 */
export async function selectMailbox(state: ImapState, name: string, readOnly: boolean): Promise<void> {
  state.selected = undefined;
  const mailbox = await openMailbox(state.session, name);
  state.selected = { mailbox, readOnly, recentFrom: mailbox.firstRecentUid };
  if (!readOnly) mailbox.firstRecentUid = mailbox.uidNext;
}

/**
 * The selected mailbox.
 * @throws ImapSyntaxError when none is selected.
 */
export function requireSelected({ selected }: ImapState): SelectedMailbox {
  if (!selected) throw new ImapSyntaxError('No mailbox selected.');
  return selected;
}

/**
 * The uids that a sequence set or, with `byUid`, a set of uids stands for.
 * @throws ImapSyntaxError when it is none, or names a message that is not there.
 */
export function selectUids(
  { mailbox }: SelectedMailbox,
  argument: ImapArgument | undefined,
  byUid: boolean,
): number[] {
  const set = argumentText(argument);
  const uids = mailbox.messages.map(({ uid }) => uid);
  const sequences = [...uids.keys()].map((at) => at + 1);
  const found = selectNumbers(set, byUid ? uids : sequences);
  if (!found || (!byUid && !fitsMailbox(set, uids.length)))
    throw new ImapSyntaxError(byUid ? 'Invalid UID set.' : 'Invalid messageset');
  return byUid ? found : found.map((sequence) => uids[sequence - 1] ?? 0);
}

/**
 * A mailbox name as it stands in a command: modified UTF-7.
 * @throws StoreError when it is none.
 */
export function mailboxArgument(argument: ImapArgument | undefined): string {
  const wire = argumentText(argument);
  const name = decodeMailboxName(wire);
  if (name === undefined) throw new StoreError('CANNOT', `Mailbox name is not valid mUTF-7: ${wire}`);
  return normalizeMailboxName(name);
}
