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
  const storeTimesMs = new WeakMap<QueuedReport, number>();
  const desk = createToastDesk({ toaster: options.toaster, clock: Date.now, onOutcome, onClick });
  const queue = createTransactionQueue(async (queued) => {
    const driverRuns = await runDrivers(queued);
    const report = complete(queued, driverRuns, storeTimesMs.get(queued) ?? 0);
    if (report.toast.outcome === 'shown') unconfirmed.set(report.id, report);
    else options.finish(report);
    save(report);
    options.announce(report);
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
    const undecided: TransactionReport = {
      ...queued,
      state: 'done',
      driverRuns,
      toast: { outcome: 'none', reason: '' },
      timings: { storeMs, driversMs: totalDurationMs(driverRuns) },
    };
    return { ...undecided, toast: desk.offer(undecided) };
  }

  function save({ seq, driverRuns, toast, timings }: TransactionReport): void {
    timeline.complete(seq, { driverRuns, toast, ...(timings && { timings }) }).catch((error: unknown) => {
      log.error(
        `The outcome of report ${seq} could not be stored; its drivers run again at the next start: ${String(error)}`,
      );
    });
  }

  function onOutcome(id: string, toast: ToastOutcome): void {
    const waiting = unconfirmed.get(id);
    unconfirmed.delete(id);
    if (waiting) {
      const report = { ...waiting, toast };
      save(report);
      options.announce(report);
      options.finish(report);
    } else if (toast.outcome !== 'grouped') {
      changeToast(id, () => toast);
    }
  }

  function onClick(id: string): void {
    changeToast(id, (toast) => ({ ...toast, clickedAtMs: Date.now() }));
  }

  function changeToast(id: string, change: (toast: ToastOutcome) => ToastOutcome): void {
    const apply = async () => {
      const stored = await timeline.get({ id });
      if (!stored) return;
      const report = { ...stored, toast: change(stored.toast) };
      save(report);
      options.announce(report);
      if (report.toast.clickedAtMs !== undefined) options.reveal(report.id, report.seq);
    };
    apply().catch((error: unknown) =>
      log.error(`The toast of report ${id} could not be updated: ${String(error)}`),
    );
  }

  return {
    add(report, storeMs) {
      storeTimesMs.set(report, storeMs);
      queue.add(report);
    },
    queued: () => queue.size,
    seed: (reports) => desk.seed(reports),
    async close() {
      await queue.idle();
      await desk.close();
      for (const report of unconfirmed.values()) options.finish(report);
    },
  };
}
