import { z } from 'zod';
import { defineEvent } from '../event.ts';

const noData = z.object({});

/** A mailbox came to exist: created by a client, or by a delivery. RFC 5423 §4.4. */
export const mailboxCreate = defineEvent({
  name: 'MailboxCreate',
  kind: 'mailbox',
  // No driver shows the value (push-notification-driver-lua.c leaves it out), reports do.
  data: z.object({ uidValidity: z.number().int().min(0).optional() }),
  defaultConfig: undefined,
});

/** A mailbox was deleted. RFC 5423 §4.4. */
export const mailboxDelete = defineEvent({
  name: 'MailboxDelete',
  kind: 'mailbox',
  data: noData,
  defaultConfig: undefined,
});

/** A mailbox was renamed from `mailboxOld`; its children are not reported. RFC 5423 §4.4. */
export const mailboxRename = defineEvent({
  name: 'MailboxRename',
  kind: 'mailbox',
  data: z.object({ mailboxOld: z.string() }),
  defaultConfig: undefined,
});

/** A mailbox was subscribed to. RFC 5423 §4.4. */
export const mailboxSubscribe = defineEvent({
  name: 'MailboxSubscribe',
  kind: 'mailbox',
  data: noData,
  defaultConfig: undefined,
});

/** A mailbox was unsubscribed from. RFC 5423 §4.4 (MailboxUnSubscribe there). */
export const mailboxUnsubscribe = defineEvent({
  name: 'MailboxUnsubscribe',
  kind: 'mailbox',
  data: noData,
  defaultConfig: undefined,
});
