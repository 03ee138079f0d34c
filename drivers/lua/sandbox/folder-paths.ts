import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { TRUST_HINT } from './blocked.ts';
import { nameBuffer, nameText, pathText } from './file-access.ts';
import { asFault, FileFault, orFault } from './file-fault.ts';

/** Linux' limit for a path (PATH_MAX); longer ones are not even looked at. */
const MAX_PATH_BYTES = 4096;

/** On Windows these name devices or streams of files, or other files than they say. */
const ODD_ON_WINDOWS = /[:<>"|?*]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** What a sandboxed script may reach: places in one folder. Names have one character a byte. */
export interface FolderPaths {
  /**
   * The real place of a name. 'target': of what a symbolic link leads to; 'entry': of the entry itself.
   *
   * @throws FileFault when it is not in the folder, or the system cannot say
   */
  locate(name: string, of: 'target' | 'entry'): string;
  /** As written, seen from the folder; undefined when that is outside. */
  relativeName(name: string): string | undefined;
  /** The folder holds more than scripts (it is the root or has the home folder in it): data is out of reach. */
  isTooWide(): boolean;
  /** It is the program's own: what decides over scripts, passwords, mail. Not so what lies in the script's folder in there. */
  isProgramData(place: string): boolean;
}

/** A refusal of the sandbox. `what` says what is wrong with the file. */
export function refused(what: string): FileFault {
  return new FileFault('EACCES', `blocked here, ${what}; on the server it works. ${TRUST_HINT}`);
}

/** The folder need not exist before it is used, nor does the program's own. */
export function createFolderPaths(folder: string, programFolder?: string): FolderPaths {
  const given = pathText(path.resolve(folder));
  let real: string | undefined;
  const root = (): string => (real ??= realPath(given));
  return {
    relativeName: (name) => relativeName(name, given, root()),
    isTooWide: () => path.dirname(root()) === root() || holdsHome(root()),
    isProgramData(place) {
      if (programFolder === undefined || !entryAt(pathText(programFolder))) return false;
      const own = realPath(pathText(programFolder));
      return isWithin(place, own) && (root() === own || !isWithin(root(), own));
    },
    locate(name, of) {
      checkSpelling(name);
      const inside = relativeName(name, given, root());
      if (inside === undefined) throw outside();
      if (inside === '') return root();
      checkParts(inside);
      const target = findTarget(path.join(root(), inside), of);
      if (!isWithin(target, root())) throw outside();
      checkParts(path.relative(root(), target));
      return target;
    },
  };
}

/** undefined: there is nothing. */
export function entryAt(place: string): Stats | undefined {
  try {
    return lstatSync(nameBuffer(place));
  } catch (error) {
    const fault = asFault(error);
    if (fault.code === 'ENOENT') return undefined;
    throw fault;
  }
}

function holdsHome(folder: string): boolean {
  try {
    return isWithin(realPath(pathText(homedir())), folder);
  } catch {
    // A user without a home (a service) has none to protect.
    return false;
  }
}

function outside(): FileFault {
  return refused('it is outside the folder of the script');
}

function checkSpelling(name: string): void {
  if (name === '') throw new FileFault('ENOENT');
  if (name.includes('\0')) throw refused('its name holds a NUL byte');
  if (name.length > MAX_PATH_BYTES) throw new FileFault('ENAMETOOLONG');
}

/** Hidden files hold credentials and settings (.ssh, .netrc, .bashrc), never what a script needs. */
function checkParts(inside: string): void {
  const parts = inside.split(path.sep).filter((part) => part !== '');
  if (parts.some((part) => part.startsWith('.'))) throw refused('it is hidden');
  if (process.platform === 'win32' && parts.some((part) => ODD_ON_WINDOWS.test(part)))
    throw refused('its name means something else');
}

function relativeName(name: string, ...folders: string[]): string | undefined {
  for (const folder of folders) {
    const absolute = path.resolve(folder, name);
    if (isWithin(absolute, folder)) return path.relative(folder, absolute);
  }
  return undefined;
}

/** `path.resolve` is text work: what the place really is must be asked of the system, for its links. */
function findTarget(place: string, of: 'target' | 'entry'): string {
  const entry = path.join(realPath(path.dirname(place)), path.basename(place));
  if (of === 'entry') return entry;
  const found = entryAt(entry);
  return found?.isSymbolicLink() ? realPath(entry) : entry;
}

function realPath(place: string): string {
  return nameText(orFault(() => realpathSync.native(nameBuffer(place), 'buffer')));
}

function isWithin(place: string, folder: string): boolean {
  const start = folder.endsWith(path.sep) ? folder : folder + path.sep;
  return place === folder || place.startsWith(start);
}
