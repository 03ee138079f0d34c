import type { DriverRun } from '#framework';
import type { ReceivedReport } from './timeline/timeline.ts';

/** A stored report whose drivers have not run yet. */
export type QueuedReport = ReceivedReport & {
  readonly seq: number;
  readonly raw?: string;
  readonly rawBase64?: string;
};

interface Waiting {
  readonly report: QueuedReport;
  readonly storeMs: number;
}

/** Runs stored reports: those of one user one after another, those of different users side by side. */
export interface TransactionQueue {
  /** Never waits: the report runs after the current turn of the event loop, so after its sender was answered. */
  add(report: QueuedReport, storeMs: number): void;
  readonly size: number;
  /** Resolves when everything added so far has run. */
  idle(): Promise<void>;
}

/** `run` must not throw. */
export function createTransactionQueue(
  run: (report: QueuedReport, storeMs: number) => Promise<void>,
): TransactionQueue {
  const waiting = new Map<string, Waiting[]>();
  let size = 0;
  let whenIdle: (() => void)[] = [];

  const runUser = async (user: string, reports: Waiting[]) => {
    // The list grows while it is worked off, by `add`.
    for (const { report, storeMs } of reports) {
      await run(report, storeMs);
      size -= 1;
    }
    waiting.delete(user);
    if (size > 0) return;
    for (const resolve of whenIdle) resolve();
    whenIdle = [];
  };
  return {
    get size() {
      return size;
    },
    add(report, storeMs) {
      size += 1;
      const reports = waiting.get(report.user);
      if (reports) {
        reports.push({ report, storeMs });
        return;
      }
      const started = [{ report, storeMs }];
      waiting.set(report.user, started);
      setImmediate(() => void runUser(report.user, started));
    },
    idle: () =>
      size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            whenIdle.push(resolve);
          }),
  };
}

/** Milliseconds all drivers of a transaction took together. */
export function totalDurationMs(runs: readonly DriverRun[]): number {
  return runs.reduce((sum, { durationMs }) => sum + durationMs, 0);
}
