import { messages } from '../messages.ts';

/** The columns from left to right. Which of them a narrow table leaves out is in styles/timeline.css. */
export const columns = [
  { id: 'kind', label: messages.columns.kind },
  { id: 'time', label: messages.columns.time },
  { id: 'event', label: messages.columns.event },
  { id: 'user', label: messages.columns.user },
  { id: 'folder', label: messages.columns.folder },
  { id: 'subject', label: messages.columns.subject },
  { id: 'uid', label: messages.columns.uid },
  { id: 'drivers', label: messages.columns.drivers },
  { id: 'toast', label: messages.columns.toast },
  { id: 'duration', label: messages.columns.duration },
] as const;

export type ColumnId = (typeof columns)[number]['id'];

/** One-based, as aria-colindex wants it. */
export function columnIndex(id: ColumnId): number {
  return columns.findIndex((column) => column.id === id) + 1;
}
