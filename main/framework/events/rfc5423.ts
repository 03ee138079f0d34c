import { z } from 'zod';
import type { EventDefinition } from '../event.ts';
import { flagsClear, flagsSet, messageRead, messageTrash } from './flags.ts';
import {
  mailboxCreate,
  mailboxDelete,
  mailboxRename,
  mailboxSubscribe,
  mailboxUnsubscribe,
} from './mailbox.ts';
import { messageAppend, messageExpunge, messageNew } from './message.ts';

/**
 * The twelve events, in Dovecot's order; drivers that take all of them register in this order.
 *
 * Four events of the RFC are deliberately missing, as in Dovecot: Login and Logout belong to
 * authentication, QuotaExceed and QuotaWithin to the quota plugin.
 *
 * Source: RFC 5423 §4; Dovecot push-notification-events-rfc5423.c.
 */
export const rfc5423Events = [
  flagsClear,
  flagsSet,
  mailboxCreate,
  mailboxDelete,
  mailboxRename,
  mailboxSubscribe,
  mailboxUnsubscribe,
  messageAppend,
  messageExpunge,
  messageNew,
  messageRead,
  messageTrash,
] as const;

type Registered = (typeof rfc5423Events)[number];
export type EventName = Registered['name'];

/** One event as it stands in a report: name, mailbox or message identity, and its data beside them. */
export type PushEvent = z.output<Registered['schema']>;
export type EventOf<Name extends EventName> = Extract<PushEvent, { name: Name }>;
export type MessageEvent = Extract<PushEvent, { uid: number }>;

type ConfigOf<Definition> = Definition extends { readonly defaultConfig: infer Config } ? Config : never;
export type EventConfig<Name extends EventName> = ConfigOf<Extract<Registered, { name: Name }>>;

/** Any event, checked; the border through which stored and imported events come in. */
export const pushEventSchema: z.ZodType<PushEvent> = z.discriminatedUnion(
  'name',
  rfc5423Events.map((definition) => definition.schema) as unknown as [Registered['schema']],
);

const byName = new Map<string, EventDefinition>();
for (const definition of rfc5423Events) {
  const key = definition.name.toLowerCase();
  if (byName.has(key)) throw new Error(`Event ${definition.name} is registered twice`);
  byName.set(key, definition as unknown as EventDefinition);
}

/** Looks an event up ignoring case, as Dovecot does; undefined for an unknown name. */
export function findEvent(name: string): EventDefinition | undefined {
  return byName.get(name.toLowerCase());
}

/** True for events about one message; the others are about a mailbox. */
export function isMessageEvent(event: PushEvent): event is MessageEvent {
  return findEvent(event.name)?.kind === 'message';
}
