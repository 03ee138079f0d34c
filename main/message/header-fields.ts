import type { ByteText } from './utf8.ts';

/** One header field of a message, as byte text. */
export interface HeaderField {
  /** In lower case; '' for a line without a colon. */
  readonly name: string;
  /** Without the white space after the colon; folding is LF and white space. */
  readonly value: ByteText;
}

/** A field, and where the text goes on after it. */
export interface ReadField {
  readonly field: HeaderField;
  readonly end: number;
}

// Dovecot takes a line with a longer name as one without a name (message-header-parser.c).
const MAX_NAME_LENGTH = 1000;

/**
 * Reads the header field that begins at a position, with its continuation lines.
 *
 * Source: RFC 5322 §2.2; Dovecot lib-mail/message-header-parser.c.
 */
export function readHeaderField(text: ByteText, start: number): ReadField {
  const lines: string[] = [];
  let at = start;
  do {
    const end = lineEnd(text, at);
    const hasCarriageReturn = text[end] === '\n' && text[end - 1] === '\r';
    lines.push(text.slice(at, hasCarriageReturn ? end - 1 : end));
    at = Math.min(end + 1, text.length);
  } while (text[at] === ' ' || text[at] === '\t');
  return { field: toField(lines.join('\n')), end: at };
}

/** Length of the empty line at a position: 0 when the line is not empty. */
export function emptyLineLength(text: ByteText, at: number): number {
  if (text[at] === '\n') return 1;
  return text[at] === '\r' && text[at + 1] === '\n' ? 2 : 0;
}

/** Position of the LF that ends the line, or of the end of the text. */
export function lineEnd(text: ByteText, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

function toField(field: ByteText): HeaderField {
  const [, name, value] = /^([^:\n]*):[ \t]*([^]*)$/.exec(field) ?? [];
  if (name === undefined || value === undefined) return { name: '', value: field };
  const trimmed = withoutTrailingBlanks(name);
  if (trimmed.length > MAX_NAME_LENGTH) return { name: '', value: field };
  // To Dovecot a name is over at a NUL.
  return { name: trimmed.replace(/\0[^]*/, '').toLowerCase(), value };
}

function withoutTrailingBlanks(name: string): string {
  let end = name.length;
  while (name[end - 1] === ' ' || name[end - 1] === '\t') end--;
  return name.slice(0, end);
}

/** The first field of that name (in lower case), undefined when there is none. */
export function firstValue(fields: readonly HeaderField[], name: string): ByteText | undefined {
  return fields.find((field) => field.name === name)?.value;
}
