import { stat } from 'node:fs/promises';
import path from 'node:path';
import { MailAccessError, type MailAccess, type MailboxAccess, type PushEvent } from '#framework';
import { METADATA_FILE, nameMailbox, openMetadataFile, type Metadata, type MetadataFile } from '#store';

/** How soon a change by `dovebell metadata set` is seen by the running program. */
const REFRESH_INTERVAL_MS = 1000;
/** What one script may keep: the file is read and written whole. Dovecot has no limit for either. */
const MAX_VALUE_LENGTH = 65_536;
const MAX_ENTRIES = 1000;
/** Counts are kept for this many mailboxes. */
const MAX_MAILBOXES = 10_000;

/**
 * What drivers can know about mail that is on another server: METADATA as `dovebell metadata` sets it here, and
 * the unseen count that came with the last notification of a mailbox. What a script sets is seen by
 * `dovebell metadata`, and not by the other server.
 */
export interface ReceivedMail {
  mailOf(user: string): MailAccess;
  /** To be called, and waited for if it gives something to wait for, before drivers see the events. Never throws. */
  update(events: readonly PushEvent[]): Promise<void> | undefined;
}

/** `warn` is told, once for each change, of a METADATA file that cannot be read; the values read before stay. */
export function createReceivedMail(dataDir: string, warn: (text: string) => void): ReceivedMail {
  const unseen = new Map<string, { readonly uidValidity: number; readonly unseen: number }>();
  const metadata = openMetadata(dataDir, warn);
  const getStatus = (user: string, mailbox: string) => {
    const known = unseen.get(mailboxKey(user, mailbox));
    if (!known) throw new MailAccessError('The sender did not say how many messages are unseen');
    return { messages: 0, recent: 0, uidNext: 0, keywords: [], ...known };
  };
  return {
    mailOf: (user) => ({
      getMetadata: (mailbox, entry) => metadata.current()?.forUser(user).get(mailbox, entry),
      getStatus: (mailbox) => getStatus(user, mailbox),
      mailboxes: accessReceived(user, metadata, (mailbox) => ({
        ...getStatus(user, mailbox),
        firstRecentUid: 0,
        firstUnseenSeq: 0,
        highestModseq: 1,
      })),
    }),
    update(events) {
      for (const event of events) {
        const key = mailboxKey(event.user, event.mailbox);
        unseen.delete(key);
        if (event.name !== 'MessageNew' || event.unseen === undefined) continue;
        unseen.set(key, { uidValidity: event.uidValidity, unseen: event.unseen });
        if (unseen.size > MAX_MAILBOXES) unseen.delete(unseen.keys().next().value as string);
      }
      return metadata.refresh();
    },
  };
}

const mailboxKey = (user: string, mailbox: string): string => `${user}\0${mailbox}`;

// Any mailbox can be opened: whether it is there only the other server knows.
function accessReceived(
  user: string,
  metadata: OpenMetadata,
  readStatus: MailboxAccess['readStatus'],
): MailboxAccess {
  return {
    nameMailbox,
    openMailbox: () => undefined,
    readStatus,
    changeMetadata: (mailbox, entry, value) =>
      metadata.change(user, (entries) => {
        if (value === undefined) entries.unset(mailbox, entry);
        else setLimited(entries, mailbox, { entry, value });
      }),
    listMetadata(mailbox, prefix) {
      const entries = metadata.current()?.forUser(user);
      const names = entries?.list(mailbox, prefix) ?? [];
      return names.map((entry) => ({ entry, value: entries?.get(mailbox, entry) ?? '' }));
    },
  };
}

function setLimited(
  entries: Metadata,
  mailbox: string,
  { entry, value }: { readonly entry: string; readonly value: string },
): void {
  if (value.length > MAX_VALUE_LENGTH)
    throw new Error(`The value is longer than ${MAX_VALUE_LENGTH} characters`);
  const isNew = entries.get(mailbox, entry) === undefined;
  if (isNew && countEntries(entries) >= MAX_ENTRIES)
    throw new Error(`There are ${MAX_ENTRIES} entries already`);
  entries.set(mailbox, entry, value);
}

function countEntries(entries: Metadata): number {
  return Object.values(entries.export()).reduce((sum, known) => sum + Object.keys(known).length, 0);
}

/** METADATA as it is in the file. */
interface OpenMetadata {
  current(): MetadataFile | undefined;
  /** Reads the file again when it has changed. */
  refresh(): Promise<void> | undefined;
  /** Changes the file. @throws MailAccessError when that is not possible. */
  change(user: string, change: (metadata: Metadata) => void): Promise<void>;
}

function openMetadata(dataDir: string, warn: (text: string) => void): OpenMetadata {
  let metadata: MetadataFile | undefined;
  let version = Number.NaN;
  let checkedAtMs = Number.NEGATIVE_INFINITY;
  let changes = Promise.resolve();
  const readVersion = () =>
    stat(path.join(dataDir, METADATA_FILE)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
  const reload = async () => {
    const changedAtMs = await readVersion();
    if (changedAtMs === version) return;
    version = changedAtMs;
    try {
      metadata = await openMetadataFile(dataDir);
    } catch (error) {
      warn((error as Error).message);
    }
  };
  // From the file and not from memory: `dovebell metadata` may have changed it a moment ago.
  const rewrite = async (user: string, change: (entries: Metadata) => void) => {
    const file = await openMetadataFile(dataDir);
    change(file.forUser(user));
    await file.save();
    metadata = file;
    version = await readVersion();
  };
  return {
    current: () => metadata,
    refresh(): Promise<void> | undefined {
      const nowMs = performance.now();
      if (nowMs - checkedAtMs < REFRESH_INTERVAL_MS) return undefined;
      checkedAtMs = nowMs;
      return reload();
    },
    async change(user, change) {
      const written = changes.then(() => rewrite(user, change));
      changes = written.catch(() => undefined);
      try {
        await written;
      } catch (error) {
        throw new MailAccessError((error as Error).message, { cause: error });
      }
    },
  };
}
