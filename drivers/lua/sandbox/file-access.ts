import type { OpenMode, RawFile } from './raw-file.ts';

/**
 * The files that a script reaches. Names are as the script wrote them; relative ones start in the folder of the
 * script (on the server: in the working directory of the mail process). Every call may throw FileFault.
 */
export interface FileAccess {
  open(name: Uint8Array, mode: OpenMode): RawFile;
  /** The whole text of a Lua file, and where it really lies. */
  readSource(name: Uint8Array): LuaSource;
  /** Whether readSource would find a file; never throws. */
  hasSource(name: Uint8Array): boolean;
  /** Source: ISO C, remove: an empty folder too. */
  remove(name: Uint8Array): void;
  rename(from: Uint8Array, to: Uint8Array): void;
  /** Where a template of package.path is looked for. */
  searchPlace(template: Uint8Array): SearchPlace;
}

export interface SearchPlace {
  /** Absolute, still with its question marks. */
  readonly template: Uint8Array;
  /** Not where the script asked for, which is out of reach. */
  readonly isElsewhere: boolean;
}

export interface LuaSource {
  readonly place: Uint8Array;
  readonly text: Uint8Array;
}

/** A file of code or a file that is read at once is not larger: it stands in memory. */
export const MAX_SOURCE_BYTES = 16 * 1024 * 1024;

/**
 * A file of at most this size that is only read is read when it is opened, and holds no descriptor: scripts that
 * never close what they read are common, and there is no collector here that closes for them.
 */
export const READ_AT_ONCE_BYTES = 1024 * 1024;

/** A name as a JS string with one character a byte: paths can be taken apart without losing bytes. */
export function nameText(name: Uint8Array): string {
  return Buffer.from(name.buffer, name.byteOffset, name.byteLength).toString('latin1');
}

/** The bytes of such a name, as Node's file functions take them. */
export function nameBuffer(name: string): Buffer {
  return Buffer.from(name, 'latin1');
}

/** The same for a path of the program, which is text. */
export function pathText(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1');
}
