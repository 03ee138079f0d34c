import { findEvent, type EventConfig, type EventName, type PushEvent } from './events/rfc5423.ts';
import type { EventDefinition } from './event.ts';

interface Registration {
  readonly definition: EventDefinition;
  readonly config: unknown;
}

/** The events that were asked for in one transaction, in order. */
export interface Registrations {
  add<Name extends EventName>(name: Name, config?: EventConfig<Name>): void;
  readonly list: readonly Registration[];
}

/** Creates an empty list. An unknown event name is ignored, as in Dovecot (push-notification-events.c). */
export function createRegistrations(): Registrations {
  const list: Registration[] = [];
  return {
    list,
    add(name, config) {
      const definition = findEvent(name);
      if (definition) list.push({ definition, config: config ?? definition.defaultConfig });
    },
  };
}

/**
 * What the registrations make of the events on one mailbox or message: items in order of creation.
 *
 * Each registration takes its turn. On a message the first one creates the item and later ones add to it;
 * mailbox events are listed once per registration.
 *
 * Source: Dovecot push-notification-triggers.c, push-notification-txn-msg.c, push-notification-txn-mbox.c.
 */
export function collectItems(events: readonly PushEvent[], { list }: Registrations): PushEvent[] {
  const items: PushEvent[] = [];
  for (const { definition, config } of list) {
    for (const event of events) {
      if (event.name === definition.name) addItem(items, event, definition, config);
    }
  }
  return items;
}

function addItem(items: PushEvent[], event: PushEvent, definition: EventDefinition, config: unknown): void {
  const { data, identity } = splitEvent(event);
  const selected = definition.select(data, config);
  if (!selected) return;
  const known = definition.kind === 'message' ? items.findIndex(({ name }) => name === event.name) : -1;
  if (known < 0) {
    items.push({ ...identity, ...selected } as PushEvent);
    return;
  }
  const merged = definition.merge(splitEvent(items[known] as PushEvent).data, selected);
  items[known] = { ...identity, ...merged } as PushEvent;
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
