import { describe, expect, it } from 'vitest';
import { logLines, shownLines } from '../../../renderer/detail/log-lines.ts';

describe('what a driver wrote', () => {
  it('is lines; the steps of a traceback are those of the script or of the program', () => {
    const text = [
      "lua: lua_pcall(f, 2, 0) failed: /etc/dovecot/push.lua:6: attempt to index a nil value (local 'x')",
      'stack traceback:',
      "\t[C]: in function 'error'",
      "\t/etc/dovecot/push.lua:15: in function 'f'",
    ].join('\n');
    const lines = logLines(text);
    expect(lines.map(({ frame }) => frame)).toEqual([undefined, undefined, 'program', 'script']);
    expect(lines[3]?.parts).toEqual([
      { text: '/etc/dovecot/', isPlace: false },
      { text: 'push.lua:15', isPlace: true },
      { text: ": in function 'f'", isPlace: false },
    ]);
    const joined = lines.map(
      ({ frame, parts }) => (frame ? '\t' : '') + parts.map((part) => part.text).join(''),
    );
    expect(joined.join('\n')).toBe(text);
  });

  it('has no places where there is no script', () => {
    expect(logLines('Message data: From [10:30:00], To [a:1]')).toEqual([
      { parts: [{ text: 'Message data: From [10:30:00], To [a:1]', isPlace: false }] },
    ]);
    expect(logLines('')).toEqual([{ parts: [] }]);
  });
});

describe('a long log', () => {
  it('is shown with its beginning and its end', () => {
    const lines = Array.from({ length: 10 }, (_, index) => index);
    expect(shownLines(lines, { first: 3, last: 2 })).toEqual({ first: [0, 1, 2], hidden: 5, last: [8, 9] });
    expect(shownLines(lines, { first: 8, last: 2 })).toEqual({ first: lines, hidden: 0, last: [] });
    expect(shownLines([], { first: 8, last: 2 })).toEqual({ first: [], hidden: 0, last: [] });
  });
});
