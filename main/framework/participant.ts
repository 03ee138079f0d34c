import type { DriverTxn, Txn } from './driver.ts';
import type { ActiveDriver } from './driver-list.ts';
import { errorText } from './errors.ts';
import type { PushEvent } from './events/rfc5423.ts';
import { createRegistrations, type Item, type Registrations } from './registrations.ts';
import { createTrace, type LogSink, type Trace, type TraceEntry } from './trace.ts';

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
  /** Hears the framework's own lines and those of all drivers, in one order. */
  readonly sink?: LogSink;
}

/** A driver in one transaction, from begin to end. */
export interface Participant {
  readonly registrations: Registrations;
  /** Runs beginTxn; whatever it throws makes the run a failed one. */
  begin(): Promise<void>;
  /** Runs a hook, unless the driver sits this one out or failed to begin. */
  call(hook: (txn: DriverTxn) => void | Promise<void>): Promise<void>;
  /** The events of a record as this driver sees them, and who made which. */
  view(items: readonly Item[]): ItemView;
  toRun(): DriverRun;
}

export interface ItemView {
  readonly events: readonly PushEvent[];
  foreignPrefix(event: PushEvent): string | undefined;
}

/** Brings the drivers into a transaction that is about to begin. */
export function createParticipants(
  ref: { readonly user: string; readonly mailbox: string },
  drivers: readonly ActiveDriver[],
  options: TransactionOptions,
): Participant[] {
  const shared = createRegistrations();
  return drivers.map((active, position) => {
    const registrations = options.deduplicateRegistrations ? createRegistrations() : shared;
    const log = createTrace(options.clock, (entry) => options.sink?.(active.name, entry));
    return createParticipant({ ...ref, active, registrations, log, clock: options.clock, id: `${position}` });
  });
}

interface Seat {
  readonly user: string;
  readonly mailbox: string;
  readonly active: ActiveDriver;
  readonly registrations: Registrations;
  readonly log: Trace;
  readonly clock: () => number;
  /** Tells entries of one driver apart. */
  readonly id: string;
}

function createParticipant(seat: Seat): Participant {
  const { active, registrations, log, clock } = seat;
  // Whose registration it was: the entry, and what its lines begin with.
  const signature = `${seat.id}:${active.logPrefix}`;
  let driverTxn: DriverTxn | undefined;
  let refusal: string | undefined;
  let failure: string | undefined;
  let durationMs = 0;

  const guard = async (hook: () => void | Promise<void>) => {
    const startedAtMs = clock();
    try {
      await hook();
    } catch (error) {
      failure ??= errorText(error);
    }
    durationMs += clock() - startedAtMs;
  };
  const txn: Txn = {
    user: seat.user,
    mailbox: seat.mailbox,
    log,
    register: (name, config) => registrations.add(signature, name, config),
    refuse(reason) {
      refusal = reason;
      return undefined;
    },
  };
  return {
    registrations,
    begin: () =>
      guard(async () => {
        driverTxn = await active.driver.beginTxn(txn);
      }),
    call: (hook) => guard(() => (driverTxn ? hook(driverTxn) : undefined)),
    view: (items) => viewItems(items, signature),
    toRun() {
      const run = { driver: active.name, durationMs, trace: [...active.trace.take(), ...log.take()] };
      if (failure !== undefined) return { ...run, outcome: 'failed', reason: failure };
      if (!driverTxn) return { ...run, outcome: 'skipped', reason: refusal ?? 'The driver gave no reason' };
      return { ...run, outcome: 'done' };
    },
  };
}

function viewItems(items: readonly Item[], signature: string): ItemView {
  const makers = new Map(items.map(({ event, madeBy }) => [event, madeBy]));
  return {
    events: items.map(({ event }) => event),
    foreignPrefix(event) {
      const maker = makers.get(event);
      return maker === undefined || maker === signature ? undefined : maker.slice(maker.indexOf(':') + 1);
    },
  };
}
