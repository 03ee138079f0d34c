import { constants, renameSync, rmdirSync, type Stats, unlinkSync } from 'node:fs';
import path from 'node:path';
import { nameBuffer, nameText, pathText, type FileAccess } from './file-access.ts';
import { FileFault, orFault } from './file-fault.ts';
import { createFolderPaths, entryAt, refused, type FolderPaths } from './folder-paths.ts';
import { boundedFile } from './bounded-file.ts';
import { openDiskFile, openFlags, readDiskFile } from './open-disk-file.ts';
import type { OpenMode, RawFile } from './raw-file.ts';
import { folderSearchPlace } from './search-place.ts';
import { createWriteBudget, type WriteBudget } from './write-budget.ts';

/** A file that a script opens is not larger: it could not use it within its time. */
const MAX_OPENED_FILE_BYTES = 256 * 1024 * 1024;

/** Code: what a script cannot change may be trusted to be what its author put there. */
const CODE_NAME =
  /\.(?:lua|luac|so|dll|dylib|node|exe|com|bat|cmd|ps1|vbs|js|cjs|mjs|wsf|lnk|url|desktop|sh|py|pl|rb)$/i;

const ANY_MAY_EXECUTE = 0o111;

/** A link is never followed by the open itself, and a pipe or a device does not make it wait. Windows has neither. */
const SAFE_FLAGS = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** What the sandbox needs to know of the script. */
export interface FolderFacts {
  /** Absolute. */
  readonly folder: string;
  /** The script itself: never written, whatever its name. */
  readonly file: string;
  /** The program's data, which no script reaches from its folder; absent: it has none. */
  readonly programFolder?: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

interface Reach {
  readonly paths: FolderPaths;
  readonly budget: WriteBudget;
  readonly script: string;
}

/**
 * Files for a script in the sandbox: those in its own folder, by their real place, and no others.
 *
 * Threats: names that lead out (`..`, absolute, NUL bytes), links that do, things that are no files (devices, pipes),
 * hidden files of a person's home, a folder that is too wide, code that somebody runs later, a disk that fills. A hard
 * link to a file outside is not written; for reading nothing tells it from a file.
 */
export function createFolderAccess({ folder, file, programFolder, clock }: FolderFacts): FileAccess {
  const paths = createFolderPaths(folder, programFolder);
  const reach = { paths, budget: createWriteBudget(clock), script: pathText(path.resolve(folder, file)) };
  return {
    open: (name, mode) => openInFolder(reach, locateData(paths, name, 'target'), mode),
    readSource(name) {
      const place = locateSource(paths, name);
      const text = readDiskFile(place, constants.O_RDONLY | SAFE_FLAGS, checkIsFile);
      return { place: nameBuffer(place), text };
    },
    hasSource(name) {
      try {
        return entryAt(locateSource(paths, name))?.isFile() === true;
      } catch {
        return false;
      }
    },
    remove: (name) => removeInFolder(reach, locateData(paths, name, 'entry')),
    rename(from, to) {
      const source = locateData(paths, from, 'entry');
      const target = locateData(paths, to, 'entry');
      const found = entryAt(source);
      if (!found) throw new FileFault('ENOENT');
      checkWritable(reach, source, found);
      checkWritable(reach, target, entryAt(target));
      orFault(() => renameSync(nameBuffer(source), nameBuffer(target)));
    },
    searchPlace: (template) => folderSearchPlace(template, folder, paths),
  };
}

function locateData(paths: FolderPaths, name: Uint8Array, of: 'target' | 'entry'): string {
  const place = paths.locate(nameText(name), of);
  if (paths.isTooWide()) throw refused('the folder of the script holds your other files as well');
  if (paths.isProgramData(place)) throw refused("it is in Dovebell's own folder");
  return place;
}

/** Lua files may be read in any folder: there is nothing in them that the script should not see. */
function locateSource(paths: FolderPaths, name: Uint8Array): string {
  const place = paths.locate(nameText(name), 'target');
  return place.toLowerCase().endsWith('.lua') ? place : locateData(paths, name, 'target');
}

function openInFolder(reach: Reach, place: string, mode: OpenMode): RawFile {
  const found = entryAt(place);
  if (found && !found.isFile() && !found.isDirectory()) throw refused('it is a device, a pipe or a socket');
  if (mode.writable) checkWritable(reach, place, found);
  const isNew = !found && mode.creates;
  if (isNew) reach.budget.create();
  const flags = openFlags(mode) | SAFE_FLAGS | (isNew ? constants.O_EXCL : 0);
  const file = openDiskFile(place, mode, flags, checkOpened);
  return mode.writable ? boundedFile(file, mode, reach.budget) : file;
}

function removeInFolder(reach: Reach, place: string): void {
  const found = entryAt(place);
  if (found?.isDirectory()) return orFault(() => rmdirSync(nameBuffer(place)));
  checkWritable(reach, place, found);
  return orFault(() => unlinkSync(nameBuffer(place)));
}

/**
 * Folders and links are not written or moved: what one script has just been told a place is must not change under it
 * by the other's renames.
 */
function checkWritable(reach: Reach, place: string, found: Stats | undefined): void {
  if (CODE_NAME.test(place) || place === scriptPlace(reach)) throw refused('code is not changed');
  if (!found) return;
  if (found.isDirectory()) throw new FileFault('EISDIR');
  if (!found.isFile()) throw refused('it is not a plain file');
  if (found.nlink > 1) throw refused('it is another file as well (a hard link)');
  if (process.platform !== 'win32' && (found.mode & ANY_MAY_EXECUTE) !== 0) throw refused('it is a program');
}

function scriptPlace({ paths, script }: Reach): string | undefined {
  try {
    return paths.locate(script, 'target');
  } catch {
    return undefined;
  }
}

function checkOpened(found: Stats): void {
  if (!found.isFile() && !found.isDirectory()) throw refused('it is a device, a pipe or a socket');
  if (found.size > MAX_OPENED_FILE_BYTES) throw new FileFault('EFBIG');
}

function checkIsFile(found: Stats): void {
  if (found.isDirectory()) throw new FileFault('EISDIR');
  checkOpened(found);
}
