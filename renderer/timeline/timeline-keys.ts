import type { Move } from './timeline-view.ts';

/** What a key or a click in the table asks for. */
export type TimelineCommand =
  | { readonly type: 'move'; readonly move: Move }
  | { readonly type: 'open' }
  /** Opens the details, or goes into them when they are open. */
  | { readonly type: 'enter' }
  | { readonly type: 'close' }
  | { readonly type: 'copy' };

/** The part of a keyboard event that decides. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

const rows = (count: number): TimelineCommand => ({ type: 'move', move: { by: 'row', rows: count } });

/**
 * The command of a key, or undefined when the key is somebody else's. Shift, Ctrl, Alt and Cmd make it
 * somebody else's: Ctrl+C stays copying text.
 */
export function commandOfKey(press: KeyPress, pageRows: number): TimelineCommand | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey || press.shiftKey) return undefined;
  switch (press.key) {
    case 'ArrowDown':
    case 'j':
      return rows(1);
    case 'ArrowUp':
    case 'k':
      return rows(-1);
    case 'PageDown':
      return rows(pageRows);
    case 'PageUp':
      return rows(-pageRows);
    case 'Home':
      return { type: 'move', move: { by: 'newest' } };
    case 'End':
      return { type: 'move', move: { by: 'oldest' } };
    case 'Enter':
      return { type: 'enter' };
    case 'Escape':
      return { type: 'close' };
    case 'y':
      return { type: 'copy' };
    default:
      return undefined;
  }
}
