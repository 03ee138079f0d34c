import type { ActiveDriver } from './driver-list.ts';
import type { MailboxRef } from './event.ts';
import { isMessageEvent, type MessageEvent, type PushEvent } from './events/rfc5423.ts';
import {
  createParticipants,
  type DriverRun,
  type Participant,
  type TransactionOptions,
} from './participant.ts';
import { collectItems, type Item, type Registrations } from './registrations.ts';
import { FRAMEWORK_SOURCE } from './trace.ts';
import { raiseMailboxEvent, raiseMessageEvents, type MailboxChange, type MessageChange } from './trigger.ts';

export type { DriverRun, TransactionOptions };

/** What happened in one mailbox of one user. `committed` false is a rollback: drivers begin and end, nothing between. */
export interface Transaction {
  readonly user: string;
  readonly mailbox: string;
  readonly events: readonly PushEvent[];
  readonly committed: boolean;
}

/** What the mail store knows once a transaction is committed. */
export interface CommitResult {
  /** UIDs of the saved messages, in the order in which they were saved; a missing one stays 0. */
  readonly uids?: readonly number[];
  readonly uidValidity: number;
}

/**
 * A transaction of a mail store, while it is open. Drivers begin with the first change that raises an event; a
 * transaction without one reaches no driver. Transactions may be open side by side and end in any order.
 *
 * Nothing throws: a hook that does marks its own run as failed and the other drivers go on.
 *
 * Source: Dovecot push-notification-plugin.c, push_notification_transaction_init to _end.
 */
export interface OpenTransaction {
  /** A message that was there before. */
  changeMessage(uid: number, change: MessageChange): Promise<void>;
  /** A message that this transaction brings; its uid is known at the commit. */
  saveMessage(change: MessageChange): Promise<void>;
  changeMailbox(change: MailboxChange): Promise<void>;
  /** The change is in the store. One run for each driver; none when no driver began. */
  commit(result?: CommitResult): Promise<DriverRun[]>;
  rollback(): Promise<DriverRun[]>;
}

/** Opens a transaction in one mailbox of one user. */
export function openTransaction(
  ref: MailboxRef,
  drivers: readonly ActiveDriver[],
  options: TransactionOptions,
): OpenTransaction {
  const machine = createMachine(ref, drivers, options);
  let saved = 0;
  return {
    changeMessage: (uid, change) =>
      machine.trigger(`uid ${uid}`, raiseMessageEvents(change, { ...ref, uid, uidValidity: 0 })),
    saveMessage(change) {
      const events = raiseMessageEvents(change, { ...ref, uid: 0, uidValidity: 0 });
      return machine.trigger(`saved ${saved++}`, events);
    },
    changeMailbox: (change) => machine.trigger(MAILBOX_RECORD, [raiseMailboxEvent(change, ref)]),
    commit: (result = { uidValidity: 0 }) => machine.end(true, result),
    rollback: () => machine.end(false),
  };
}

/**
 * Runs one transaction whose events are known over the drivers in configuration order: beginTxn, then
 * processMbox or, message by message, processMsg, then endTxn. A transaction without an event reaches no
 * driver.
 *
 * Never throws: a hook that does marks its own run as failed and the other drivers go on.
 */
export async function runTransaction(
  transaction: Transaction,
  drivers: readonly ActiveDriver[],
  options: TransactionOptions,
): Promise<DriverRun[]> {
  const machine = createMachine(transaction, drivers, options);
  for (const [key, events] of groupByRecord(transaction.events)) await machine.trigger(key, events);
  return machine.end(transaction.committed);
}

const MAILBOX_RECORD = 'mailbox';

// One record a message, in order of appearance. A message without a known uid is its own record.
function groupByRecord(events: readonly PushEvent[]): Map<string, PushEvent[]> {
  const groups = new Map<string, PushEvent[]>();
  for (const [position, event] of events.entries()) {
    const key = recordKey(event, position);
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return groups;
}

function recordKey(event: PushEvent, position: number): string {
  if (!isMessageEvent(event)) return MAILBOX_RECORD;
  return event.uid === 0 ? `unknown ${position}` : `uid ${event.uid}`;
}

/** One mailbox or message, and what each list of registrations made of its changes. */
interface Record {
  readonly first: PushEvent;
  readonly items: Map<Registrations, Item[]>;
}

interface Machine {
  trigger(key: string, events: readonly PushEvent[]): Promise<void>;
  end(success: boolean, result?: CommitResult): Promise<DriverRun[]>;
}

function createMachine(
  ref: MailboxRef,
  drivers: readonly ActiveDriver[],
  options: TransactionOptions,
): Machine {
  const participants = createParticipants(ref, drivers, options);
  const lists = new Set(participants.map(({ registrations }) => registrations));
  const records = new Map<string, Record>();
  return {
    async trigger(key, events) {
      const [first] = events;
      if (!first) return;
      if (records.size === 0) for (const participant of participants) await participant.begin();
      const record = records.get(key) ?? { first, items: new Map<Registrations, Item[]>() };
      records.set(key, record);
      for (const registrations of lists) {
        const items = record.items.get(registrations) ?? [];
        record.items.set(registrations, items);
        collectItems(items, events, registrations);
      }
    },
    async end(success, result) {
      if (records.size === 0) return [];
      if (success) await processRecords(ref.mailbox, identified(records, result), participants);
      for (const participant of participants) await participant.call((txn) => txn.endTxn?.(success));
      if (success) reportFinished(options);
      return participants.map((participant) => participant.toRun());
    },
  };
}

// Written even when no driver is configured, but not after a rollback (push_notification_transaction_end).
function reportFinished({ sink, clock }: TransactionOptions): void {
  const text = `${FRAMEWORK_SOURCE}: Push notification transaction completed`;
  sink?.(FRAMEWORK_SOURCE, { atMs: clock(), level: 'debug', text });
}

/** The records with the uids that the store gave to saved messages. */
function identified(records: ReadonlyMap<string, Record>, result: CommitResult | undefined): Record[] {
  const list = [...records.values()];
  if (!result) return list;
  const uids = [...(result.uids ?? [])];
  return list.map(({ first, items }) => {
    if (!isMessageEvent(first)) return { first, items };
    const identity = { uid: first.uid || (uids.shift() ?? 0), uidValidity: result.uidValidity };
    const withIdentity = ({ event, madeBy }: Item): Item => ({
      event: { ...event, ...identity } as PushEvent,
      madeBy,
    });
    const mapped = [...items].map(([list_, made]) => [list_, made.map(withIdentity)] as const);
    return { first: { ...first, ...identity }, items: new Map(mapped) };
  });
}

async function processRecords(
  mailbox: string,
  records: readonly Record[],
  participants: readonly Participant[],
): Promise<void> {
  for (const { first, items } of records) {
    const identity = isMessageEvent(first) ? messageIdentity(first) : undefined;
    for (const participant of participants) {
      const view = participant.view(items.get(participant.registrations) ?? []);
      await participant.call((txn) =>
        identity
          ? txn.processMsg?.({ mailbox, ...identity, ...view })
          : txn.processMbox?.({ mailbox, ...view }),
      );
    }
  }
}

function messageIdentity({ uid, uidValidity }: MessageEvent): { uid: number; uidValidity: number } {
  return { uid, uidValidity };
}
