import { encodeOxNotification } from '#contract/ox';
import type { PushEvent } from '#framework';

/**
 * What Dovecot's ox driver would PUT for an event; undefined for those it sends nothing for. `unseen` stands
 * in for a mailbox that is not here.
 */
export function oxBody(event: PushEvent, unseen?: number): string | undefined {
  if (event.name !== 'MessageNew') return undefined;
  const { user, mailbox, uid, uidValidity, from, subjectHeader, snippet } = event;
  const count = unseen ?? event.unseen;
  return encodeOxNotification({
    user,
    folder: mailbox,
    uidValidity,
    uid,
    ...(from !== undefined && { from }),
    ...(subjectHeader !== undefined && { subject: subjectHeader }),
    ...(snippet !== undefined && { snippet }),
    ...(count !== undefined && { unseen: count }),
  });
}
