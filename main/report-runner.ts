import { runTransaction, type DriverRun } from '#framework';
import type { ToastOutcome, TransactionReport } from '#contract/report';
import type { Log } from './log.ts';
import type { Timeline } from './timeline/timeline.ts';
import { createToastDesk } from './toast/toast-desk.ts';
import type { Toaster } from './toast/toast.ts';
import { createTransactionQueue, totalDurationMs, type QueuedReport } from './transaction-queue.ts';
import type { UserDrivers } from './user-drivers.ts';

export interface ReportRunnerOptions {
  readonly timeline: Timeline;
  readonly userDrivers: UserDrivers;
  readonly toaster: Toaster;
  readonly clock: () => number;
  readonly log: Log;
  /** The report changed: a table should show it anew. */
  announce(report: TransactionReport): void;
  /** The report is final. Called once for each. */
  finish(report: TransactionReport): void;
  /** A person clicked the toast of this report. */
  reveal(id: string, seq: number): void;
}

/** Completes stored reports: drivers, then the toast. */
export interface ReportRunner {
  /** `storeMs` is how long storing took. */
  add(report: QueuedReport, storeMs: number): void;
  queued(): number;
  /** Reports from before this start; their messages get no second toast. */
  seed(reports: readonly TransactionReport[]): void;
  /** Runs what is queued, then ends the toasts. */
  close(): Promise<void>;
}

export function createReportRunner(options: ReportRunnerOptions): ReportRunner {
  const { timeline, userDrivers, clock, log } = options;
  /** Reports whose toast was announced as shown and not confirmed yet. */
  const unconfirmed = new Map<string, TransactionReport>();
  const saving = new Set<Promise<void>>();
  const storeTimesMs = new WeakMap<QueuedReport, number>();
  const desk = createToastDesk({ toaster: options.toaster, clock: Date.now, onOutcome, onClick });
  const queue = createTransactionQueue(async (queued) => {
    const driverRuns = await runDrivers(queued);
    const report = complete(queued, driverRuns, storeTimesMs.get(queued) ?? 0);
    const isFinal = report.toast.outcome !== 'shown';
    if (!isFinal) unconfirmed.set(report.id, report);
    save(report, isFinal);
  });

  async function runDrivers({ user, mailbox, events }: QueuedReport): Promise<DriverRun[]> {
    const { drivers, problems } = userDrivers.forUser(user);
    const transaction = { user, mailbox, events, committed: true };
    const runs = await runTransaction(transaction, drivers, { deduplicateRegistrations: true, clock });
    const failed = problems.map(({ driver, message }): DriverRun => ({
      driver,
      outcome: 'failed',
      reason: message,
      durationMs: 0,
      trace: [],
    }));
    return [...runs, ...failed];
  }

  function complete(queued: QueuedReport, driverRuns: DriverRun[], storeMs: number): TransactionReport {
    const report: TransactionReport = {
      ...undecided(queued, driverRuns),
      state: 'done',
      timings: { storeMs, driversMs: totalDurationMs(driverRuns) },
    };
    return { ...report, toast: desk.offer(report) };
  }

  // Who is told of a report can load it: it is told once the outcome is stored. The queue does not wait for that.
  function save(report: TransactionReport, isFinal: boolean): void {
    const { seq, driverRuns, toast, timings } = report;
    const saved = timeline
      .complete(seq, { driverRuns, toast, ...(timings && { timings }) })
      .catch((error: unknown) => {
        log.error(
          `The outcome of report ${seq} could not be stored; its drivers run again at the next start: ${String(error)}`,
        );
      })
      .then(() => {
        saving.delete(saved);
        options.announce(report);
        if (isFinal) options.finish(report);
      });
    saving.add(saved);
  }

  function onOutcome(id: string, toast: ToastOutcome): void {
    const waiting = unconfirmed.get(id);
    unconfirmed.delete(id);
    if (waiting) save({ ...waiting, toast }, true);
    else if (toast.outcome !== 'grouped') changeToast(id, () => toast);
  }

  function onClick(id: string): void {
    changeToast(id, (toast) => ({ ...toast, clickedAtMs: Date.now() }));
  }

  function changeToast(id: string, change: (toast: ToastOutcome) => ToastOutcome): void {
    const apply = async () => {
      const stored = await timeline.get({ id });
      if (!stored) return;
      const report = { ...stored, toast: change(stored.toast) };
      save(report, false);
      if (report.toast.clickedAtMs !== undefined) options.reveal(report.id, report.seq);
    };
    apply().catch((error: unknown) =>
      log.error(`The toast of report ${id} could not be updated: ${String(error)}`),
    );
  }

  return {
    add(report, storeMs) {
      storeTimesMs.set(report, storeMs);
      options.announce(undecided(report, []));
      queue.add(report);
    },
    queued: () => queue.size,
    seed: (reports) => desk.seed(reports),
    async close() {
      await queue.idle();
      await desk.close();
      await Promise.all(saving);
      for (const report of unconfirmed.values()) options.finish(report);
    },
  };
}

function undecided(queued: QueuedReport, driverRuns: readonly DriverRun[]): TransactionReport {
  return { ...queued, state: 'accepted', driverRuns, toast: { outcome: 'none', reason: 'Not decided yet' } };
}
