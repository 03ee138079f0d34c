import { encodeOxNotification } from '#contract/ox';
import {
  errorText,
  MailAccessError,
  type Driver,
  type DriverDefinition,
  type DriverHost,
  type DriverLog,
  type DriverTxn,
  type EventOf,
  type Txn,
  type TxnMsg,
} from '#framework';
import { z } from 'zod';
import type { HttpResult, Pace } from './http/http-client.ts';
import { createMetadataCache, NOTIFY_ENTRY, readMetadataUser, STORED_NOTIFY_ENTRY } from './ox/metadata.ts';
import { LOG_PREFIX, readOxConfig, type OxConfig, type OxSettings } from './ox/ox-config.ts';
import { createSharedClient, type ClientShare, type SharedClient } from './ox/shared-client.ts';

export type { OxSettings } from './ox/ox-config.ts';

/** What the program that hosts the driver decides. */
export interface OxOptions {
  /**
   * `prompt` (default): requests go out while the transaction goes on. `dovecot`: as in a Dovecot process that
   * is busy with its delivery: the requests are made in `deinit`, and the log has Dovecot's order. In both,
   * `deinit` waits for the results, and `endTxn` does not.
   */
  readonly pace?: Pace;
  /** A header for every request, by which our endpoint knows its own instance's. Absent: Dovecot's headers only. */
  readonly mark?: { readonly name: string; readonly value: string };
}

const optionalText = z.string().optional();
const settingsSchema = z
  .object({
    url: optionalText,
    user_from_metadata: optionalText,
    cache_lifetime: optionalText,
    max_retries: optionalText,
    timeout_msecs: optionalText,
    ox_url: optionalText,
    ox_cache_ttl: optionalText,
    ox_user_from_metadata: optionalText,
  })
  .catchall(z.string());

/**
 * ox: PUTs a JSON object to an Open-Xchange server for each new message in INBOX, when the user's METADATA asks
 * for it.
 *
 * Settings of 2.3: url, user_from_metadata, cache_lifetime, max_retries, timeout_msecs. Of 2.4: ox_url,
 * ox_cache_ttl, ox_user_from_metadata, http_client_*, ssl_client_*. The ssl_client_* settings may also come from
 * `host.setting`.
 *
 * Where the lines go: those of init to `host.log`; what happens during a transaction to `txn.log`; and what is
 * heard of a request, which is after the run, to `host.log` as it happens. They read as in Dovecot's log,
 * behind the prefix for user and session:
 *   push-notification-ox: …          the driver's own
 *   push-notification: request …     about a request
 *   http-client: conn …              of the process, for no user
 *   Received invalid SSL …           (2.3) of the process, for no user
 *
 * This makes the definition for one process: its drivers share the HTTP client, with the settings of the first
 * that uses it, and the connections.
 *
 * Source: Dovecot push-notification-driver-ox.c, at 2.3.19.1 and 2.4.1.
 */
export function createOx({ pace = 'prompt', mark }: OxOptions = {}): DriverDefinition<OxSettings> {
  const shared = createSharedClient(pace);
  const markHeaders = mark ? [[mark.name, mark.value] as const] : [];
  return {
    name: 'ox',
    settings: settingsSchema,
    logPrefix: LOG_PREFIX,
    init({ settings }, host) {
      const config = readOxConfig({ settings, host });
      return createOxDriver({ config, host, headers: markHeaders }, shared);
    },
  };
}

/** The ox driver as it stands in the registry. */
export const ox = createOx();

interface OxContext {
  readonly config: OxConfig;
  readonly host: DriverHost;
  readonly headers: readonly (readonly [string, string])[];
}

function createOxDriver(context: OxContext, shared: SharedClient): Driver {
  const { config, host } = context;
  const cache = createMetadataCache(config.cacheLifetimeSecs, host.clock);
  const client = shared.join();
  // 2.3 makes the client with its first request, 2.4 when the driver starts.
  if (config.dialect === '2.4') client.get(config.http);
  const pending = new Set<Promise<void>>();
  return {
    beginTxn(txn) {
      const metadata = readMetadata(txn, () => cache.get(() => host.mail.getMetadata('', NOTIFY_ENTRY)));
      return metadata === undefined ? undefined : beginOxTxn(txn, metadata, { ...context, client, pending });
    },
    async settled() {
      await Promise.all(pending);
    },
    deinit: () => client.leave(),
  };
}

/** Writes a line and takes the driver out of the transaction. */
function refuse(txn: Txn, level: 'debug' | 'error', reason: string): undefined {
  txn.log[level](LOG_PREFIX + reason);
  return txn.refuse(reason);
}

function readMetadata(txn: Txn, get: () => string | undefined): string | undefined {
  try {
    const notSet = `Skipped because not active (${STORED_NOTIFY_ENTRY} METADATA not set)`;
    return get() ?? refuse(txn, 'debug', notSet);
  } catch (error) {
    if (!(error instanceof MailAccessError)) throw error;
    return refuse(txn, 'error', `Skipped because unable to get attribute: ${errorText(error)}`);
  }
}

interface OxTxnContext extends OxContext {
  readonly client: ClientShare;
  /** Requests of this driver that have no result yet. */
  readonly pending: Set<Promise<void>>;
}

function beginOxTxn(txn: Txn, metadata: string, context: OxTxnContext): DriverTxn | undefined {
  const { mailbox, log } = txn;
  if (mailbox !== 'INBOX') return refuse(txn, 'debug', `Skipped because ${mailbox} is not a watched mailbox`);
  const metadataUser = readMetadataUser(metadata);
  if (metadataUser === undefined) return refuse(txn, 'error', 'No user provided in config');
  log.debug(`${LOG_PREFIX}User (${metadataUser})`);
  txn.register('MessageNew', { fields: ['from', 'subject', 'snippet'] });
  log.debug(`${LOG_PREFIX}Handling MessageNew event`);
  const user = context.config.userFromMetadata ? metadataUser : context.host.user;
  return {
    async processMsg(msg) {
      // Also when nothing will be sent: Dovecot opens the mailbox first.
      const unseen = readUnseen(msg.mailbox, { log, host: context.host });
      const event = msg.events.find((one) => one.name === 'MessageNew');
      if (event) await notify(encode({ msg, event, user, unseen }, context.config), log, context);
    },
  };
}

function readUnseen(
  mailbox: string,
  { log, host }: { readonly log: DriverLog; readonly host: DriverHost },
): number | undefined {
  try {
    const { unseen } = host.mail.getStatus(mailbox);
    log.debug(`${LOG_PREFIX}Got status of mailbox '${mailbox}': (unseen: ${unseen})`);
    return unseen;
  } catch (error) {
    if (!(error instanceof MailAccessError)) throw error;
    log.error(`${LOG_PREFIX}mailbox_sync(${mailbox}) failed: ${errorText(error)}`);
    return undefined;
  }
}

interface Notice {
  readonly msg: TxnMsg;
  readonly event: EventOf<'MessageNew'>;
  readonly user: string;
  readonly unseen: number | undefined;
}

function encode({ msg, event, user, unseen }: Notice, { dialect }: OxConfig): string {
  const { from, subjectHeader: subject, snippet } = event;
  return encodeOxNotification(
    {
      user,
      folder: msg.mailbox,
      uidValidity: msg.uidValidity,
      uid: msg.uid,
      ...(from !== undefined && { from }),
      ...(subject !== undefined && { subject }),
      ...(snippet !== undefined && { snippet }),
      ...(unseen !== undefined && { unseen }),
    },
    { hexDigits: dialect === '2.4' ? 'upper' : 'lower' },
  );
}

async function notify(json: string, log: DriverLog, context: OxTxnContext): Promise<void> {
  const { config, host, headers, client, pending } = context;
  log.debug(`${LOG_PREFIX}Sending notification: ${json}`);
  const draft = {
    method: 'PUT',
    url: config.url,
    linePrefix: 'push-notification: ',
    headers: [['Content-Type', 'application/json; charset=utf-8'] as const, ...headers],
    body: Buffer.from(json),
    submitLog: log,
    log: host.log,
  };
  await new Promise<void>((submitted) => {
    const answered = new Promise<void>((resolve) => {
      const done = (result: HttpResult) => {
        logResult(result, host.log);
        resolve();
      };
      void client.get(config.http).submit(draft, done).then(submitted);
    }).finally(() => pending.delete(answered));
    pending.add(answered);
  });
}

function logResult({ status, reason }: HttpResult, log: DriverLog): void {
  // Numbers from 9000 on are Dovecot's own and not shown.
  const message = status >= 9000 ? reason : `${status} ${reason}`;
  if (status >= 200 && status < 300) log.debug(`${LOG_PREFIX}Notification sent successfully: ${message}`);
  else log.error(`${LOG_PREFIX}Error when sending notification: ${message}`);
}
