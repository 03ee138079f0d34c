import type { TimelineExtent } from '#contract/ipc';
import type { TimelineRow, TransactionReport } from '#contract/report';

/** What is stored of a report when it is received; the rest is derived or comes with its outcome. */
export type ReceivedReport = Omit<
  TransactionReport,
  'seq' | 'state' | 'driverRuns' | 'toast' | 'repeats' | 'raw' | 'rawBase64' | 'timings'
>;

/** What the drivers and the toast made of a report. */
export type ReportOutcome = Pick<TransactionReport, 'driverRuns' | 'toast' | 'timings'>;

/** A report to be committed. */
export interface Append {
  readonly id: string;
  readonly receivedAtMs: number;
  /** `ReceivedReport` as JSON: encoded once, by the thread that has the object. */
  readonly reportJson: string;
  /** A string when the body was UTF-8, bytes when not, absent when nothing is kept. */
  readonly raw?: string | Uint8Array;
  /** True: the same `repeatKey`, or else the same `raw`, within `REPEAT_WINDOW_MS` is one report. */
  readonly isRepeatable?: boolean;
  /** What the sender names the request by. */
  readonly repeatKey?: string;
}

/** Where a report came to lie. `repeatOf`: it had come before, and only its repetition was stored. */
export interface Appended {
  readonly seq: number;
  readonly repeatOf?: string;
}

/** One commit: all of it or nothing. */
export interface Batch {
  readonly appends: readonly Append[];
  readonly outcomes: readonly { readonly seq: number; readonly outcomeJson: string }[];
  readonly repeats: readonly { readonly seq: number; readonly atMs: number; readonly count: number }[];
  /** Toasts that turned out otherwise than their stored outcome says. */
  readonly toasts: readonly { readonly id: string; readonly toastJson: string }[];
}

/** Requests to the thread that owns the database. Name → [argument, answer]. */
export interface TimelineRequests {
  open: [{ readonly file: string }, TimelineExtent];
  commit: [Batch, readonly Appended[]];
  list: [{ readonly fromSeq: number; readonly toSeq: number }, readonly TimelineRow[]];
  get: [{ readonly id?: string; readonly seq?: number }, TransactionReport | null];
  /** Whole reports, ascending, for export and for starting again. */
  reports: [ReportsQuery, readonly TransactionReport[]];
  /** Of the accepted reports up to a position: how many since a time, and when the last one came. */
  stats: [StatsQuery, { readonly count: number; readonly lastEventAtMs?: number }];
  close: [undefined, undefined];
}

export interface StatsQuery {
  readonly sinceMs: number;
  readonly toSeq: number;
}

export interface ReportsQuery {
  readonly afterSeq: number;
  readonly limit: number;
  /** Only those whose drivers have not run yet. */
  readonly onlyAccepted?: boolean;
}

export type TimelineRequestName = keyof TimelineRequests;

/** A message to the thread; the answer carries the same number. */
export type TimelineMessage = {
  [Name in TimelineRequestName]: {
    readonly call: number;
    readonly name: Name;
    readonly argument: TimelineRequests[Name][0];
  };
}[TimelineRequestName];

export type TimelineAnswer =
  { readonly call: number; readonly value: unknown } | { readonly call: number; readonly error: string };

/**
 * Dovecot's ox driver sends a request again when the answer does not come within its time-out, 2 s by default
 * (push-notification-driver-ox.c); half a minute covers configured time-outs and a restart between the two.
 */
export const REPEAT_WINDOW_MS = 30_000;
