import { toText } from '../binding.ts';

/** A line that is longer is shown in pieces: a log is no place for more. */
const MAX_LINE_BYTES = 64 * 1024;

const NEWLINE = 10;

/** What a script writes to standard output, line by line. */
export interface LineOutput {
  write(bytes: Uint8Array): void;
  /** Shows a line that has not ended yet. */
  flush(): void;
}

export function createLineOutput(show: (line: string) => void): LineOutput {
  let begun = Buffer.alloc(0);
  function showLine(line: Uint8Array): void {
    for (let at = 0; at === 0 || at < line.length; at += MAX_LINE_BYTES)
      show(toText(line.subarray(at, at + MAX_LINE_BYTES)));
  }
  function flush(): void {
    if (begun.length > 0) showLine(begun);
    begun = Buffer.alloc(0);
  }
  return {
    write(bytes) {
      begun = Buffer.concat([begun, bytes]);
      for (let end = begun.indexOf(NEWLINE); end >= 0; end = begun.indexOf(NEWLINE)) {
        showLine(begun.subarray(0, end));
        begun = begun.subarray(end + 1);
      }
      if (begun.length > MAX_LINE_BYTES) flush();
    },
    flush,
  };
}
