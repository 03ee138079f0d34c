import type { OxArrival } from './sources/ox-endpoint.ts';
import { oxEvents } from './sources/ox-event.ts';
import { describeRequest } from './sources/ox-request.ts';
import type { Append, ReceivedReport } from './timeline/timeline.ts';
import { createReportId } from './report-id.ts';

/** A notification ready to be stored. */
export interface ReceivedArrival {
  readonly received: ReceivedReport;
  readonly append: Append;
}

/** Makes the report of a notification that the endpoint has read. */
export function receiveArrival({ request, body, receivedAtMs }: OxArrival): ReceivedArrival {
  const { notification, source, raw } = body;
  const { events, notes } = oxEvents(notification);
  const allNotes = [...body.notes, ...notes];
  const received: ReceivedReport = {
    id: createReportId(receivedAtMs),
    receivedAtMs,
    source,
    user: notification.user ?? '',
    mailbox: notification.folder ?? '',
    events,
    http: describeRequest(request, { authentication: 'accepted', status: 200 }),
    ...(allNotes.length > 0 && { notes: allNotes }),
  };
  // Only a message that is named by uid and uidvalidity can be told from the next one that looks the same.
  const isRepeatable = Boolean(notification.uid && notification.uidValidity);
  const append: Append = {
    id: received.id,
    receivedAtMs,
    reportJson: JSON.stringify(received),
    raw,
    ...(isRepeatable && { isRepeatable }),
  };
  return { received, append };
}

/** The body as a report shows it; see TransactionReport.raw. */
export function rawFields(raw: string | Uint8Array): { raw: string; rawBase64?: string } {
  if (typeof raw === 'string') return { raw };
  const bytes = Buffer.from(raw);
  return { raw: bytes.toString('utf8'), rawBase64: bytes.toString('base64') };
}
