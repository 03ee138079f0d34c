import type { EventKind } from '../timeline/event-kind.ts';
import type { IconName } from './icon.tsx';

const ofEvent: Readonly<Record<string, IconName>> = {
  MessageTrash: 'trash',
  MessageRead: 'mailOpen',
};

const ofKind: Readonly<Record<EventKind, IconName>> = {
  new: 'mail',
  append: 'mailPlus',
  flags: 'flag',
  gone: 'gone',
  mailbox: 'folder',
  phantom: 'phantom',
  rejected: 'rejected',
  other: 'dot',
};

/** The icon of a row: the event's own where it has one, else its kind's. */
export function eventIcon(event: string, kind: EventKind): IconName {
  return (Object.hasOwn(ofEvent, event) ? ofEvent[event] : undefined) ?? ofKind[kind];
}
