import {
  addInbox,
  addMailbox,
  changeMetadata,
  createMailStore,
  type MailStore,
  normalizeMailboxName,
  openSaveTransaction,
  INBOX,
} from '#store';
import type { OpenTransaction } from '#framework';
import { messageBytes, type ScenarioInput } from './scenario.ts';

/** UIDVALIDITY of an INBOX that was there before; the mailboxes prepared with it follow. */
const PREPARED_UIDVALIDITY = 1_700_000_000;
/** The first UIDVALIDITY that a mailbox created by the scenario gets. */
const CREATED_UIDVALIDITY = 1_700_003_841;

export const NOTIFY_ENTRY = '/private/vendor/vendor.dovecot/http-notify';

/**
 * The mail as it is before the first step: mailboxes, subscriptions, messages and METADATA, of which no driver
 * hears. A `fresh` user has nothing, not even an INBOX, and counts UIDVALIDITY from the clock as Dovecot does.
 */
export async function prepareStore(
  input: ScenarioInput,
  run: string,
  clock: () => number,
): Promise<MailStore> {
  const { user, prepared } = input;
  if (prepared?.fresh) return createMailStore(() => counter(Math.floor(clock() / 1000)));
  const store = createMailStore(() => counter(CREATED_UIDVALIDITY));
  for (const each of [user, ...(prepared?.users ?? [])]) {
    prepareMailboxes(store, each, prepared?.mailboxes ?? []);
  }
  await preload(store, user, prepared);
  setMetadata(store, input, run);
  return store;
}

function counter(first: number): () => number {
  let next = first;
  return () => next++;
}

/** One text is the value of the user; one for each run is everybody's. */
function setMetadata(store: MailStore, { user, prepared, metadata }: ScenarioInput, run: string): void {
  const isOne = typeof metadata === 'string';
  const value = isOne ? metadata : metadata?.[run];
  if (value === undefined) return;
  for (const each of isOne ? [user] : (prepared?.users ?? [user])) {
    changeMetadata(store.forUser(each), '', { entry: NOTIFY_ENTRY, value });
  }
}

function prepareMailboxes(store: MailStore, user: string, mailboxes: readonly string[]): void {
  const mail = store.forUser(user);
  addInbox(mail, PREPARED_UIDVALIDITY);
  for (const [position, name] of mailboxes.entries()) {
    addMailbox(mail, normalizeMailboxName(name), PREPARED_UIDVALIDITY + 1 + position);
  }
}

async function preload(store: MailStore, user: string, prepared: ScenarioInput['prepared']): Promise<void> {
  const mail = store.forUser(user);
  for (const name of prepared?.subscriptions ?? []) mail.subscriptions.add(normalizeMailboxName(name));
  const session = { store: mail, open: openSilently, parse: () => ({}) };
  for (const { mailbox: name = INBOX, flags = [], keywords = [], ...message } of prepared?.preload ?? []) {
    const normal = normalizeMailboxName(name);
    const mailbox = mail.mailboxes.get(normal) ?? addMailbox(mail, normal);
    const transaction = openSaveTransaction(session, mailbox, 'append');
    await transaction.save({ raw: messageBytes(message), flags, keywords });
    const { highestModseq } = mailbox;
    await transaction.commit();
    // As observed: each message that was there before counts once, with all that it carries.
    mailbox.highestModseq = highestModseq + 1;
    mailbox.firstRecentUid = mailbox.uidNext;
  }
}

/** A transaction of which nobody hears. */
export function openSilently(): OpenTransaction {
  const quiet = () => Promise.resolve();
  const none = () => Promise.resolve([]);
  return { changeMessage: quiet, saveMessage: quiet, changeMailbox: quiet, commit: none, rollback: none };
}
