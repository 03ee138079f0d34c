import { createCorpus } from './corpus.mjs';
import { createRandom } from './corpus-random.mjs';
import { median } from './statistics.mjs';

const OPERATIONS = 2_000;
const ROUNDS = 9;
/** Bare ones: what attachments cost is a matter of the parser (see message.mjs). */
const MESSAGES = 200;
/** What there is in every mailbox before. As many messages come in as go, so that it stays at that. */
const MESSAGES_BEFORE = 100;
const MAILBOXES = ['INBOX', 'Archive', 'Sent', 'Projects/Dovebell'];
const FLAGS = ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted'];
const KEYWORDS = ['$Forwarded', '$Important', 'later'];
const MOST_AT_ONCE = 5;
/** How many of a hundred operations are of which kind. */
const SHARES = { deliver: 30, append: 10, flags: 30, copy: 5, move: 10, expunge: 15 };

/**
 * Operations per second on the mail store: each parses what it saves and tells the driver dlog, which asks for
 * every event. The same operations without a driver are beside it. There is no target: what a driver costs is
 * there to be read.
 */
export async function measureStore() {
  const measured = await import('../../out/main/measured.js');
  const messages = createCorpus(MESSAGES, { attachments: false }).map(({ raw }) => raw);
  const operations = planOperations(messages);
  const rounds = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const dlog = await runOperations(measured, ['dlog'], messages, operations);
    const none = await runOperations(measured, [], messages, operations);
    checkHeard(dlog, none);
    // Round 0 is there for the compilers.
    if (round > 0) rounds.push({ dlog: dlog.rate, none: none.rate });
  }
  return [
    {
      name: 'store.rate',
      value: median(rounds.map(({ dlog }) => dlog)),
      unit: 'operations/s',
      baselines: { 'no driver': median(rounds.map(({ none }) => none)) },
    },
    {
      name: 'store.no-driver-ratio',
      value: median(rounds.map(({ dlog, none }) => dlog / none)),
      unit: 'ratio',
    },
  ];
}

/** The operations, with fractions in place of messages: which ones there will be is known when they run. */
function planOperations(messages) {
  const random = createRandom(2);
  const deck = Object.entries(SHARES).flatMap(([kind, share]) => Array(share).fill(kind));
  return Array.from({ length: OPERATIONS }, () => {
    const [from, to] = random.shuffled(MAILBOXES);
    return {
      kind: random.pick(deck),
      from,
      to,
      raw: random.pick(messages),
      first: random.fraction(),
      count: random.between(1, MOST_AT_ONCE),
      change: {
        mode: random.pick(['add', 'add', 'remove', 'replace']),
        flags: [random.pick(FLAGS)],
        keywords: random.chance(0.3) ? [random.pick(KEYWORDS)] : [],
      },
    };
  });
}

async function runOperations(measured, driverNames, messages, operations) {
  const lines = { count: 0, drivers: 0 };
  const sink = (source) => {
    lines.count += 1;
    if (driverNames.includes(source)) lines.drivers += 1;
  };
  const session = await openSession(measured, { driverNames, messages, sink });
  const handlers = createHandlers(measured, session);
  const start = performance.now();
  for (const operation of operations) await handlers[operation.kind](operation);
  const seconds = (performance.now() - start) / 1000;
  return { rate: operations.length / seconds, lines, store: contentOf(session.store) };
}

async function openSession(measured, { driverNames, messages, sink }) {
  const { createMailStore, createMailAccess, initDrivers, openTransaction, parseMessage } = measured;
  const user = 'alice';
  let uidValidity = 1;
  const store = createMailStore(() => () => uidValidity++).forUser(user);
  const preparing = { store, open: () => silent, parse: () => ({}) };
  await prepare(measured, preparing, messages);
  const clock = Date.now;
  const { drivers } = await initDrivers(
    driverNames.map((driver) => ({ driver, settings: {} })),
    measured.createDrivers({ lua: { engine: undefined, rulesFor: () => ({ access: 'local' }) } }),
    { user, clock, sink, mail: createMailAccess(store) },
  );
  const options = { clock, sink, deduplicateRegistrations: false };
  return {
    store,
    open: (mailbox) => openTransaction({ user, mailbox }, drivers, options),
    parse: (raw) => parseMessage(raw),
  };
}

const ignore = () => Promise.resolve([]);
const silent = {
  changeMessage: ignore,
  saveMessage: ignore,
  changeMailbox: ignore,
  commit: ignore,
  rollback: ignore,
};

async function prepare({ addMailbox, openSaveTransaction }, session, messages) {
  for (const name of MAILBOXES) {
    const transaction = openSaveTransaction(session, addMailbox(session.store, name), 'append');
    for (let at = 0; at < MESSAGES_BEFORE; at++)
      await transaction.save({ raw: messages[at % messages.length] });
    await transaction.commit();
  }
}

/** The operations as a session of the mail server would do them. */
function createHandlers(measured, session) {
  const { changeFlags, copyMessages, deliverMessage, expungeMessages, moveMessages } = measured;
  const mailbox = (name) => session.store.mailboxes.get(name);
  const options = { autocreate: false, autosubscribe: false, skipsUidValidity: false };
  return {
    deliver: ({ from, raw }) => deliverMessage(session, from, raw, options),
    async append({ from, raw, change: { flags, keywords } }) {
      const transaction = measured.openSaveTransaction(session, mailbox(from), 'append');
      await transaction.save({ raw, flags, keywords });
      await transaction.commit();
    },
    flags: (operation) =>
      changeFlags(session, ...chosen(mailbox(operation.from), operation), operation.change),
    copy: (operation) =>
      copyMessages(session, ...chosen(mailbox(operation.from), operation), mailbox(operation.to)),
    move: (operation) =>
      moveMessages(session, ...chosen(mailbox(operation.from), operation), mailbox(operation.to)),
    expunge: (operation) => expungeMessages(session, ...chosen(mailbox(operation.from), operation)),
  };
}

/** A mailbox and some neighbours in it; fewer than asked for at its end, and none when it is empty. */
function chosen(mailbox, { first, count }) {
  const start = Math.floor(first * mailbox.messages.length);
  return [mailbox, mailbox.messages.slice(start, start + count).map(({ uid }) => uid)];
}

const contentOf = ({ mailboxes }) =>
  [...mailboxes.values()].map(({ name, messages }) => `${name} ${messages.length}`).join(', ');

function checkHeard(dlog, none) {
  if (dlog.lines.drivers === 0 || none.lines.drivers > 0) throw new Error('dlog was not where it should be');
  if (dlog.store !== none.store) throw new Error(`the stores differ: ${dlog.store} and ${none.store}`);
}
