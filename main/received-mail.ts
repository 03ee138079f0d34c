import { stat } from 'node:fs/promises';
import path from 'node:path';
import { MailAccessError, type MailAccess, type PushEvent } from '#framework';
import { METADATA_FILE, openMetadataFile, type MetadataFile } from '#store';

/** How soon a change by `dovebell metadata set` is seen by the running program. */
const REFRESH_INTERVAL_MS = 1000;
/** Counts are kept for this many mailboxes. */
const MAX_MAILBOXES = 10_000;

/**
 * What drivers can know about mail that is on another server: METADATA as `dovebell metadata` sets it here, and
 * the unseen count that came with the last notification of a mailbox.
 */
export interface ReceivedMail {
  mailOf(user: string): MailAccess;
  /** To be called, and waited for if it gives something to wait for, before drivers see the events. Never throws. */
  update(events: readonly PushEvent[]): Promise<void> | undefined;
}

/** `warn` is told, once for each change, of a METADATA file that cannot be read; the values read before stay. */
export function createReceivedMail(dataDir: string, warn: (text: string) => void): ReceivedMail {
  const unseen = new Map<string, { readonly uidValidity: number; readonly unseen: number }>();
  const metadata = createMetadataReader(dataDir, warn);
  return {
    mailOf: (user) => ({
      getMetadata: (mailbox, entry) => metadata.current()?.forUser(user).get(mailbox, entry),
      getStatus(mailbox) {
        const known = unseen.get(mailboxKey(user, mailbox));
        if (!known) throw new MailAccessError('The sender did not say how many messages are unseen');
        return { messages: 0, recent: 0, uidNext: 0, keywords: [], ...known };
      },
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

function createMetadataReader(dataDir: string, warn: (text: string) => void) {
  const file = path.join(dataDir, METADATA_FILE);
  let metadata: MetadataFile | undefined;
  let version = Number.NaN;
  let checkedAtMs = Number.NEGATIVE_INFINITY;
  const reload = async () => {
    const changedAtMs = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    if (changedAtMs === version) return;
    version = changedAtMs;
    try {
      metadata = await openMetadataFile(dataDir);
    } catch (error) {
      warn((error as Error).message);
    }
  };
  return {
    current: () => metadata,
    refresh(): Promise<void> | undefined {
      const nowMs = performance.now();
      if (nowMs - checkedAtMs < REFRESH_INTERVAL_MS) return undefined;
      checkedAtMs = nowMs;
      return reload();
    },
  };
}
