import type { DriverTxn, Txn, TxnMbox, TxnMsg } from './driver.ts';
import type { ActiveDriver } from './driver-list.ts';
import { errorText } from './errors.ts';
import { isMessageEvent, type MessageEvent, type PushEvent } from './events/rfc5423.ts';
import { collectItems, createRegistrations, type Registrations } from './registrations.ts';
import { createTrace, type TraceEntry } from './trace.ts';

/** What happened in one mailbox of one user. `committed` false is a rollback: drivers begin and end, nothing between. */
export interface Transaction {
  readonly user: string;
  readonly mailbox: string;
  readonly events: readonly PushEvent[];
  readonly committed: boolean;
}

/** What one driver did with a transaction. `reason` says why it was skipped or how it failed. */
export interface DriverRun {
  readonly driver: string;
  readonly outcome: 'done' | 'skipped' | 'failed';
  readonly reason?: string;
  readonly durationMs: number;
  readonly trace: readonly TraceEntry[];
}

export interface TransactionOptions {
  /**
   * True: each driver sees what it registered, once. False: registrations are one list for all drivers and
   * mailbox events repeat once per registration, as in Dovecot (push-notification-txn-mbox.c).
   */
  readonly deduplicateRegistrations: boolean;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

interface Participant {
  readonly active: ActiveDriver;
  readonly log: ReturnType<typeof createTrace>;
  readonly registrations: Registrations;
  txn: DriverTxn | undefined;
  refusal: string | undefined;
  failure: string | undefined;
  durationMs: number;
}

/**
 * Runs one transaction over the drivers in configuration order: beginTxn, then processMbox or, message by
 * message, processMsg, then endTxn. A transaction without an event reaches no driver.
 *
 * Never throws: a hook that does marks its own run as failed and the other drivers go on.
 *
 * Source: Dovecot push-notification-plugin.c, push_notification_transaction_init to _end.
 */
export async function runTransaction(
  transaction: Transaction,
  drivers: readonly ActiveDriver[],
  options: TransactionOptions,
): Promise<DriverRun[]> {
  if (transaction.events.length === 0) return [];
  const shared = createRegistrations();
  const participants = drivers.map((active): Participant => ({
    active,
    log: createTrace(options.clock),
    registrations: options.deduplicateRegistrations ? createRegistrations() : shared,
    txn: undefined,
    refusal: undefined,
    failure: undefined,
    durationMs: 0,
  }));
  const guard = guardHooks(options.clock);

  for (const participant of participants) {
    await guard(participant, async () => {
      participant.txn = await participant.active.driver.beginTxn(txnFor(transaction, participant));
    });
  }
  if (transaction.committed) await processRecords(transaction, participants, guard);
  for (const participant of participants) {
    await guard(participant, () => participant.txn?.endTxn?.(transaction.committed));
  }
  return participants.map(toDriverRun);
}

type Guard = (participant: Participant, hook: () => void | Promise<void>) => Promise<void>;

function guardHooks(clock: () => number): Guard {
  return async (participant, hook) => {
    const startedAtMs = clock();
    try {
      await hook();
    } catch (error) {
      participant.failure ??= errorText(error);
    }
    participant.durationMs += clock() - startedAtMs;
  };
}

function txnFor(transaction: Transaction, participant: Participant): Txn {
  return {
    user: transaction.user,
    mailbox: transaction.mailbox,
    log: participant.log,
    register: (name, config) => participant.registrations.add(name, config),
    refuse(reason) {
      participant.refusal = reason;
      return undefined;
    },
  };
}

async function processRecords(
  { mailbox, events }: Transaction,
  participants: readonly Participant[],
  guard: Guard,
): Promise<void> {
  const mboxEvents = events.filter((event) => !isMessageEvent(event));
  if (mboxEvents.length > 0) {
    for (const participant of participants) {
      const mbox: TxnMbox = { mailbox, events: collectItems(mboxEvents, participant.registrations) };
      await guard(participant, () => participant.txn?.processMbox?.(mbox));
    }
  }
  for (const { uid, uidValidity, events: changes } of messageRecords(events)) {
    for (const participant of participants) {
      const msg: TxnMsg = {
        mailbox,
        uid,
        uidValidity,
        events: collectItems(changes, participant.registrations),
      };
      await guard(participant, () => participant.txn?.processMsg?.(msg));
    }
  }
}

interface MessageRecord {
  readonly uid: number;
  readonly uidValidity: number;
  readonly events: MessageEvent[];
}

// One record a message, in order of appearance. A message without a known uid is its own record.
function messageRecords(events: readonly PushEvent[]): MessageRecord[] {
  const records: MessageRecord[] = [];
  for (const event of events) {
    if (!isMessageEvent(event)) continue;
    const known = event.uid === 0 ? undefined : records.find(({ uid }) => uid === event.uid);
    if (known) known.events.push(event);
    else records.push({ uid: event.uid, uidValidity: event.uidValidity, events: [event] });
  }
  return records;
}

function toDriverRun(participant: Participant): DriverRun {
  const { active, failure, refusal, txn, durationMs } = participant;
  const trace = [...active.trace.take(), ...participant.log.take()];
  const run = { driver: active.name, durationMs, trace };
  if (failure !== undefined) return { ...run, outcome: 'failed', reason: failure };
  if (!txn) return { ...run, outcome: 'skipped', reason: refusal ?? 'The driver gave no reason' };
  return { ...run, outcome: 'done' };
}
