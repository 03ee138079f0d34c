import { decodeBodyText } from './charset.ts';
import { parseTransferEncoding } from './content-type.ts';
import { htmlToText } from './html-to-text.ts';
import type { MimePart } from './mime-tree.ts';
import { findTextPart } from './part-selection.ts';
import { decodeBase64, decodeQuotedPrintable } from './transfer-decode.ts';
import { toBytes, type ByteText } from './utf8.ts';

/** Characters (code points) in a snippet: Dovecot's BODY_SNIPPET_MAX_CHARS. */
export const SNIPPET_LENGTH = 200;

/**
 * How much of a text part, as it is encoded, is looked at. Dovecot reads a part block by block and to its end
 * while there is nothing but white space and quotations; we decode in one piece, whose room must have an end.
 */
const MAX_PART_LENGTH = 4 * 1024 * 1024;

/**
 * The beginning of a message's text on one line; '' when the message has no text part.
 *
 * Source: Dovecot lib-mail/message-snippet.c.
 */
export function messageSnippet(text: ByteText, root: MimePart): string {
  const part = findTextPart(root);
  return part ? textToSnippet(partText(text, part)) : '';
}

/** The decoded text of a text part, HTML converted. '' for what Dovecot cannot decode. */
function partText(text: ByteText, { contentType, fields, bodyStart, bodyEnd }: MimePart): string {
  if (contentType?.subtype === '') return '';
  // With several such headers the last one counts.
  const encoding = parseTransferEncoding(
    fields.findLast(({ name }) => name === 'content-transfer-encoding')?.value,
  );
  const body = text.slice(bodyStart, Math.min(bodyEnd, bodyStart + MAX_PART_LENGTH));
  const bytes = decodeTransfer(body, encoding);
  const decoded = decodeBodyText(bytes, contentType?.charset);
  return contentType?.subtype === 'html' ? htmlToText(decoded) : decoded;
}

function decodeTransfer(body: ByteText, encoding: ReturnType<typeof parseTransferEncoding>): Uint8Array {
  switch (encoding) {
    case 'none':
      return toBytes(body);
    case 'base64':
      return decodeBase64(body);
    case 'quoted-printable':
      return toBytes(decodeQuotedPrintable(body));
    case 'unknown':
      return new Uint8Array();
  }
}

/** Text on its way into the snippet, and how many more characters it may take. */
interface Excerpt {
  text: string;
  left: number;
}

/**
 * Shortens text to a snippet of at most `limit` characters: runs of white space become one space, and lines
 * that begin with `>` are left out. When there is nothing but such lines they are the snippet, after one `>`.
 *
 *   'line1\n> quoted\nline2'  →  'line1 line2'
 *   '> a\n> b'                →  '>a b'
 */
export function textToSnippet(text: string, limit = SNIPPET_LENGTH): string {
  const normal: Excerpt = { text: '', left: limit };
  const quoted: Excerpt = { text: '', left: limit - 1 };
  let target = normal;
  let isLineStart = true;
  let needsSpace = false;
  for (const char of text) {
    if (isLineStart) {
      isLineStart = false;
      target = char === '>' ? quoted : normal;
      if (char === '>') continue;
    }
    if (isWhiteSpace(char)) {
      // One flag for both: Dovecot puts the space before whichever text goes on.
      needsSpace ||= target.text !== '';
      isLineStart = char === '\n';
    } else if (!isIgnored(char)) {
      needsSpace = append(target, char, needsSpace);
    }
    if (normal.left === 0) break;
  }
  if (normal.text !== '') return withoutLeadingSpace(normal.text);
  return quoted.text === '' ? '' : `>${withoutLeadingSpace(quoted.text)}`;
}

/** Adds a character, after a space when one is due. Returns whether a space is still due. */
function append(target: Excerpt, char: string, needsSpace: boolean): boolean {
  if (target.left === 0) return needsSpace;
  target.left--;
  // The last character of the budget is not spent on a space that nothing would follow.
  if (needsSpace && target.left === 0) return needsSpace;
  if (needsSpace) target.left--;
  target.text += needsSpace ? ` ${char}` : char;
  return false;
}

function isWhiteSpace(char: string): boolean {
  return char === ' ' || (char >= '\t' && char <= '\r');
}

/** NUL and the byte order mark take no room. */
function isIgnored(char: string): boolean {
  return char === '\0' || char === '\ufeff';
}

function withoutLeadingSpace(text: string): string {
  return text.startsWith(' ') ? text.slice(1) : text;
}
