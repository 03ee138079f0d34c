import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeFlags,
  copyMessages,
  createMailbox,
  deleteMailbox,
  expungeMessages,
  moveMessages,
  openSaveTransaction,
  renameMailbox,
  StoreError,
  subscribeMailbox,
  unsubscribeMailbox,
  type MailSession,
  type StoredMailbox,
} from '#store';
import { createRecordingSession } from './recording-session.ts';

type Operation = (session: MailSession) => Promise<unknown>;

const name = fc.constantFrom('INBOX', 'a', 'a/b', 'c');
const uids = fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 4 });
const flags = fc.subarray(['\\Seen', '\\Deleted', '\\Flagged']);
const keywords = fc.subarray(['kw1', 'KW1', 'kw2']);
const mode = fc.constantFrom('add' as const, 'remove' as const, 'replace' as const);

const inMailbox =
  (operate: (session: MailSession, mailbox: StoredMailbox) => Promise<unknown>, at: string): Operation =>
  async (session) => {
    const mailbox = session.store.mailboxes.get(at);
    if (mailbox) await operate(session, mailbox);
  };

const betweenMailboxes = (operation: typeof copyMessages) =>
  fc.tuple(name, name, uids).map(([from, to, which]): Operation => async (session) => {
    const [source, target] = [from, to].map((one) => session.store.mailboxes.get(one));
    if (source && target) await operation(session, source, which, target);
  });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(name, fc.integer({ min: 0, max: 3 }), fc.boolean(), keywords).map(([at, count, commits, given]) =>
    inMailbox(async (session, mailbox) => {
      const transaction = openSaveTransaction(session, mailbox, 'append');
      for (let n = 0; n < count; n++) await transaction.save({ raw: Buffer.from('x'), keywords: given });
      await (commits ? transaction.commit() : transaction.rollback());
    }, at),
  ),
  fc
    .tuple(name, uids, mode, flags, keywords)
    .map(([at, which, how, set, words]) =>
      inMailbox(
        (session, mailbox) =>
          changeFlags(session, mailbox, which, { mode: how, flags: set, keywords: words }),
        at,
      ),
    ),
  fc
    .tuple(name, uids)
    .map(([at, which]) => inMailbox((session, mailbox) => expungeMessages(session, mailbox, which), at)),
  betweenMailboxes(copyMessages),
  betweenMailboxes(moveMessages),
  name.map(
    (at): Operation =>
      (session) =>
        createMailbox(session, at),
  ),
  name.map(
    (at): Operation =>
      (session) =>
        deleteMailbox(session, at),
  ),
  fc.tuple(name, name).map(
    ([from, to]): Operation =>
      (session) =>
        renameMailbox(session, from, to),
  ),
  name.map(
    (at): Operation =>
      (session) =>
        subscribeMailbox(session, at),
  ),
  name.map(
    (at): Operation =>
      (session) =>
        unsubscribeMailbox(session, at),
  ),
);

async function perform(session: MailSession, operate: Operation): Promise<void> {
  try {
    await operate(session);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

/** Everything but the counters of UIDVALIDITY. */
const snapshot = ({ store }: MailSession) =>
  structuredClone([[...store.mailboxes], [...store.subscriptions]]);

const histories = fc.array(operation, { maxLength: 12 });

describe('the mail store, whatever is done to it', () => {
  it('keeps uids ascending, below uidNext, and never gives one out twice', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (operations) => {
        const { session } = await createRecordingSession();
        const given = new Map<StoredMailbox, Set<number>>();
        for (const operate of operations) {
          await perform(session, operate);
          for (const mailbox of session.store.mailboxes.values()) {
            const numbers = mailbox.messages.map(({ uid }) => uid);
            expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
            expect(numbers.every((uid) => uid < mailbox.uidNext)).toBe(true);
            const before = given.get(mailbox) ?? new Set();
            const gone = [...before].filter((uid) => !numbers.includes(uid));
            expect(numbers.filter((uid) => gone.includes(uid))).toEqual([]);
            given.set(mailbox, new Set([...before, ...numbers]));
          }
        }
      }),
    );
  });

  it('raises no event without a change, and no change goes without an event', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (operations) => {
        const { session, heard } = await createRecordingSession();
        for (const operate of operations) {
          const before = snapshot(session);
          heard.length = 0;
          await perform(session, operate);
          const isReported = heard.some(({ success, events }) => success && events.length > 0);
          expect(isReported).toBe(JSON.stringify(snapshot(session)) !== JSON.stringify(before));
        }
      }),
    );
  });

  it('ends every transaction that began, and a rollback reports no event', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (operations) => {
        const { session, heard, order } = await createRecordingSession();
        for (const operate of operations) await perform(session, operate);
        const count = (word: string) => order.filter((line) => line.startsWith(word)).length;
        expect(count('begin')).toBe(count('end'));
        expect(heard.filter(({ success, events }) => !success && events.length > 0)).toEqual([]);
      }),
    );
  });
});
