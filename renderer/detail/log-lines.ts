/** One line of a log text, in parts; `isPlace` marks where in a script something is: `push.lua:12`. */
export interface LogLine {
  /** A step of a traceback that is in a script, one that is in the program, or neither. */
  readonly frame?: 'script' | 'program';
  readonly parts: readonly { readonly text: string; readonly isPlace: boolean }[];
}

// The name of the file without its folders, and the number of the line.
const PLACE = /([^\s/\\:'"[\]]+\.lua:\d+)/;

/** Splits what a driver wrote at once, such as an error with its traceback, into lines. */
export function logLines(text: string): LogLine[] {
  return text.split('\n').map((line) => {
    // Lua indents the steps of a traceback by a tab.
    const isFrame = line.startsWith('\t');
    const parts = splitPlaces(isFrame ? line.slice(1) : line);
    if (!isFrame) return { parts };
    return { frame: parts.some(({ isPlace }) => isPlace) ? 'script' : 'program', parts };
  });
}

function splitPlaces(line: string): LogLine['parts'] {
  return line
    .split(PLACE)
    .map((text, index) => ({ text, isPlace: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}

/** What of a long log is shown: its beginning and its end, where the reason of a failure stands. */
export interface ShownLines<Line> {
  readonly first: readonly Line[];
  /** How many stand between them. */
  readonly hidden: number;
  readonly last: readonly Line[];
}

export function shownLines<Line>(
  lines: readonly Line[],
  limits: { readonly first: number; readonly last: number },
): ShownLines<Line> {
  const hidden = lines.length - limits.first - limits.last;
  if (hidden <= 0) return { first: lines, hidden: 0, last: [] };
  return { first: lines.slice(0, limits.first), hidden, last: lines.slice(-limits.last) };
}
