import {
  changeMetadata,
  createMailbox,
  deleteMailbox,
  ensureInbox,
  MetadataError,
  openMailbox,
  renameMailbox,
  StoreError,
  subscribeMailbox,
  unsubscribeMailbox,
} from '#store';
import { argumentItems, argumentText, ImapSyntaxError, type ImapArgument } from './imap-arguments.ts';
import type { ImapHandler } from './imap-messages.ts';
import { mailboxArgument, selectMailbox } from './imap-view.ts';

export const select: ImapHandler = async (state, [name]) => {
  await selectMailbox(state, mailboxArgument(name), false);
  return '[READ-WRITE] Select completed.';
};

export const examine: ImapHandler = async (state, [name]) => {
  await selectMailbox(state, mailboxArgument(name), true);
  return '[READ-ONLY] Examine completed.';
};

/** CREATE. A separator at the end announces children; the mailbox is made without it. */
export const create: ImapHandler = async (state, [name]) => {
  await createMailbox(state.session, mailboxArgument(name).replace(/\/$/, ''));
  return 'Create completed.';
};

export const remove: ImapHandler = async (state, [name]) => {
  const mailbox = mailboxArgument(name);
  await deleteMailbox(state.session, mailbox);
  if (state.selected?.mailbox.name === mailbox) state.selected = undefined;
  return 'Delete completed.';
};

export const rename: ImapHandler = async (state, [from, to]) => {
  await renameMailbox(state.session, mailboxArgument(from), mailboxArgument(to));
  return 'Rename completed.';
};

export const subscribe: ImapHandler = async (state, [name]) => {
  await subscribeMailbox(state.session, mailboxArgument(name));
  return 'Subscribe completed.';
};

export const unsubscribe: ImapHandler = async (state, [name]) => {
  await unsubscribeMailbox(state.session, mailboxArgument(name));
  return 'Unsubscribe completed.';
};

/** LIST changes nothing, except for a user who is new. */
export const list: ImapHandler = async ({ session }) => {
  ensureInbox(session.store);
  return Promise.resolve('List completed.');
};

/** STATUS changes nothing, but it opens the mailbox. */
export const status: ImapHandler = async (state, [name]) => {
  await openMailbox(state.session, mailboxArgument(name));
  return 'Status completed.';
};

/** SETMETADATA. The mailbox "" is the server; NIL takes an entry away. RFC 5464 §4.3. */
export const setMetadata: ImapHandler = async (state, [name, entries]) => {
  const mailbox = await metadataMailbox(state, name);
  const items = argumentItems(entries);
  for (let at = 0; at < items.length; at += 2) {
    const entry = argumentText(items[at]);
    const value = items[at + 1];
    const isNil = value?.kind === 'atom' && value.text.toUpperCase() === 'NIL';
    changeMetadata(state.session.store, mailbox, { entry, value: isNil ? undefined : argumentText(value) });
  }
  return 'Setmetadata completed.';
};

/** GETMETADATA changes nothing; it is checked like SETMETADATA. */
export const getMetadata: ImapHandler = async (state, args) => {
  const [name, entries] = args.length > 2 ? args.slice(1) : args;
  const mailbox = await metadataMailbox(state, name);
  for (const entry of argumentItems(entries)) {
    state.session.store.metadata.get(mailbox, argumentText(entry));
  }
  return 'Getmetadata completed.';
};

async function metadataMailbox(
  state: Parameters<ImapHandler>[0],
  argument: ImapArgument | undefined,
): Promise<string> {
  if (argument?.kind !== 'list' && argumentText(argument) === '') return '';
  return (await openMailbox(state.session, mailboxArgument(argument))).name;
}

/** The answer to a command that failed: `NO [CODE] reason` or `BAD …`; anything else is thrown on. */
export function failureAnswer(command: string, error: unknown): string {
  if (error instanceof StoreError) {
    const code = command === 'SUBSCRIBE' ? '' : `[${error.code}] `;
    return `NO ${code}${error.message.replace(/\.?$/, '.')}`;
  }
  if (error instanceof MetadataError) return `BAD ${error.message}.`;
  if (error instanceof ImapSyntaxError) return `BAD Error in IMAP command ${command}: ${error.message}`;
  throw error;
}
