import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { MAX_SOURCE_BYTES, nameBuffer, READ_AT_ONCE_BYTES } from './file-access.ts';
import { FileFault, orFault } from './file-fault.ts';
import { bytesFile, diskFile, type OpenMode, type RawFile } from './raw-file.ts';

/** As fopen creates files; the umask takes its part. */
const NEW_FILE_MODE = 0o666;

/** The flags of open(2) that fopen would use. */
export function openFlags({ readable, writable, creates, truncates, appends }: OpenMode): number {
  const access = readable && writable ? constants.O_RDWR : writable ? constants.O_WRONLY : constants.O_RDONLY;
  return (
    access |
    (creates ? constants.O_CREAT : 0) |
    (truncates ? constants.O_TRUNC : 0) |
    (appends ? constants.O_APPEND : 0)
  );
}

/**
 * Opens a place of the disk; `check` sees what was really opened, and throws what it has against it.
 *
 * @throws FileFault
 */
export function openDiskFile(
  place: string,
  mode: OpenMode,
  flags: number,
  check: (found: Stats) => void,
): RawFile {
  const fd = orFault(() => openSync(nameBuffer(place), flags, NEW_FILE_MODE));
  try {
    const found = orFault(() => fstatSync(fd));
    check(found);
    if (mode.writable || !found.isFile() || found.size > READ_AT_ONCE_BYTES) return diskFile(fd, mode);
    const content = orFault(() => readFileSync(fd));
    closeSync(fd);
    return bytesFile(content);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** A whole file. @throws FileFault, also when it is larger than a source may be */
export function readDiskFile(place: string, flags: number, check: (found: Stats) => void): Uint8Array {
  const fd = orFault(() => openSync(nameBuffer(place), flags));
  try {
    const found = orFault(() => fstatSync(fd));
    check(found);
    if (found.size > MAX_SOURCE_BYTES) throw new FileFault('EFBIG');
    return new Uint8Array(orFault(() => readFileSync(fd)));
  } finally {
    closeSync(fd);
  }
}
