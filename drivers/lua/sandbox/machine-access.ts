import { accessSync, constants, lstatSync, renameSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { nameBuffer, nameText, pathText, type FileAccess } from './file-access.ts';
import { FileFault, orFault } from './file-fault.ts';
import { openDiskFile, openFlags, readDiskFile } from './open-disk-file.ts';
import { machineSearchPlace } from './search-place.ts';

/** Files for a script that is trusted: all of the machine, as far as the system lets this program. */
export function createMachineAccess(folder: string): FileAccess {
  const place = (name: Uint8Array): string => locate(nameText(name), folder);
  return {
    open: (name, mode) => openDiskFile(place(name), mode, openFlags(mode), () => undefined),
    readSource(name) {
      const text = readDiskFile(place(name), constants.O_RDONLY, (found) => {
        if (found.isDirectory()) throw new FileFault('EISDIR');
      });
      return { place: nameBuffer(place(name)), text };
    },
    hasSource: (name) => isReadableFile(place(name)),
    remove(name) {
      const target = nameBuffer(place(name));
      const isFolder = orFault(() => lstatSync(target).isDirectory());
      orFault(() => (isFolder ? rmdirSync(target) : unlinkSync(target)));
    },
    rename: (from, to) => orFault(() => renameSync(nameBuffer(place(from)), nameBuffer(place(to)))),
    searchPlace: (template) => machineSearchPlace(template, folder),
  };
}

/** C's functions see a name up to its first NUL byte. A relative name is left as it is: links decide on its `..`. */
function locate(name: string, folder: string): string {
  const [seen = ''] = name.split('\0', 1);
  if (seen === '') throw new FileFault('ENOENT');
  return path.isAbsolute(seen) ? seen : pathText(folder) + path.sep + seen;
}

function isReadableFile(place: string): boolean {
  try {
    accessSync(nameBuffer(place), constants.R_OK);
    return !statSync(nameBuffer(place)).isDirectory();
  } catch {
    return false;
  }
}
