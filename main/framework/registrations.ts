import { findEvent, type EventConfig, type EventName, type PushEvent } from './events/rfc5423.ts';
import type { EventDefinition } from './event.ts';

interface Registration {
  readonly definition: EventDefinition;
  readonly config: unknown;
  readonly by: string;
}

/** The events that were asked for in one transaction, in order. */
export interface Registrations {
  /** `by` says who asks. */
  add<Name extends EventName>(by: string, name: Name, config?: EventConfig<Name>): void;
  readonly list: readonly Registration[];
}

/** What one registration made of an event, and whose it was. */
export interface Item {
  readonly event: PushEvent;
  readonly madeBy: string;
}

/** Creates an empty list. An unknown event name is ignored, as in Dovecot (push-notification-events.c). */
export function createRegistrations(): Registrations {
  const list: Registration[] = [];
  return {
    list,
    add(by, name, config) {
      const definition = findEvent(name);
      if (definition) list.push({ definition, config: config ?? definition.defaultConfig, by });
    },
  };
}

/**
 * Adds what the registrations make of one change to the items of its mailbox or message, which are in order of
 * creation.
 *
 * Each registration takes its turn. On a message the first one creates the item and later ones add to it;
 * mailbox events are listed once per registration.
 *
 * Source: Dovecot push-notification-triggers.c, push-notification-txn-msg.c, push-notification-txn-mbox.c.
 */
export function collectItems(items: Item[], events: readonly PushEvent[], { list }: Registrations): void {
  for (const registration of list) {
    for (const event of events) {
      if (event.name === registration.definition.name) addItem(items, event, registration);
    }
  }
}

function addItem(items: Item[], event: PushEvent, { definition, config, by }: Registration): void {
  const { data, identity } = splitEvent(event);
  const selected = definition.select(data, config);
  if (!selected) return;
  const at = definition.kind === 'message' ? items.findIndex((item) => item.event.name === event.name) : -1;
  const known = items[at];
  if (!known) {
    const created = definition.create(selected, config);
    items.push({ event: { ...identity, ...created } as PushEvent, madeBy: by });
    return;
  }
  const merged = definition.merge(splitEvent(known.event).data, selected);
  items[at] = { ...known, event: { ...identity, ...merged } as PushEvent };
}

const identityKeys = new Set(['name', 'user', 'mailbox', 'uid']);

function splitEvent(event: PushEvent): { identity: object; data: Record<string, unknown> } {
  const identity: Record<string, unknown> = {};
  const data: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(event)) {
    if (identityKeys.has(key) || (key === 'uidValidity' && 'uid' in event)) identity[key] = value;
    else data[key] = value;
  }
  return { identity, data };
}
