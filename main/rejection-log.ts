import type { Append, ReceivedReport } from './timeline/timeline.ts';
import { describeRequest } from './sources/ox-request.ts';
import type { OxRefusal } from './sources/ox-endpoint.ts';
import { createReportId } from './report-id.ts';

/** Refusals of the same kind from the same peer within this time are one row with a count. */
const SAME_REFUSAL_MS = 10_000;
/** Rows for refusals are written at most this fast, so that a flood of bad requests cannot fill the disk. */
const MAX_ROWS_PER_MINUTE = 120;
/** Of a refused body the row keeps enough to see what is wrong. */
const MAX_BODY_KEPT = 4096;

/** What to store for a refusal: a row of its own, or one more of a row that is there. */
export type RefusalEntry =
  | { readonly kind: 'row'; readonly received: ReceivedReport; readonly append: Append }
  | { readonly kind: 'repeat'; readonly id: string };

/** Decides what of the refused requests is kept. Undefined: nothing, there are too many. */
export interface RejectionLog {
  enter(refusal: OxRefusal, nowMs: number): RefusalEntry | undefined;
}

export function createRejectionLog(): RejectionLog {
  const recent = new Map<string, { readonly id: string; readonly atMs: number }>();
  let minute = 0;
  let rows = 0;
  return {
    enter(refusal, nowMs) {
      const key = refusalKey(refusal);
      const known = recent.get(key);
      if (known && Math.abs(nowMs - known.atMs) < SAME_REFUSAL_MS) return { kind: 'repeat', id: known.id };
      const thisMinute = Math.floor(nowMs / 60_000);
      if (thisMinute !== minute) {
        minute = thisMinute;
        rows = 0;
        recent.clear();
      }
      rows += 1;
      if (rows > MAX_ROWS_PER_MINUTE) return undefined;
      const received = describeRefusal(refusal, nowMs);
      recent.set(key, { id: received.id, atMs: nowMs });
      return { kind: 'row', received, append: toAppend(received, refusal) };
    },
  };
}

function refusalKey({ peer, rejection }: OxRefusal): string {
  return [peer, rejection.code, rejection.field, rejection.message].join('\0');
}

function describeRefusal(
  { request, source = 'ox', peer, status, rejection, authentication }: OxRefusal,
  nowMs: number,
): ReceivedReport {
  const http = request
    ? describeRequest(request, { authentication, status })
    : { method: '', target: '', httpVersion: '', headers: [], peer, authentication, status };
  return {
    id: createReportId(nowMs),
    receivedAtMs: nowMs,
    source,
    user: '',
    mailbox: '',
    events: [],
    http,
    rejection,
  };
}

function toAppend(received: ReceivedReport, { body }: OxRefusal): Append {
  return {
    id: received.id,
    receivedAtMs: received.receivedAtMs,
    reportJson: JSON.stringify(received),
    // Only who had the credentials gets a body into the timeline.
    ...(body && body.length > 0 && { raw: Uint8Array.from(body.subarray(0, MAX_BODY_KEPT)) }),
  };
}
