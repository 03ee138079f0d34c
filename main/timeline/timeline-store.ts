import { hash } from 'node:crypto';
import Database from 'libsql';
import type { TimelineExtent } from '#contract/ipc';
import { timelineRow, type TimelineRow, type TransactionReport } from '#contract/report';
import { createRepeatIndex, type RepeatIndex } from './repeat-index.ts';
import type {
  Append,
  Appended,
  Batch,
  ReceivedReport,
  ReportOutcome,
  ReportsQuery,
  StatsQuery,
} from './timeline-protocol.ts';
import { openSchema } from './timeline-schema.ts';

/** The timeline's tables. Lives in a worker thread, because a commit waits for the disk. */
export interface TimelineStore {
  extent(): TimelineExtent;
  /** @throws Error when the disk refuses; then nothing of the batch is stored. */
  commit(batch: Batch): Appended[];
  list(fromSeq: number, toSeq: number): TimelineRow[];
  get(key: { readonly id?: string; readonly seq?: number }): TransactionReport | null;
  reports(query: ReportsQuery): TransactionReport[];
  stats(query: StatsQuery): { count: number; lastEventAtMs?: number };
  close(): void;
}

interface StoredReport {
  readonly seq: number;
  readonly report: string;
  readonly raw: string | ArrayBuffer | null;
  readonly outcome: string | null;
  readonly repeats: number;
}

const SELECT_REPORT = `
  SELECT report.seq AS seq, report.report AS report, report.raw AS raw, outcome.outcome AS outcome,
    (SELECT coalesce(sum(count), 0) FROM repeat WHERE repeat.seq = report.seq) AS repeats
  FROM report LEFT JOIN outcome ON outcome.seq = report.seq`;
// A table row needs no body; leaving it out spares reading overflow pages.
const SELECT_ROW = SELECT_REPORT.replace('report.raw AS raw', 'NULL AS raw');

/**
 * Opens the file, making it when it is not there.
 * @throws TimelineSchemaError, or libsql's error when the file cannot be opened or is no database.
 */
export function openTimelineStore(file: string): TimelineStore {
  const database = new Database(file);
  openSchema(database);
  const repeats = createRepeatIndex(loadRecentKeys(database));
  const statement = prepareStatements(database);
  return {
    extent: () => readExtent(database),
    commit: (batch) => commitBatch(database, statement, repeats, batch),
    list: (fromSeq, toSeq) => (statement.list.all(fromSeq, toSeq) as StoredReport[]).map(toRow),
    get: ({ id, seq }) => {
      const row = (id === undefined ? statement.bySeq.get(seq ?? 0) : statement.byId.get(id)) as
        StoredReport | undefined;
      return row ? toReport(row) : null;
    },
    reports: ({ afterSeq, limit, onlyAccepted }) => {
      const query = onlyAccepted ? statement.accepted : statement.after;
      return (query.all(afterSeq, limit) as StoredReport[]).map(toReport);
    },
    stats: (query) => readStats(database, query),
    close: () => database.close(),
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(database: Database.Database) {
  return {
    append: database.prepare(
      'INSERT INTO report (id, received_at_ms, repeat_key, report, raw) VALUES (?, ?, ?, ?, ?)',
    ),
    outcome: database.prepare('INSERT OR REPLACE INTO outcome (seq, outcome) VALUES (?, ?)'),
    toast: database.prepare(
      `UPDATE outcome SET outcome = json_set(outcome, '$.toast', json(?))
        WHERE seq = (SELECT seq FROM report WHERE id = ?)`,
    ),
    repeat: database.prepare('INSERT INTO repeat (seq, at_ms, count) VALUES (?, ?, ?)'),
    list: database.prepare(`${SELECT_ROW} WHERE report.seq BETWEEN ? AND ? ORDER BY report.seq`),
    bySeq: database.prepare(`${SELECT_REPORT} WHERE report.seq = ?`),
    byId: database.prepare(`${SELECT_REPORT} WHERE report.id = ?`),
    after: database.prepare(`${SELECT_REPORT} WHERE report.seq > ? ORDER BY report.seq LIMIT ?`),
    accepted: database.prepare(
      `${SELECT_REPORT} WHERE report.seq > ? AND outcome.seq IS NULL ORDER BY report.seq LIMIT ?`,
    ),
  };
}

function commitBatch(
  database: Database.Database,
  statement: Statements,
  repeats: RepeatIndex,
  batch: Batch,
): Appended[] {
  database.exec('BEGIN IMMEDIATE');
  try {
    const appended = batch.appends.map((append) => appendOne(statement, repeats, append));
    for (const { seq, outcomeJson } of batch.outcomes) statement.outcome.run(seq, outcomeJson);
    for (const { seq, atMs, count } of batch.repeats) statement.repeat.run(seq, atMs, count);
    for (const { id, toastJson } of batch.toasts) statement.toast.run(toastJson, id);
    database.exec('COMMIT');
    repeats.keep();
    return appended;
  } catch (error) {
    repeats.forget();
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function appendOne(statement: Statements, repeats: RepeatIndex, append: Append): Appended {
  const { id, receivedAtMs, isRepeatable, reportJson, raw } = append;
  const identity = append.repeatKey ?? raw;
  const repeatKey = isRepeatable && identity !== undefined ? hash('sha1', identity, 'base64') : undefined;
  const known = repeatKey === undefined ? undefined : repeats.find(repeatKey, receivedAtMs);
  if (known) {
    statement.repeat.run(known.seq, receivedAtMs, 1);
    return { seq: known.seq, repeatOf: known.id };
  }
  const { lastInsertRowid } = statement.append.run(
    id,
    receivedAtMs,
    repeatKey ?? null,
    reportJson,
    raw ?? null,
  );
  const seq = Number(lastInsertRowid);
  if (repeatKey !== undefined) repeats.add(repeatKey, { seq, id, receivedAtMs });
  return { seq };
}

function loadRecentKeys(database: Database.Database): Parameters<typeof createRepeatIndex>[0] {
  const RECENT = 10_000;
  const rows = database
    .prepare(
      'SELECT seq, id, received_at_ms AS receivedAtMs, repeat_key AS key FROM report ORDER BY seq DESC LIMIT ?',
    )
    .all(RECENT) as { seq: number; id: string; receivedAtMs: number; key: string | null }[];
  return rows.filter((row): row is typeof row & { key: string } => row.key !== null).toReversed();
}

function toReport({ seq, report, raw, outcome, repeats }: StoredReport): TransactionReport {
  const received = JSON.parse(report) as ReceivedReport;
  const finished = outcome === null ? undefined : (JSON.parse(outcome) as ReportOutcome);
  return {
    ...received,
    seq,
    state: received.rejection ? 'rejected' : finished ? 'done' : 'accepted',
    driverRuns: finished?.driverRuns ?? [],
    toast: finished?.toast ?? {
      outcome: 'none',
      reason: received.rejection ? 'The request was rejected' : 'Not decided yet',
    },
    ...(finished?.timings && { timings: finished.timings }),
    ...(repeats > 0 && { repeats }),
    ...decodeRaw(raw),
  };
}

function decodeRaw(raw: StoredReport['raw']): Pick<TransactionReport, 'raw' | 'rawBase64'> {
  if (raw === null) return {};
  if (typeof raw === 'string') return { raw };
  const bytes = Buffer.from(raw);
  return { raw: bytes.toString('utf8'), rawBase64: bytes.toString('base64') };
}

const toRow = (stored: StoredReport): TimelineRow => timelineRow(toReport(stored));

function readExtent(database: Database.Database): TimelineExtent {
  const { firstSeq, lastSeq } = database
    .prepare('SELECT (SELECT min(seq) FROM report) AS firstSeq, (SELECT max(seq) FROM report) AS lastSeq')
    .get() as { firstSeq: number | null; lastSeq: number | null };
  if (firstSeq === null || lastSeq === null) return { firstSeq: 0, lastSeq: 0, count: 0 };
  return { firstSeq, lastSeq, count: lastSeq - firstSeq + 1 };
}

function readStats(
  database: Database.Database,
  { sinceMs, toSeq }: StatsQuery,
): { count: number; lastEventAtMs?: number } {
  const accepted = `seq <= ? AND json_extract(report, '$.rejection') IS NULL`;
  const { count, last } = database
    .prepare(
      `SELECT (SELECT count(*) FROM report WHERE received_at_ms >= ? AND ${accepted}) AS count,
         (SELECT received_at_ms FROM report WHERE ${accepted} ORDER BY seq DESC LIMIT 1) AS last`,
    )
    .get(sinceMs, toSeq, toSeq) as { count: number; last: number | null };
  return { count, ...(last !== null && { lastEventAtMs: last }) };
}
