import { closeSync, fstatSync, readSync, writeSync } from 'node:fs';
import { FileFault, orFault } from './file-fault.ts';

/** What a stream reads from and writes to. Positions count bytes from the start. Every call may throw FileFault. */
export interface RawFile {
  /** False: positions mean nothing, bytes come and go in order. */
  readonly seekable: boolean;
  readonly readable: boolean;
  readonly writable: boolean;
  /** Fills `into` from `position`; the number of bytes, 0 at the end. */
  read(into: Uint8Array, position: number): number;
  /** Writes all the bytes; where the next ones go. */
  write(bytes: Uint8Array, position: number): number;
  size(): number;
  close(): void;
}

/** How a file is opened. Source: ISO C, fopen; Lua liolib.c, l_checkmode. */
export interface OpenMode {
  readonly readable: boolean;
  readonly writable: boolean;
  /** Created when missing. */
  readonly creates: boolean;
  readonly truncates: boolean;
  /** Every write goes to the end. */
  readonly appends: boolean;
}

/** `r`, `w`, `a`, each with `+` and `b`; undefined when the text is no mode. */
export function parseMode(text: string): OpenMode | undefined {
  if (!/^[rwa]\+?b*$/.test(text)) return undefined;
  const [kind, both] = [text.charAt(0), text.charAt(1) === '+'];
  return {
    readable: kind === 'r' || both,
    writable: kind !== 'r' || both,
    creates: kind !== 'r',
    truncates: kind === 'w',
    appends: kind === 'a',
  };
}

/** A file of the disk that is open. Writes are not held back: what Lua has written is in the file. */
export function diskFile(fd: number, { readable, writable, appends }: OpenMode): RawFile {
  const seekable = orFault(() => fstatSync(fd)).isFile();
  const at = (position: number): number | null => (seekable ? position : null);
  return {
    seekable,
    readable,
    writable,
    read: (into, position) => orFault(() => readSync(fd, into, 0, into.length, at(position))),
    write(bytes, position) {
      const place = appends ? null : at(position);
      writeWhole(fd, bytes, place);
      return appends && seekable ? orFault(() => fstatSync(fd).size) : position + bytes.length;
    },
    size: () => orFault(() => fstatSync(fd).size),
    close: () => orFault(() => closeSync(fd)),
  };
}

function writeWhole(fd: number, bytes: Uint8Array, position: number | null): void {
  let done = 0;
  while (done < bytes.length) {
    const place = position === null ? null : position + done;
    const from = done;
    done += orFault(() => writeSync(fd, bytes, from, bytes.length - from, place));
  }
}

/** Bytes that can only be read: a whole file, what a program printed. */
export function bytesFile(content: Uint8Array): RawFile {
  return {
    seekable: true,
    readable: true,
    writable: false,
    read(into, position) {
      const piece = content.subarray(position, position + into.length);
      into.set(piece);
      return piece.length;
    },
    write() {
      throw new FileFault('EBADF');
    },
    size: () => content.length,
    close: () => undefined,
  };
}

/** Where written bytes go that nobody reads back: standard output, a program's input. */
export function sinkFile(take: (bytes: Uint8Array) => void, close: () => void): RawFile {
  return {
    seekable: false,
    readable: false,
    writable: true,
    read() {
      throw new FileFault('EBADF');
    },
    write(bytes, position) {
      take(bytes);
      return position + bytes.length;
    },
    size: () => 0,
    close,
  };
}
