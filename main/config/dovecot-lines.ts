import type { PushDialect } from './push-config-types.ts';

/** A place in the text; see ConfigDiagnostic. */
export interface ConfPlace {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

/** `key = value`. `form` says what the value is: as it stands, in quotes, with `$` in it, `<file`. */
export interface ConfSetting extends ConfPlace {
  readonly kind: 'setting';
  readonly key: string;
  /** Quotes undone; for `file` the path. */
  readonly value: string;
  readonly form: 'plain' | 'quoted' | 'variable' | 'file';
}

/** One logical line; comments and blank lines give none. */
export type ConfLine =
  | ConfSetting
  | (ConfPlace & { readonly kind: 'open'; readonly key: string; readonly name?: string })
  | (ConfPlace & { readonly kind: 'close' })
  | (ConfPlace & { readonly kind: 'include'; readonly path: string })
  /** A line that Dovecot refuses, with its words. */
  | (ConfPlace & { readonly kind: 'error'; readonly message: string });

export interface ConfLines {
  readonly lines: readonly ConfLine[];
  /** A `#` without a blank before it: Dovecot takes the rest for a comment, and warns. */
  readonly hashes: readonly ConfPlace[];
}

/** `group @push_notification NAME {`: the only section with two names. */
const GROUP = /^(@\S+\s+[^\s{]+)\s+\{$/;

/**
 * Splits a Dovecot configuration into logical lines. Pure, never throws, linear.
 *
 * Source: Dovecot config-parser.c, config_parse_line (2.3.19 and 2.4.1: the newer one has quoted keys).
 */
export function readConfLines(text: string, dialect: PushDialect): ConfLines {
  const lines: ConfLine[] = [];
  const hashes: ConfPlace[] = [];
  const joined: string[] = [];
  let place: ConfPlace | undefined;
  for (const [index, physical] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const indent = physical.length - physical.trimStart().length;
    const { content, hash } = stripComment(physical.slice(indent));
    if (content === '') continue;
    const here = { line: index + 1, column: indent + 1, endColumn: indent + 1 + content.length };
    if (hash !== undefined) hashes.push({ ...here, column: indent + 1 + hash, endColumn: indent + 2 + hash });
    place ??= here;
    if (content.endsWith('\\')) {
      const part = content.slice(0, -1).trimEnd();
      if (part !== '') joined.push(part);
      continue;
    }
    lines.push(readLine([...joined.splice(0), content].join(' '), place, dialect));
    place = undefined;
  }
  return { lines, hashes };
}

/** The line without its comment; `hash` is where an ambiguous one began. A quote that is never closed hides it. */
function stripComment(line: string): { content: string; hash?: number } {
  if (line.startsWith('#')) return { content: '' };
  let at = 0;
  while (at < line.length) {
    const char = line.charAt(at);
    if (char === '#') {
      const content = line.slice(0, at).trimEnd();
      return /\s/.test(line.charAt(at - 1)) ? { content } : { content, hash: at };
    }
    at = char === '"' || char === "'" ? skipQuoted(line, at) : at + 1;
  }
  return { content: line.trimEnd() };
}

/** The position after the closing quote, or the end of the line. */
function skipQuoted(line: string, start: number): number {
  const quote = line.charAt(start);
  let at = start + 1;
  while (at < line.length && line.charAt(at) !== quote) at += line.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}

function readLine(line: string, place: ConfPlace, dialect: PushDialect): ConfLine {
  const { key, rest } = splitKey(line, dialect);
  if (key === '!include' || key === '!include_try') return { ...place, kind: 'include', path: rest };
  if (rest.startsWith('='))
    return { ...place, kind: 'setting', key, ...readValue(rest.slice(1).trimStart()) };
  if (key === '}' && rest === '') return { ...place, kind: 'close' };
  const group = dialect === '2.4' && key === 'group' ? GROUP.exec(rest)?.[1] : undefined;
  if (group !== undefined) return { ...place, kind: 'open', key, name: group };
  return { ...place, ...readSection(key, rest) };
}

function splitKey(line: string, dialect: PushDialect): { key: string; rest: string } {
  if (dialect === '2.4' && line.startsWith('"')) {
    const end = skipQuoted(line, 0);
    return { key: line.slice(1, end - 1), rest: line.slice(end).trimStart() };
  }
  const end = line.search(/[\s=]/);
  if (end < 0) return { key: line, rest: '' };
  return { key: line.slice(0, end), rest: line.slice(end).trimStart() };
}

function readValue(value: string): Pick<ConfSetting, 'value' | 'form'> {
  if (value.startsWith('<')) return { value: value.slice(1).trimStart(), form: 'file' };
  const quote = value.charAt(0);
  if (quote !== '"' && quote !== "'") return { value, form: value.includes('$') ? 'variable' : 'plain' };
  if (value.length < 2 || !value.endsWith(quote)) return { value, form: 'plain' };
  return { value: unescape(value.slice(1, -1)), form: 'quoted' };
}

function readSection(
  key: string,
  rest: string,
): { kind: 'open'; key: string; name?: string } | { kind: 'error'; message: string } {
  const { name, after } = rest.startsWith('{') ? { after: rest } : splitName(rest);
  if (!after.startsWith('{')) return { kind: 'error', message: "Expecting '{'" };
  if (after.length > 1) return { kind: 'error', message: "Garbage after '{'" };
  return name === undefined ? { kind: 'open', key } : { kind: 'open', key, name };
}

function splitName(rest: string): { name: string; after: string } {
  if (rest.startsWith('"')) {
    const end = rest.indexOf('"', 1);
    if (end < 0) return { name: rest, after: '' };
    return { name: unescape(rest.slice(1, end)), after: rest.slice(end + 1).trimStart() };
  }
  const end = rest.search(/\s/);
  if (end < 0) return { name: rest, after: '' };
  return { name: rest.slice(0, end), after: rest.slice(end).trimStart() };
}

function unescape(text: string): string {
  return text.replace(/\\([\s\S])/g, '$1');
}
