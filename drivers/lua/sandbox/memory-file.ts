import { FileFault } from './file-fault.ts';
import type { RawFile } from './raw-file.ts';

/** A temporary file (io.tmpfile) lives in memory. @throws FileFault EFBIG from `write` beyond `maxBytes`. */
export function memoryFile(maxBytes: number): RawFile {
  let content: Uint8Array = new Uint8Array(0);
  let length = 0;
  function makeRoom(needed: number): void {
    if (needed > maxBytes) throw new FileFault('EFBIG');
    if (needed <= content.length) return;
    // Doubling: many small writes copy each byte a few times only.
    const larger = new Uint8Array(Math.min(maxBytes, Math.max(needed, content.length * 2)));
    larger.set(content);
    content = larger;
  }
  return {
    seekable: true,
    readable: true,
    writable: true,
    read(into, position) {
      const piece = content.subarray(Math.min(position, length), Math.min(position + into.length, length));
      into.set(piece);
      return piece.length;
    },
    write(bytes, position) {
      const end = position + bytes.length;
      makeRoom(end);
      content.set(bytes, position);
      length = Math.max(length, end);
      return end;
    },
    size: () => length,
    close: () => {
      content = new Uint8Array(0);
      length = 0;
    },
  };
}
