import { MailAccessError, type MailAccess, type MailboxAccess, type OpenOptions } from '#framework';
import { INBOX, normalizeMailboxName, openingProblem, storageName } from './mailbox-name.ts';
import { createMailbox, subscribeMailbox } from './mailbox-operations.ts';
import { changeMetadata } from './metadata-change.ts';
import { MetadataError } from './metadata.ts';
import { mailboxStatus, openMailboxStatus, type StoredMailbox } from './stored-mailbox.ts';
import { StoreError } from './store-error.ts';
import { ensureInbox, isAutocreated, type MailSession, type UserStore } from './user-store.ts';

/**
 * What drivers may do with the user's mail. `session` is the session that tells its drivers of a mailbox that a
 * script creates; without it there is only asking.
 */
export function createMailAccess(store: UserStore, session?: () => MailSession): MailAccess {
  const find = (name: string): StoredMailbox => {
    const mailbox = store.mailboxes.get(normalizeMailboxName(name));
    if (!mailbox) throw missing(name);
    return mailbox;
  };
  return {
    getMetadata: (mailbox, entry) => store.metadata.get(mailbox, entry),
    getStatus: (name) => mailboxStatus(find(name)),
    ...(session && { mailboxes: createMailboxAccess(store, session, find) }),
  };
}

function missing(name: string): MailAccessError {
  return new MailAccessError(`Mailbox doesn't exist: ${name}`);
}

function createMailboxAccess(
  store: UserStore,
  session: () => MailSession,
  find: (name: string) => StoredMailbox,
): MailboxAccess {
  return {
    nameMailbox,
    openMailbox: (name, options) => openForScript(session(), normalizeMailboxName(name), options),
    readStatus: (name) => openMailboxStatus(find(name)),
    changeMetadata(mailbox, entry, value) {
      try {
        changeMetadata(store, mailbox, { entry, value });
      } catch (error) {
        throw asRefusal(error);
      }
    },
    listMetadata: (mailbox, prefix) =>
      store.metadata
        .list(mailbox, prefix)
        .map((entry) => ({ entry, value: store.metadata.get(mailbox, entry) ?? '' })),
  };
}

/** The names of a mailbox, as every storage of this program has them. */
export function nameMailbox(name: string): { readonly vname: string; readonly name: string } {
  const vname = normalizeMailboxName(name);
  return { vname, name: storageName(vname) };
}

// Nothing is waited for where the mailbox is there: scripts open mailboxes all the time.
function openForScript(
  session: MailSession,
  name: string,
  { autoCreate, autoSubscribe }: OpenOptions,
): void | Promise<void> {
  const problem = name === INBOX ? undefined : openingProblem(name);
  if (problem !== undefined) throw new MailAccessError(problem);
  if (session.store.mailboxes.has(name)) return undefined;
  if (!autoCreate && !isAutocreated(name)) {
    ensureInbox(session.store);
    throw missing(name);
  }
  return refusing(async () => {
    await createMailbox(session, name);
    if (autoCreate && autoSubscribe) await subscribeMailbox(session, name);
  });
}

async function refusing(change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    throw asRefusal(error);
  }
}

function asRefusal(error: unknown): unknown {
  const isRefusal = error instanceof StoreError || error instanceof MetadataError;
  return isRefusal ? new MailAccessError(error.message, { cause: error }) : error;
}
