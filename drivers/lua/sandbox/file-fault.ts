import { constants } from 'node:os';

/** Errors of file operations in the C library's words (strerror). */
const texts: ReadonlyMap<string, string> = new Map([
  ['EPERM', 'Operation not permitted'],
  ['ENOENT', 'No such file or directory'],
  ['EIO', 'Input/output error'],
  ['ENXIO', 'No such device or address'],
  ['E2BIG', 'Argument list too long'],
  ['EBADF', 'Bad file descriptor'],
  ['EAGAIN', 'Resource temporarily unavailable'],
  ['ENOMEM', 'Cannot allocate memory'],
  ['EACCES', 'Permission denied'],
  ['EBUSY', 'Device or resource busy'],
  ['EEXIST', 'File exists'],
  ['EXDEV', 'Invalid cross-device link'],
  ['ENODEV', 'No such device'],
  ['ENOTDIR', 'Not a directory'],
  ['EISDIR', 'Is a directory'],
  ['EINVAL', 'Invalid argument'],
  ['ENFILE', 'Too many open files in system'],
  ['EMFILE', 'Too many open files'],
  ['ETXTBSY', 'Text file busy'],
  ['EFBIG', 'File too large'],
  ['ENOSPC', 'No space left on device'],
  ['ESPIPE', 'Illegal seek'],
  ['EROFS', 'Read-only file system'],
  ['EPIPE', 'Broken pipe'],
  ['EILSEQ', 'Invalid or incomplete multibyte or wide character'],
  ['ENAMETOOLONG', 'File name too long'],
  ['ENOTEMPTY', 'Directory not empty'],
  ['ELOOP', 'Too many levels of symbolic links'],
  ['EDQUOT', 'Disk quota exceeded'],
  ['ETIMEDOUT', 'Connection timed out'],
]);

const numbers: ReadonlyMap<string, number> = new Map(Object.entries(constants.errno));

/** A file operation that failed; the message is what Lua's functions return second, without the name. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
  readonly code: string;
  /** The system's number of the error: what Lua's functions return third. */
  readonly errno: number;

  /** `code` as the system names it (ENOENT); `text` for what is not the system's own refusal. */
  constructor(code: string, text?: string) {
    super(text ?? texts.get(code) ?? code);
    this.code = code;
    this.errno = numbers.get(code) ?? 0;
  }
}

/** Runs a file operation. @throws FileFault for whatever the system says. */
export function orFault<Result>(operation: () => Result): Result {
  try {
    return operation();
  } catch (error) {
    throw asFault(error);
  }
}

/** What went wrong, in Lua's terms. An error that is none of the system's is thrown on. */
export function asFault(error: unknown): FileFault {
  if (error instanceof FileFault) return error;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string')
    return new FileFault(error.code, texts.has(error.code) ? undefined : error.message);
  throw error;
}
