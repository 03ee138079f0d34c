import { describe, expect, it } from 'vitest';
import { commandOfKey, type KeyPress } from '../../../renderer/timeline/timeline-keys.ts';

const press = (key: string, modifiers: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...modifiers,
});
const command = (key: string) => commandOfKey(press(key), 20);
const rows = (count: number) => ({ type: 'move', move: { by: 'row', rows: count } });

describe('commandOfKey', () => {
  it('moves by arrows, by letters and by pages', () => {
    expect([command('ArrowDown'), command('j')]).toEqual([rows(1), rows(1)]);
    expect([command('ArrowUp'), command('k')]).toEqual([rows(-1), rows(-1)]);
    expect([command('PageDown'), command('PageUp')]).toEqual([rows(20), rows(-20)]);
    expect(command('Home')).toEqual({ type: 'move', move: { by: 'newest' } });
    expect(command('End')).toEqual({ type: 'move', move: { by: 'oldest' } });
  });

  it('opens, closes and copies', () => {
    expect(command('Enter')).toEqual({ type: 'enter' });
    expect(command('Escape')).toEqual({ type: 'close' });
    expect(command('y')).toEqual({ type: 'copy' });
  });

  it('leaves other keys and combinations to others', () => {
    expect(command('a')).toBeUndefined();
    expect(command('constructor')).toBeUndefined();
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey', 'shiftKey'] as const) {
      expect(commandOfKey(press('j', { [modifier]: true }), 20)).toBeUndefined();
    }
  });
});
