import type { BridgeBody } from './sources/bridge-request.ts';
import type { OxArrival } from './sources/ox-endpoint.ts';
import { oxEvents } from './sources/ox-event.ts';
import { describeRequest, type DecodedBody } from './sources/ox-request.ts';
import type { Append, ReceivedReport } from './timeline/timeline.ts';
import { createReportId } from './report-id.ts';

/** A notification ready to be stored. */
export interface ReceivedArrival {
  readonly received: ReceivedReport;
  readonly append: Append;
}

/** What a body says, in the words of a report. */
type Told = Pick<
  ReceivedReport,
  'source' | 'user' | 'mailbox' | 'events' | 'notes' | 'server' | 'committed'
> & { readonly repeat: Pick<Append, 'isRepeatable' | 'repeatKey'> };

/** Makes the report of a notification that the endpoint has read. */
export function receiveArrival({ request, body, receivedAtMs }: OxArrival): ReceivedArrival {
  const { repeat, notes = [], ...told } = body.source === 'bridge' ? tellBridge(body) : tellOx(body);
  const received: ReceivedReport = {
    id: createReportId(receivedAtMs),
    receivedAtMs,
    ...told,
    http: describeRequest(request, { authentication: 'accepted', status: 200 }),
    ...(notes.length > 0 && { notes }),
  };
  const append: Append = {
    id: received.id,
    receivedAtMs,
    reportJson: JSON.stringify(received),
    raw: body.raw,
    ...repeat,
  };
  return { received, append };
}

function tellOx({ notification, source, notes: bodyNotes }: DecodedBody): Told {
  const { events, notes } = oxEvents(notification);
  return {
    source,
    user: notification.user ?? '',
    mailbox: notification.folder ?? '',
    events,
    notes: [...bodyNotes, ...notes],
    // Only a message that is named by uid and uidvalidity can be told from the next one that looks the same.
    repeat: notification.uid && notification.uidValidity ? { isRepeatable: true } : {},
  };
}

function tellBridge({ transaction, source, notes }: BridgeBody): Told {
  const { id, part, parts, dovecot, server, user, committed, events } = transaction;
  return {
    source,
    user,
    mailbox: events[0]?.mailbox ?? '',
    events,
    notes,
    server: { dovecot, ...server, transaction: id, part, parts },
    ...(!committed && { committed }),
    repeat: { isRepeatable: true, repeatKey: JSON.stringify([id, part]) },
  };
}

/** The body as a report shows it; see TransactionReport.raw. */
export function rawFields(raw: string | Uint8Array): { raw: string; rawBase64?: string } {
  if (typeof raw === 'string') return { raw };
  const bytes = Buffer.from(raw);
  return { raw: bytes.toString('utf8'), rawBase64: bytes.toString('base64') };
}
