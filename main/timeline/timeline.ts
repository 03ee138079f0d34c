import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { TimelineExtent } from '#contract/ipc';
import type { TimelineRow, ToastOutcome, TransactionReport } from '#contract/report';
import { startTimelineDb, type TimelineDb } from './timeline-db.ts';
import type {
  Append,
  Appended,
  Batch,
  ReportOutcome,
  ReportsQuery,
  StatsQuery,
} from './timeline-protocol.ts';

export type { Append, Appended, ReceivedReport, ReportOutcome } from './timeline-protocol.ts';

/** The name of the database in the data folder. */
export const TIMELINE_FILE = 'timeline.db';

/** Everything that was received, in order, with what became of it. */
export interface Timeline {
  /** First and last position; known without asking the disk. */
  extent(): TimelineExtent;
  /**
   * Resolves when the report is on the disk: a crash after that loses nothing. Reports that come while a
   * commit is under way share the next one.
   */
  append(append: Append): Promise<Appended>;
  /** Stores what became of a report, with the next commit. Resolves when it is on the disk. */
  complete(seq: number, outcome: ReportOutcome): Promise<void>;
  addRepeats(seq: number, atMs: number, count: number): Promise<void>;
  /** Replaces the toast in a stored outcome; nothing happens when there is none. */
  changeToast(id: string, toast: ToastOutcome): Promise<void>;
  list(fromSeq: number, toSeq: number): Promise<readonly TimelineRow[]>;
  get(key: { readonly id?: string; readonly seq?: number }): Promise<TransactionReport | null>;
  reports(query: ReportsQuery): Promise<readonly TransactionReport[]>;
  stats(query: StatsQuery): Promise<{ readonly count: number; readonly lastEventAtMs?: number }>;
  close(): Promise<void>;
}

/**
 * Opens the timeline of a data folder, making both when they are not there.
 * @throws Error when the file cannot be opened, is no database, or belongs to a newer version.
 */
export async function openTimeline(dataDir: string, workersDir: string): Promise<Timeline> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const database = startTimelineDb(workersDir);
  try {
    const extent = await database.request('open', { file: path.join(dataDir, TIMELINE_FILE) });
    return createTimeline(database, extent);
  } catch (error) {
    await database.close();
    throw error;
  }
}

function createTimeline(database: TimelineDb, initial: TimelineExtent): Timeline {
  let extent = initial;
  const committer = createCommitter(database);
  return {
    extent: () => extent,
    async append(append) {
      const appended = await committer.append(append);
      extent = growExtent(extent, appended.seq);
      return appended;
    },
    complete: (seq, outcome) => committer.add({ outcomes: [{ seq, outcomeJson: JSON.stringify(outcome) }] }),
    addRepeats: (seq, atMs, count) => committer.add({ repeats: [{ seq, atMs, count }] }),
    changeToast: (id, toast) => committer.add({ toasts: [{ id, toastJson: JSON.stringify(toast) }] }),
    list: (fromSeq, toSeq) => database.request('list', { fromSeq, toSeq }),
    get: (key) => database.request('get', key),
    reports: (query) => database.request('reports', query),
    stats: (query) => database.request('stats', query),
    async close() {
      await committer.drain();
      await database.close();
    },
  };
}

function growExtent(extent: TimelineExtent, seq: number): TimelineExtent {
  if (seq <= extent.lastSeq) return extent;
  const firstSeq = extent.firstSeq || seq;
  return { firstSeq, lastSeq: seq, count: seq - firstSeq + 1 };
}

interface PendingBatch {
  readonly appends: Append[];
  readonly outcomes: Batch['outcomes'][number][];
  readonly repeats: Batch['repeats'][number][];
  readonly toasts: Batch['toasts'][number][];
  readonly committed: Promise<readonly Appended[]>;
  readonly settle: (result: Promise<readonly Appended[]>) => void;
}

function newBatch(): PendingBatch {
  let settle: PendingBatch['settle'] = () => undefined;
  const committed = new Promise<readonly Appended[]>((resolve) => {
    settle = resolve;
  });
  // Whoever added to the batch sees the failure; a batch nobody waits for must not end the program.
  committed.catch(() => undefined);
  return { appends: [], outcomes: [], repeats: [], toasts: [], committed, settle };
}

/**
 * Groups writes: while one commit waits for the disk the next batch collects, so concurrent senders share
 * one fsync and a single sender waits for none but its own.
 */
function createCommitter(database: TimelineDb) {
  let open = newBatch();
  let running: Promise<void> | undefined;

  const commitAll = async () => {
    // Lets everything that is ready in this turn of the event loop join the batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (open.appends.length + open.outcomes.length + open.repeats.length + open.toasts.length > 0) {
      const { appends, outcomes, repeats, toasts, committed, settle } = open;
      open = newBatch();
      settle(database.request('commit', { appends, outcomes, repeats, toasts }));
      await committed.catch(() => undefined);
    }
    running = undefined;
  };
  const schedule = () => {
    running ??= commitAll();
  };
  return {
    async append(append: Append): Promise<Appended> {
      const batch = open;
      const index = batch.appends.push(append) - 1;
      schedule();
      const appended = await batch.committed;
      return appended[index] as Appended;
    },
    async add(additions: Partial<Omit<Batch, 'appends'>>): Promise<void> {
      const batch = open;
      batch.outcomes.push(...(additions.outcomes ?? []));
      batch.repeats.push(...(additions.repeats ?? []));
      batch.toasts.push(...(additions.toasts ?? []));
      schedule();
      await batch.committed;
    },
    async drain(): Promise<void> {
      while (running) await running;
    },
  };
}
