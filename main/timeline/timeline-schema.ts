import type Database from 'libsql';

/** Raised with each change of the tables; a file with a higher number belongs to a newer program. */
const SCHEMA_VERSION = 1;

/** The file belongs to another version of the program, or is not a timeline. */
export class TimelineSchemaError extends Error {
  override readonly name = 'TimelineSchemaError';
}

/**
 * Opens the tables, making them in an empty file.
 *
 * `report` holds what was received and is written before the sender is answered; `outcome` holds what the
 * drivers and the toast made of it and comes later. Both only grow at their end: a report is never
 * rewritten, so a crash can lose an outcome (its drivers run again) but never a report.
 *
 * @throws TimelineSchemaError when the file was written by a newer version.
 */
export function openSchema(database: Database.Database): void {
  // WAL with FULL: a commit returns when its pages are on the disk, which is what "200" promises.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
  const version = readVersion(database);
  if (version > SCHEMA_VERSION) {
    throw new TimelineSchemaError(
      `The timeline was written by a newer Dovebell (format ${version}, this one knows ${SCHEMA_VERSION}); update the program or choose another --data folder`,
    );
  }
  if (version === SCHEMA_VERSION) return;
  database.exec(`
    BEGIN;
    CREATE TABLE report (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      received_at_ms INTEGER NOT NULL,
      repeat_key TEXT,
      report TEXT NOT NULL,
      raw
    );
    CREATE INDEX report_received ON report (received_at_ms);
    CREATE TABLE outcome (seq INTEGER PRIMARY KEY, outcome TEXT NOT NULL);
    CREATE TABLE repeat (seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, count INTEGER NOT NULL);
    CREATE INDEX repeat_seq ON repeat (seq);
    PRAGMA user_version = ${SCHEMA_VERSION};
    COMMIT;
  `);
}

function readVersion(database: Database.Database): number {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number };
  return row.user_version;
}
