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

/** Completes stored reports: the toast, and the drivers, which it does not wait for. */
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

/** A report and what may still change it. Its state is `accepted` until the drivers have run. */
interface Unfinished {
  readonly report: TransactionReport;
  readonly awaitsToast: boolean;
  readonly awaitsDrivers: boolean;
}

class QueuedRunner implements ReportRunner {
  readonly #options: ReportRunnerOptions;
  readonly #desk: ToastDesk;
  readonly #queue = createTransactionQueue((report, storeMs) => this.#run(report, storeMs));
  /** Nobody has thought about their toast yet. */
  readonly #undecided = new Set<string>();
  readonly #unfinished = new Map<string, Unfinished>();
  readonly #saving = new Set<Promise<void>>();

  constructor(options: ReportRunnerOptions) {
    this.#options = options;
    this.#desk = createToastDesk({
      toaster: options.toaster,
      clock: Date.now,
      onOutcome: (id, toast) => this.#onOutcome(id, toast),
      onClick: (id) => this.#onClick(id),
    });
  }

  add(report: QueuedReport, storeMs: number): void {
    this.#options.announce(undecided(report, []));
    this.#undecided.add(report.id);
    // Not in the turn in which the sender is answered, and not behind a driver that takes its time.
    setImmediate(() => this.#decideToast(report));
    this.#queue.add(report, storeMs);
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
    for (const { report } of this.#unfinished.values()) this.#options.finish(report);
  }

  async #run(queued: QueuedReport, storeMs: number): Promise<void> {
    this.#decideToast(queued);
    const update = this.#options.mail.update(queued.events);
    if (update) await update;
    const list = await this.#options.userDrivers.forUser(queued.user);
    const report = completed(queued, await this.#runDrivers(queued, list), storeMs);
    const senders = list.drivers.filter(({ driver }) => 'settled' in driver);
    // What has become of the toast meanwhile.
    const { report: decided, awaitsToast } = this.#unfinished.get(queued.id) as Unfinished;
    const toast = decided.toast;
    this.#advance({ report: { ...report, toast }, awaitsToast, awaitsDrivers: senders.length > 0 });
    // The toast does not wait for what drivers have sent; the user's next transaction does.
    if (senders.length > 0) await this.#settle(report.id, senders);
  }

  /** Once for each report, whoever comes first. */
  #decideToast(queued: QueuedReport): void {
    if (!this.#undecided.delete(queued.id)) return;
    const report = undecided(queued, []);
    const toast = this.#desk.offer(report);
    const step = {
      report: { ...report, toast },
      awaitsToast: toast.outcome === 'shown',
      awaitsDrivers: true,
    };
    this.#unfinished.set(queued.id, step);
  }

  async #runDrivers(
    { user, mailbox, events, committed = true }: QueuedReport,
    list: DriverList,
  ): Promise<DriverRun[]> {
    const { clock } = this.#options;
    const transaction = { user, mailbox, events, committed };
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

  async #settle(id: string, senders: readonly ActiveDriver[]): Promise<void> {
    const startedAtMs = this.#options.clock();
    await Promise.all(senders.map(async ({ driver }) => driver.settled?.()));
    const waitedMs = this.#options.clock() - startedAtMs;
    const late = new Map(senders.map(({ name, trace }) => [name, trace.take()]));
    const unfinished = this.#unfinished.get(id);
    if (!unfinished) return;
    const driverRuns = unfinished.report.driverRuns.map((run) =>
      addLateLines(run, late.get(run.driver) ?? [], waitedMs),
    );
    this.#advance({ ...unfinished, report: { ...unfinished.report, driverRuns }, awaitsDrivers: false });
  }

  // Each step from the drivers' run on is stored: a report that is stored as done does not run again after a crash.
  // It is final once neither the toast nor a driver is waited for.
  #advance(step: Unfinished): void {
    if (step.report.state === 'accepted') {
      this.#unfinished.set(step.report.id, step);
      return;
    }
    const isFinal = !step.awaitsToast && !step.awaitsDrivers;
    if (isFinal) this.#unfinished.delete(step.report.id);
    else this.#unfinished.set(step.report.id, step);
    this.#save(step.report, isFinal);
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
    const unfinished = this.#unfinished.get(id);
    if (unfinished)
      this.#advance({ ...unfinished, report: { ...unfinished.report, toast }, awaitsToast: false });
    // A digest stands for many reports that say `grouped` already.
    else if (toast.outcome !== 'grouped') this.#changeToast(id, toast);
  }

  #onClick(id: string): void {
    const { timeline, reveal } = this.#options;
    this.#track(async () => {
      const report = this.#unfinished.get(id)?.report ?? (await timeline.get({ id }));
      if (!report) return;
      const toast = { ...report.toast, clickedAtMs: Date.now() };
      const unfinished = this.#unfinished.get(id);
      if (unfinished) this.#advance({ ...unfinished, report: { ...report, toast } });
      else this.#changeToast(id, toast);
      reveal(id, report.seq);
    });
  }

  #changeToast(id: string, toast: ToastOutcome): void {
    const { timeline, announce } = this.#options;
    this.#track(async () => {
      await timeline.changeToast(id, toast);
      const report = await timeline.get({ id });
      if (report) announce(report);
    });
  }

  #track(work: () => Promise<void>): void {
    const { log } = this.#options;
    const tracked = work()
      .catch((error: unknown) => log.error(`A toast's outcome could not be stored: ${String(error)}`))
      .finally(() => this.#saving.delete(tracked));
    this.#saving.add(tracked);
  }
}

// A request that failed is an error line in Dovecot and nothing more; a person wants to see it as a failure.
function addLateLines(run: DriverRun, lines: readonly TraceEntry[], waitedMs: number): DriverRun {
  if (lines.length === 0) return run;
  const error = lines.find(({ level }) => level === 'error');
  const late = { ...run, durationMs: run.durationMs + waitedMs, trace: [...run.trace, ...lines] };
  return error && run.outcome === 'done' ? { ...late, outcome: 'failed', reason: error.text } : late;
}

function completed(
  queued: QueuedReport,
  driverRuns: readonly DriverRun[],
  storeMs: number,
): TransactionReport {
  const timings = { storeMs, driversMs: totalDurationMs(driverRuns) };
  return { ...undecided(queued, driverRuns), state: 'done', timings };
}

function undecided(queued: QueuedReport, driverRuns: readonly DriverRun[]): TransactionReport {
  return { ...queued, state: 'accepted', driverRuns, toast: { outcome: 'none', reason: 'Not decided yet' } };
}
