import type { FileAccess } from './file-access.ts';
import { nameBuffer, nameText } from './file-access.ts';

const TEMPLATE_SEPARATOR = ';';
const MARK = '?';

/** Templates of a path that are looked at: each costs a question to the system. */
const MAX_TEMPLATES = 200;

/** Longer than any path of the system (PATH_MAX), a name is not even made. */
const MAX_PATH_BYTES = 4096;

/** What a search along a path found. Names have one character a byte. */
export interface SearchResult {
  /** undefined: nothing. */
  readonly found?: string;
  /** The names that were tried, as the script's path writes them. */
  readonly tried: readonly string[];
  /** Templates that were not searched where they say. */
  readonly elsewhere: readonly string[];
}

/** The templates of a path and the files that they name for a module. Source: Lua loadlib.c, searchpath. */
export function expandPath(
  module: string,
  searchPath: string,
): readonly (readonly [template: string, file: string])[] {
  return searchPath
    .split(TEMPLATE_SEPARATOR, MAX_TEMPLATES)
    .filter((template) => template !== '' && expandedLength(template, module) <= MAX_PATH_BYTES)
    .map((template) => [template, expand(template, module)]);
}

function expand(template: string, module: string): string {
  return template.replaceAll(MARK, () => module);
}

function expandedLength(template: string, module: string): number {
  const marks = template.split(MARK, MAX_PATH_BYTES).length - 1;
  return template.length + marks * (module.length - MARK.length);
}

/** `module` with its dots already replaced. */
export function searchFiles(module: string, searchPath: string, access: FileAccess): SearchResult {
  const tried: string[] = [];
  const elsewhere: string[] = [];
  for (const [template, file] of expandPath(module, searchPath)) {
    const place = access.searchPlace(nameBuffer(template));
    const name = expand(nameText(place.template), module);
    if (access.hasSource(nameBuffer(name))) return { found: name, tried, elsewhere };
    tried.push(file);
    if (place.isElsewhere) elsewhere.push(template);
  }
  return { tried, elsewhere };
}

/** The part of Lua's message that lists where nothing was. */
export function listTried(tried: readonly string[]): string {
  return tried.map((file) => `no file '${file}'`).join('\n\t');
}
