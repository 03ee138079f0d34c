import path from 'node:path';
import { nameBuffer, nameText, pathText, type SearchPlace } from './file-access.ts';
import type { FolderPaths } from './folder-paths.ts';

/** What stands for the name of the module. */
const MARK = '?';

/**
 * A template for a script in the sandbox. `/etc/dovecot/lua/?.lua` is out of reach: the same file is looked for in the
 * folder of the script, where people put their copies of what the server has.
 */
export function folderSearchPlace(template: Uint8Array, folder: string, paths: FolderPaths): SearchPlace {
  const text = nameText(template);
  if (isWithin(text, paths)) return { template: absolute(text, folder), isElsewhere: false };
  return { template: absolute(ownPart(text), folder), isElsewhere: true };
}

/** A template for a script that reaches the whole machine. */
export function machineSearchPlace(template: Uint8Array, folder: string): SearchPlace {
  return { template: absolute(nameText(template), folder), isElsewhere: false };
}

function isWithin(template: string, paths: FolderPaths): boolean {
  try {
    return paths.relativeName(template) !== undefined;
  } catch {
    return false;
  }
}

function absolute(template: string, folder: string): Uint8Array {
  return nameBuffer(path.resolve(pathText(folder), template));
}

/** From the part that holds the name of the module on: `?/init.lua`. */
function ownPart(template: string): string {
  const mark = template.indexOf(MARK);
  const end = mark < 0 ? template.length : mark;
  return template.slice(template.lastIndexOf('/', end) + 1);
}
