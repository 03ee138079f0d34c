import { FileFault } from './file-fault.ts';
import type { RawFile } from './raw-file.ts';

/** As much as C's library reads ahead (BUFSIZ is 8192 with glibc). */
const READ_AHEAD_BYTES = 8192;

/** What one read may return. A string in Lua is one block of memory. */
const MAX_RESULT_BYTES = 64 * 1024 * 1024;

const NEWLINE = 10;

export type Whence = 'set' | 'cur' | 'end';

interface Portion {
  readonly size: number;
  /** The result is complete with it. */
  readonly last: boolean;
}

/** An open file as Lua's functions see it: a position, reads that look ahead. Every call may throw FileFault. */
export class ByteStream {
  readonly #raw: RawFile;
  /** Of the next byte that is read or written. */
  #position = 0;
  /** Bytes from the position on that are read already. */
  #ahead: Uint8Array = new Uint8Array(0);

  constructor(raw: RawFile) {
    this.#raw = raw;
  }

  /** The next byte, which stays; undefined at the end. */
  peek(): number | undefined {
    this.#fill();
    return this.#ahead[0];
  }

  /** Up to `count` bytes; fewer only at the end. */
  take(count: number): Uint8Array {
    return this.#gather((ahead, already) => ({
      size: Math.min(count - already, ahead.length),
      last: already + ahead.length >= count,
    }));
  }

  /** Everything up to the end. */
  takeAll(): Uint8Array {
    return this.#gather((ahead) => ({ size: ahead.length, last: false }));
  }

  /** A line with its newline, which the last line may lack; undefined at the end. */
  takeLine(): Uint8Array | undefined {
    const line = this.#gather((ahead) => {
      const newline = ahead.indexOf(NEWLINE);
      return newline < 0 ? { size: ahead.length, last: false } : { size: newline + 1, last: true };
    });
    return line.length === 0 ? undefined : line;
  }

  write(bytes: Uint8Array): void {
    if (!this.#raw.writable) throw new FileFault('EBADF');
    this.#ahead = new Uint8Array(0);
    this.#position = this.#raw.write(bytes, this.#position);
  }

  /** The new position. */
  seek(whence: Whence, offset: number): number {
    if (!this.#raw.seekable) throw new FileFault('ESPIPE');
    const base = whence === 'set' ? 0 : whence === 'cur' ? this.#position : this.#raw.size();
    if (base + offset < 0 || !Number.isSafeInteger(base + offset)) throw new FileFault('EINVAL');
    this.#ahead = new Uint8Array(0);
    this.#position = base + offset;
    return this.#position;
  }

  close(): void {
    this.#raw.close();
  }

  /** Takes what `portion` says of the bytes ahead, until it says that was the last or the file ends. */
  #gather(portion: (ahead: Uint8Array, already: number) => Portion): Uint8Array {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for (let last = false; !last && this.#fill();) {
      const next = portion(this.#ahead, length);
      last = next.last;
      length += next.size;
      if (length > MAX_RESULT_BYTES) throw new FileFault('EFBIG');
      pieces.push(this.#ahead.subarray(0, next.size));
      this.#ahead = this.#ahead.subarray(next.size);
      this.#position += next.size;
    }
    return join(pieces, length);
  }

  /** False at the end. */
  #fill(): boolean {
    if (!this.#raw.readable) throw new FileFault('EBADF');
    if (this.#ahead.length > 0) return true;
    const block = new Uint8Array(READ_AHEAD_BYTES);
    this.#ahead = block.subarray(0, this.#raw.read(block, this.#position));
    return this.#ahead.length > 0;
  }
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
