import { z } from 'zod';
import {
  rfc5423Events,
  type DovecotDialect,
  type Driver,
  type DriverDefinition,
  type DriverLog,
  type EventName,
  type EventOf,
  type MessageData,
  type PushEvent,
  type TxnMbox,
  type TxnMsg,
} from '#framework';

/**
 * dlog: writes everything it is told to the debug log.
 *
 * Alone it shows no header of a new message: it registers MessageNew and MessageAppend with their default,
 * which collects nothing. The wording is Dovecot's, including "subscribed to" for an unsubscription.
 *
 * Source: Dovecot push-notification-driver-dlog.c; the event lines are in push-notification-event-*.c.
 */
export const dlog: DriverDefinition<Record<string, unknown>> = {
  name: 'dlog',
  settings: z.looseObject({}),
  init({ args }, { log, dialect }) {
    log.debug(`${driverPrefix[dialect]}Called init push_notification plugin hook.`);
    if (args !== undefined) log.debug(`Config string for dlog push_notification driver: ${args}`);
    return createDlog(log, dialect);
  },
};

/** In 2.3 its lines are bare; in 2.4 they name the driver, and during a transaction the mailbox. */
const driverPrefix: Readonly<Record<DovecotDialect, string>> = { '2.3': '', '2.4': 'dlog: ' };

function createDlog(log: DriverLog, dialect: DovecotDialect): Driver {
  return {
    beginTxn(txn) {
      const prefix = dialect === '2.4' ? `Mailbox ${txn.mailbox}: ${driverPrefix[dialect]}` : '';
      const debug = (text: string) => txn.log.debug(`${prefix}${text}`);
      const debugItems = (record: TxnMbox | TxnMsg) => {
        for (const event of record.events) {
          // 2.4 writes such a line in the name of the driver that asked for the event.
          const linePrefix = (dialect === '2.4' && record.foreignPrefix(event)) || prefix;
          for (const line of describeEvent(event)) txn.log.debug(`${linePrefix}${line}`);
        }
      };
      debug('Called begin_txn push_notification plugin hook.');
      for (const { name } of rfc5423Events) txn.register(name);
      return {
        processMbox(mbox) {
          debug('Called process_mbox push_notification plugin hook.');
          debug(`Mailbox data: Mailbox [${mbox.mailbox}]`);
          debugItems(mbox);
        },
        processMsg(msg) {
          debug('Called process_msg push_notification plugin hook.');
          debug(`Message data: Mailbox [${msg.mailbox}], UID [${msg.uid}], UIDVALIDITY [${msg.uidValidity}]`);
          debugItems(msg);
        },
        endTxn() {
          debug('Called end_txn push_notification plugin hook.');
        },
      };
    },
    deinit() {
      log.debug(`${driverPrefix[dialect]}Called deinit push_notification plugin hook.`);
      log.debug('Called cleanup push_notification plugin hook.');
    },
  };
}

function describeEvent(event: PushEvent): string[] {
  const describe = describers[event.name] as (event: PushEvent) => string[];
  return describe(event).map((line) => `${event.name}: ${line}`);
}

const describers: { readonly [Name in EventName]: (event: EventOf<Name>) => string[] } = {
  FlagsClear: (event) => describeFlags(event, 'cleared', 'clear'),
  FlagsSet: (event) => describeFlags(event, 'set', 'set'),
  MailboxCreate: () => ['Mailbox was created'],
  MailboxDelete: () => ['Mailbox was deleted'],
  MailboxRename: ({ mailboxOld }) => [`Mailbox was renamed (old name: ${mailboxOld})`],
  MailboxSubscribe: () => ['Mailbox was subscribed to'],
  MailboxUnsubscribe: () => ['Mailbox was subscribed to'],
  MessageAppend: describeMessage,
  MessageExpunge: () => ['Message was expunged'],
  MessageNew: describeMessage,
  MessageRead: () => ['Message was flagged as seen'],
  MessageTrash: () => ['Message was marked as deleted'],
};

function describeFlags(
  { flags, keywords }: EventOf<'FlagsSet'> | EventOf<'FlagsClear'>,
  flagVerb: string,
  keywordVerb: string,
): string[] {
  return [
    ...flags
      .filter((flag) => flag !== '\\Recent')
      .map((flag) => `${flag.replace('\\', '')} flag ${flagVerb}`),
    ...keywords.map((keyword) => `Keyword ${keywordVerb} [${keyword}]`),
  ];
}

function describeMessage({ date, tz, from, snippet, subjectHeader, to }: MessageData): string[] {
  const lines: string[] = [];
  if (date !== undefined) lines.push(`Date [${formatDate(date, tz ?? 0)}]`);
  if (from !== undefined) lines.push(`From [${from}]`);
  if (snippet !== undefined) lines.push(`Snippet [${snippet}]`);
  if (subjectHeader !== undefined) lines.push(`Subject [${subjectHeader}]`);
  if (to !== undefined) lines.push(`To [${to}]`);
  return lines;
}

// The clock fields are UTC and the header's offset is only appended, as in lib/iso8601-date.c's use there.
function formatDate(date: number, tz: number): string {
  const utc = new Date(date * 1000).toISOString().slice(0, 19);
  const minutes = Math.abs(tz);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${utc}${tz < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
