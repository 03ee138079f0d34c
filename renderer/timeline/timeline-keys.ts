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

const byRows = (rows: number): TimelineCommand => ({ type: 'move', move: { by: 'row', rows } });

/** Every key of the table. */
const commands: ReadonlyMap<string, (pageRows: number) => TimelineCommand> = new Map([
  ['ArrowDown', () => byRows(1)],
  ['j', () => byRows(1)],
  ['ArrowUp', () => byRows(-1)],
  ['k', () => byRows(-1)],
  ['PageDown', byRows],
  ['PageUp', (pageRows) => byRows(-pageRows)],
  ['Home', () => ({ type: 'move', move: { by: 'newest' } })],
  ['End', () => ({ type: 'move', move: { by: 'oldest' } })],
  ['Enter', () => ({ type: 'enter' })],
  ['Escape', () => ({ type: 'close' })],
  ['y', () => ({ type: 'copy' })],
]);

/**
 * The command of a key, or undefined when the key is somebody else's. Shift, Ctrl, Alt and Cmd make it
 * somebody else's: Ctrl+C stays copying text. `pageRows` is what PageUp and PageDown move by.
 */
export function commandOfKey(press: KeyPress, pageRows: number): TimelineCommand | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey || press.shiftKey) return undefined;
  return commands.get(press.key)?.(pageRows);
}
