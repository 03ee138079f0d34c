import {
  runTransaction,
  type ActiveDriver,
  type DriverList,
  type DriverRun,
  type TraceEntry,
} from '#framework';
import type { ToastOutcome, TransactionReport } from '#contract/report';
import type { Log } from './log.ts';
import type { Timeline } from './timeline/timeline.ts';
import { createToastDesk, type ToastDesk } from './toast/toast-desk.ts';
import type { Toaster } from './toast/toast.ts';
import { createTransactionQueue, totalDurationMs, type QueuedReport } from './transaction-queue.ts';
import type { ReceivedMail } from './received-mail.ts';
import type { UserDrivers } from './user-drivers.ts';

export interface ReportRunnerOptions {
  readonly timeline: Timeline;
  readonly userDrivers: UserDrivers;
  readonly mail: ReceivedMail;
  readonly toaster: Toaster;
  readonly clock: () => number;
  readonly log: Log;
  /** The report changed: a table should show it anew. */
  announce: (report: TransactionReport) => void;
  /** The report is final. Called once for each. */
  finish: (report: TransactionReport) => void;
  /** A person clicked the toast of this report. */
  reveal: (id: string, seq: number) => void;
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
  return new QueuedRunner(options);
}

class QueuedRunner implements ReportRunner {
  readonly #options: ReportRunnerOptions;
  readonly #desk: ToastDesk;
  readonly #queue = createTransactionQueue((report) => this.#run(report));
  readonly #storeTimesMs = new WeakMap<QueuedReport, number>();
  /** Reports whose toast was announced as shown and not confirmed yet. */
  readonly #unconfirmed = new Map<string, TransactionReport>();
  readonly #saving = new Set<Promise<void>>();

  constructor(options: ReportRunnerOptions) {
    this.#options = options;
    this.#desk = createToastDesk({
      toaster: options.toaster,
      clock: Date.now,
      onOutcome: (id, toast) => this.#onOutcome(id, toast),
      onClick: (id) => this.#changeToast(id, (toast) => ({ ...toast, clickedAtMs: Date.now() })),
    });
  }

  add(report: QueuedReport, storeMs: number): void {
    this.#storeTimesMs.set(report, storeMs);
    this.#options.announce(undecided(report, []));
    this.#queue.add(report);
  }

  queued(): number {
    return this.#queue.size;
  }

  seed(reports: readonly TransactionReport[]): void {
    this.#desk.seed(reports);
  }

  async close(): Promise<void> {
    await this.#queue.idle();
    await this.#desk.close();
    // What is being saved may save once more: a toast that failed while it was ending.
    while (this.#saving.size > 0) await Promise.all(this.#saving);
    for (const report of this.#unconfirmed.values()) this.#options.finish(report);
  }

  async #run(queued: QueuedReport): Promise<void> {
    await this.#options.mail.update(queued.events);
    const list = this.#options.userDrivers.forUser(queued.user);
    const report = this.#complete(queued, await this.#runDrivers(queued, list));
    const decided = { ...report, toast: this.#desk.offer(report) };
    // The toast does not wait for what drivers have sent; the user's next transaction does.
    const waitsFor = list.drivers.filter(({ driver }) => 'settled' in driver);
    const isFinal = decided.toast.outcome !== 'shown' && waitsFor.length === 0;
    if (decided.toast.outcome === 'shown') this.#unconfirmed.set(decided.id, decided);
    this.#save(decided, isFinal);
    if (waitsFor.length > 0) await this.#settle(decided, waitsFor);
  }

  #complete(queued: QueuedReport, driverRuns: readonly DriverRun[]): TransactionReport {
    const storeMs = this.#storeTimesMs.get(queued) ?? 0;
    const timings = { storeMs, driversMs: totalDurationMs(driverRuns) };
    return { ...undecided(queued, driverRuns), state: 'done', timings };
  }

  async #runDrivers({ user, mailbox, events }: QueuedReport, list: DriverList): Promise<DriverRun[]> {
    const { clock } = this.#options;
    const transaction = { user, mailbox, events, committed: true };
    const runs = await runTransaction(transaction, list.drivers, { deduplicateRegistrations: true, clock });
    const failed = list.problems.map(({ driver, message }): DriverRun => ({
      driver,
      outcome: 'failed',
      reason: message,
      durationMs: 0,
      trace: [],
    }));
    return [...runs, ...failed];
  }

  async #settle(report: TransactionReport, waitsFor: readonly ActiveDriver[]): Promise<void> {
    const startedAtMs = this.#options.clock();
    await Promise.all(waitsFor.map(async ({ driver }) => driver.settled?.()));
    const waitedMs = this.#options.clock() - startedAtMs;
    const late = new Map(waitsFor.map((active) => [active.name, active.trace.take()]));
    const driverRuns = report.driverRuns.map((run) =>
      addLateLines(run, late.get(run.driver) ?? [], waitedMs),
    );
    const waiting = this.#unconfirmed.get(report.id);
    const settled = { ...(waiting ?? report), driverRuns };
    if (waiting) this.#unconfirmed.set(report.id, settled);
    const isAnnounced = report.toast.outcome === 'shown' && !waiting;
    if (isAnnounced) await this.#addRuns(report.id, driverRuns);
    else this.#save(settled, !waiting);
  }

  // The toast was confirmed while the drivers were waiting.
  async #addRuns(id: string, driverRuns: readonly DriverRun[]): Promise<void> {
    const stored = await this.#options.timeline.get({ id });
    if (stored) this.#save({ ...stored, driverRuns }, true);
  }

  // Who is told of a report can load it: it is told once the outcome is stored. The queue does not wait for that.
  #save(report: TransactionReport, isFinal: boolean): void {
    const { timeline, log, announce, finish } = this.#options;
    const { seq, driverRuns, toast, timings } = report;
    const saved = timeline
      .complete(seq, { driverRuns, toast, ...(timings && { timings }) })
      .catch((error: unknown) => {
        log.error(
          `The outcome of report ${seq} could not be stored; its drivers run again at the next start: ${String(error)}`,
        );
      })
      .then(() => {
        this.#saving.delete(saved);
        announce(report);
        if (isFinal) finish(report);
      });
    this.#saving.add(saved);
  }

  #onOutcome(id: string, toast: ToastOutcome): void {
    const waiting = this.#unconfirmed.get(id);
    this.#unconfirmed.delete(id);
    if (waiting) this.#save({ ...waiting, toast }, true);
    else if (toast.outcome !== 'grouped') this.#changeToast(id, () => toast);
  }

  #changeToast(id: string, change: (toast: ToastOutcome) => ToastOutcome): void {
    const { timeline, log, reveal } = this.#options;
    const apply = async () => {
      const stored = await timeline.get({ id });
      if (!stored) return;
      const report = { ...stored, toast: change(stored.toast) };
      this.#save(report, false);
      if (report.toast.clickedAtMs !== undefined) reveal(report.id, report.seq);
    };
    const changing = apply()
      .catch((error: unknown) =>
        log.error(`The toast of report ${id} could not be updated: ${String(error)}`),
      )
      .finally(() => this.#saving.delete(changing));
    this.#saving.add(changing);
  }
}

// A request that failed is an error line in Dovecot and nothing more; a person wants to see it as a failure.
function addLateLines(run: DriverRun, lines: readonly TraceEntry[], waitedMs: number): DriverRun {
  if (lines.length === 0) return run;
  const error = lines.find(({ level }) => level === 'error');
  const late = { ...run, durationMs: run.durationMs + waitedMs, trace: [...run.trace, ...lines] };
  return error && run.outcome === 'done' ? { ...late, outcome: 'failed', reason: error.text } : late;
}

function undecided(queued: QueuedReport, driverRuns: readonly DriverRun[]): TransactionReport {
  return { ...queued, state: 'accepted', driverRuns, toast: { outcome: 'none', reason: 'Not decided yet' } };
}
