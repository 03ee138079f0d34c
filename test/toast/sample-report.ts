import type { TransactionReport } from '#contract/report';
import type { PushEvent } from '#framework';
import type { NewMessage } from '../../main/toast/toast-text.ts';

let lastUid = 0;

/** A newly delivered message; every call makes another one. */
export function newMessage(data: Partial<NewMessage> = {}): NewMessage {
  lastUid += 1;
  return { name: 'MessageNew', user: 'alice', mailbox: 'INBOX', uid: lastUid, uidValidity: 7, ...data };
}

/** A finished report with these events. */
export function report(...events: PushEvent[]): TransactionReport {
  lastUid += 1;
  return {
    id: `report-${lastUid}`,
    seq: lastUid,
    receivedAtMs: 0,
    state: 'done',
    source: 'ox',
    user: 'alice',
    mailbox: 'INBOX',
    events,
    driverRuns: [],
    toast: { outcome: 'none', reason: '' },
  };
}
