/** A place in a script: byte offsets, the end not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The text of a script: one character for each byte, and where its lines begin. */
export interface SourceText {
  readonly text: string;
  position(offset: number): { readonly line: number; readonly column: number };
  /** The offset at which a line begins; of the last line when there is none such. */
  lineStart(line: number): number;
}

/** Reads bytes as latin-1, so that an offset in the text is one in the bytes. */
export function readSourceText(source: Uint8Array): SourceText {
  const buffer = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const starts = findLineStarts(buffer);
  const lineStart = (line: number) => starts[Math.min(line, starts.length) - 1] ?? 0;
  return {
    text: buffer.toString('latin1'),
    lineStart,
    position(offset) {
      const line = findLine(starts, offset);
      const before = buffer.toString('utf8', lineStart(line), offset);
      return { line, column: before.length + 1 };
    },
  };
}

function findLineStarts(buffer: Buffer): number[] {
  const starts = [0];
  for (let at = buffer.indexOf(0x0a); at >= 0; at = buffer.indexOf(0x0a, at + 1)) starts.push(at + 1);
  return starts;
}

/** Binary search: the last line that begins at or before the offset. */
function findLine(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}
