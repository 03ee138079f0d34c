import type { TimelineExtent } from '#contract/ipc';
import type { TimelineRow, TransactionReport } from '#contract/report';

/** A row for tests; what a test is about is given, the rest is ordinary. */
export function row(seq: number, changes: Partial<TimelineRow> = {}): TimelineRow {
  return {
    id: `r${seq}`,
    seq,
    receivedAtMs: 1_763_821_351_204,
    state: 'done',
    source: 'ox',
    event: 'MessageNew',
    eventCount: 1,
    user: 'alice',
    mailbox: 'INBOX',
    uid: 2345,
    from: 'Ä',
    subject: 'Test päivää',
    drivers: [
      { driver: 'dlog', outcome: 'done' },
      { driver: 'ox', outcome: 'skipped' },
    ],
    toast: 'shown',
    repeats: 0,
    durationMs: 6.1,
    ...changes,
  };
}

/** Rows of consecutive seqs, both ends included. */
export function rows(fromSeq: number, toSeq: number): TimelineRow[] {
  return Array.from({ length: toSeq - fromSeq + 1 }, (_, index) => row(fromSeq + index));
}

export function extent(firstSeq: number, lastSeq: number): TimelineExtent {
  return { firstSeq, lastSeq, count: lastSeq === 0 ? 0 : lastSeq - firstSeq + 1 };
}

/** A report for tests, as `row`. */
export function report(changes: Partial<TransactionReport> = {}): TransactionReport {
  return {
    id: 'r1',
    seq: 1,
    receivedAtMs: 1_763_821_351_204,
    state: 'done',
    source: 'ox',
    user: 'alice',
    mailbox: 'INBOX',
    events: [{ name: 'MessageRead', user: 'alice', mailbox: 'INBOX', uid: 5, uidValidity: 7 }],
    driverRuns: [],
    toast: { outcome: 'none', reason: '' },
    ...changes,
  };
}
