import type { DriverRun, PushEvent } from '#framework';

export type { DriverRun, PushEvent };

/** Where a transaction came from. */
export type ReportSource = 'ox' | 'form' | 'bridge';

/**
 * How far a report has come: `accepted` is stored and answered, drivers have not run yet; `done` has all
 * its driver runs; `rejected` could not be read and ran nothing.
 */
export type ReportState = 'accepted' | 'done' | 'rejected';

/** What became of the toast, and why. `via` names the notification system once one was asked. */
export interface ToastOutcome {
  readonly outcome: 'shown' | 'grouped' | 'quiet' | 'duplicate' | 'failed' | 'none';
  readonly reason: string;
  readonly via?: string;
  /** When a person clicked it, in milliseconds since 1970. */
  readonly clickedAtMs?: number;
}

/** The request as it came in. Secrets are replaced by `<redacted>` before anything is kept. */
export interface HttpExchange {
  readonly method: string;
  readonly target: string;
  readonly httpVersion: string;
  /** Names as received, in the order received. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly peer: string;
  readonly authentication: 'accepted' | 'missing' | 'wrong' | 'not checked';
  readonly status: number;
}

/** What the bridge says about the server that a transaction is from. Absent members: the server did not say. */
export interface ReportServer {
  /** `2.3` or `2.4`. */
  readonly dovecot: string;
  readonly host?: string;
  /** lmtp, imap, lda, doveadm. */
  readonly service?: string;
  readonly session?: string;
  /** The id that the bridge gave; a transaction with very many events is `parts` reports of one id. */
  readonly transaction: string;
  readonly part: number;
  readonly parts: number;
}

/** Why a request was refused. `code` is stable, `field` names the member of the body where one is at fault. */
export interface Rejection {
  readonly code: string;
  readonly field?: string;
  readonly message: string;
}

/**
 * One transaction and everything that became of it. Plain JSON: the timeline stores it, IPC carries it, the
 * command line prints it, replay starts from it and tests assert on it.
 *
 * `raw` is the received body as text. A body that is not UTF-8 is there twice: `raw` with U+FFFD for what
 * could not be read, and byte for byte in `rawBase64`. Times are milliseconds since 1970.
 */
export interface TransactionReport {
  readonly id: string;
  /** Position in the timeline, ascending from 1. */
  readonly seq: number;
  readonly receivedAtMs: number;
  readonly state: ReportState;
  readonly source: ReportSource;
  readonly user: string;
  readonly mailbox: string;
  readonly events: readonly PushEvent[];
  /** False: the server rolled the transaction back, and there are no events. Absent: it was committed. */
  readonly committed?: boolean;
  readonly driverRuns: readonly DriverRun[];
  readonly toast: ToastOutcome;
  /** Only from the bridge. */
  readonly server?: ReportServer;
  readonly http?: HttpExchange;
  readonly rejection?: Rejection;
  /** Peculiarities of the sender that were tolerated, in plain words. */
  readonly notes?: readonly string[];
  /** How often the same request came again (Dovecot's second attempt); absent when it came once. */
  readonly repeats?: number;
  /** From the last byte of the request to the answer, and from there to the last driver. */
  readonly timings?: { readonly storeMs?: number; readonly driversMs?: number };
  readonly raw?: string;
  readonly rawBase64?: string;
}

/** One line of the timeline: what a table shows of a report without loading it. */
export interface TimelineRow {
  readonly id: string;
  readonly seq: number;
  readonly receivedAtMs: number;
  readonly state: ReportState;
  readonly source: ReportSource;
  /** Name of the leading event, `rejected`, or empty when a transaction has no event. */
  readonly event: string;
  /** How many events the transaction has. */
  readonly eventCount: number;
  readonly user: string;
  readonly mailbox: string;
  /** 0 when the row is not about one message. */
  readonly uid: number;
  /** Display name or address, decoded; empty when there is none. */
  readonly from: string;
  /** Decoded subject, or for a rejected row the reason. */
  readonly subject: string;
  readonly drivers: readonly Pick<DriverRun, 'driver' | 'outcome'>[];
  readonly toast: ToastOutcome['outcome'];
  readonly repeats: number;
  readonly durationMs: number;
}

/** Derives the table line of a report. */
export function timelineRow(report: TransactionReport): TimelineRow {
  const event = leadingEvent(report.events);
  return {
    id: report.id,
    seq: report.seq,
    receivedAtMs: report.receivedAtMs,
    state: report.state,
    source: report.source,
    event: report.rejection ? 'rejected' : (event?.name ?? ''),
    eventCount: report.events.length,
    user: report.user,
    mailbox: report.mailbox,
    uid: event && 'uid' in event ? event.uid : 0,
    ...headline(report, event),
    drivers: report.driverRuns.map(({ driver, outcome }) => ({ driver, outcome })),
    toast: report.toast.outcome,
    repeats: report.repeats ?? 0,
    durationMs: (report.timings?.storeMs ?? 0) + (report.timings?.driversMs ?? 0),
  };
}

/** What a row with several events shows, the most telling first. */
const leadingOrder: readonly PushEvent['name'][] = [
  'MessageNew',
  'MessageAppend',
  'MessageExpunge',
  'MailboxCreate',
  'MailboxDelete',
  'MailboxRename',
  'MailboxSubscribe',
  'MailboxUnsubscribe',
  'MessageTrash',
  'MessageRead',
  'FlagsSet',
  'FlagsClear',
];

/**
 * The event that stands for a transaction: the first of the most telling kind. A flag event without a flag comes
 * last, since Dovecot raises FlagsClear with every flag change and FlagsSet with every cleared keyword.
 */
export function leadingEvent(events: readonly PushEvent[]): PushEvent | undefined {
  let [leading] = events;
  for (const event of events) if (leading && rank(event) < rank(leading)) leading = event;
  return leading;
}

function rank(event: PushEvent): number {
  const isEmpty =
    (event.name === 'FlagsSet' || event.name === 'FlagsClear') &&
    event.flags.length + event.keywords.length === 0;
  return leadingOrder.indexOf(event.name) + (isEmpty ? leadingOrder.length : 0);
}

/** The subject of a row whose transaction was rolled back. */
export const ROLLED_BACK = 'Rolled back; nothing changed';

type Headline = Pick<TimelineRow, 'from' | 'subject'>;

function headline({ rejection, http, committed }: TransactionReport, event: PushEvent | undefined): Headline {
  if (rejection) return { from: http?.peer ?? '', subject: rejection.message };
  if (event) return eventHeadline(event);
  return { from: '', subject: committed === false ? ROLLED_BACK : '' };
}

function eventHeadline(event: PushEvent): Headline {
  if (event.name === 'MessageNew' || event.name === 'MessageAppend') {
    return {
      from: event.fromDisplayName || event.fromAddress || event.from || '',
      subject: event.subject ?? event.snippet ?? '',
    };
  }
  return { from: '', subject: describeChange(event) };
}

function describeChange(event: PushEvent): string {
  if (event.name === 'MailboxRename') return `was ${event.mailboxOld}`;
  if (event.name === 'FlagsSet' || event.name === 'FlagsClear')
    return [...event.flags, ...event.keywords].join(' ');
  return '';
}
