import { Rfc822Reader } from './rfc822-reader.ts';
import type { ByteText } from './utf8.ts';

/** A Content-Type header, read as tolerantly as Dovecot. Type and subtype are in lower case, '' when invalid. */
export interface ContentType {
  readonly type: string;
  readonly subtype: string;
  /** The boundary and charset parameters; absent when the header has none. */
  readonly boundary?: string;
  readonly charset?: string;
}

/**
 * Reads a Content-Type header. An invalid one has no type at all, except that "text" alone is a text type of
 * unknown kind.
 *
 * Source: RFC 2045 §5.1, RFC 2231 §3; Dovecot lib-mail/rfc822-parser.c, rfc822_parse_content_type;
 * rfc2231-parser.c.
 */
export function parseContentType(value: ByteText): ContentType {
  const reader = new Rfc822Reader(value);
  const type = reader.skipBlanks() === 'more' ? reader.readMimeToken() : { state: 'bad', text: '' };
  if (type.text === '') return invalid;
  // Dovecot forgets the type at a missing slash, but not when the header is over.
  if (type.state !== 'more') return { type: type.text.toLowerCase(), subtype: '' };
  const subtype = readSubtype(reader);
  if (subtype === undefined) return invalid;
  const parameters = readParameters(reader);
  const boundary = findParameter(parameters, 'boundary');
  const charset = findParameter(parameters, 'charset');
  return {
    type: type.text.toLowerCase(),
    subtype: subtype.toLowerCase(),
    ...(boundary !== undefined && { boundary }),
    ...(charset !== undefined && { charset }),
  };
}

const invalid: ContentType = { type: '', subtype: '' };

function readSubtype(reader: Rfc822Reader): string | undefined {
  if (reader.peek() !== '/') return undefined;
  reader.at++;
  if (reader.skipBlanks() !== 'more') return undefined;
  const { state, text } = reader.readMimeToken();
  const ends = reader.peek() === '' || reader.peek() === ';';
  return text === '' || state === 'bad' || !ends ? undefined : text;
}

interface Parameter {
  /** In lower case, without the RFC 2231 markers. */
  readonly key: string;
  readonly value: string;
  /** Index of an RFC 2231 continuation (`key*0=`); undefined for an ordinary parameter. */
  readonly index?: number;
  /** Whether it is an RFC 2231 extended value (`key*=`), which Dovecot files under another key. */
  readonly isExtended?: boolean;
}

/** Reads `;key=value` as often as it comes, skipping what is neither. */
function readParameters(reader: Rfc822Reader): Parameter[] {
  const parameters: Parameter[] = [];
  while (reader.state === 'more') {
    const parameter = readParameter(reader);
    if (parameter) parameters.push(parameter);
    else reader.at++;
  }
  return parameters;
}

function readParameter(reader: Rfc822Reader): Parameter | undefined {
  if (reader.peek() !== ';') return undefined;
  reader.at++;
  if (reader.skipBlanks() !== 'more') return undefined;
  const key = reader.readMimeToken();
  if (key.state !== 'more' || reader.peek() !== '=') return undefined;
  reader.at++;
  const value = readValue(reader);
  return value === undefined ? undefined : toParameter(key.text.toLowerCase(), value);
}

function readValue(reader: Rfc822Reader): string | undefined {
  const state = reader.skipBlanks();
  if (state !== 'more') return state === 'end' ? '' : undefined;
  if (reader.peek() === '=') return readUnquotedWord(reader);
  const value = reader.peek() === '"' ? reader.readQuotedString() : reader.readMimeToken();
  return value.state === 'bad' ? undefined : value.text;
}

/** An encoded-word that should have been in quotes: `name==?utf-8?b?…?=`. */
function readUnquotedWord(reader: Rfc822Reader): string {
  const start = reader.at;
  while (reader.state === 'more' && !'; \t\r\n'.includes(reader.peek())) reader.at++;
  return reader.text.slice(start, reader.at);
}

function toParameter(key: string, value: string): Parameter {
  const [, base, index, extended] = /^([^*]*)\*(\d*)(\*?)$/.exec(key) ?? [];
  if (base === undefined) return { key, value };
  return { key: base, value, index: Number(index), isExtended: index === '' || extended === '*' };
}

/** An ordinary parameter of that name, or else the joined pieces of RFC 2231 when none is missing. */
function findParameter(parameters: readonly Parameter[], key: string): string | undefined {
  const named = parameters.filter((parameter) => parameter.key === key);
  const plain = named.find((parameter) => parameter.index === undefined);
  if (plain || named.length === 0) return plain?.value;
  const pieces = named.toSorted((one, other) => (one.index ?? 0) - (other.index ?? 0));
  const isComplete = pieces.every((piece, position) => piece.index === position && !piece.isExtended);
  return isComplete ? pieces.map((piece) => piece.value).join('') : undefined;
}

/** Transfer encodings by what decoding them takes; `unknown` bodies are not read. */
export type TransferEncoding = 'none' | 'base64' | 'quoted-printable' | 'unknown';

const transferEncodings = new Map<string, TransferEncoding>([
  ['7bit', 'none'],
  ['8bit', 'none'],
  ['binary', 'none'],
  ['base64', 'base64'],
  ['quoted-printable', 'quoted-printable'],
]);

/**
 * Reads a Content-Transfer-Encoding header; undefined when the part has none.
 *
 * Source: RFC 2045 §6.1; Dovecot lib-mail/message-decoder.c, message_decoder_parse_cte.
 */
export function parseTransferEncoding(value: ByteText | undefined): TransferEncoding {
  if (value === undefined) return 'none';
  const reader = new Rfc822Reader(value);
  reader.skipBlanks();
  const { state, text } = reader.readMimeToken();
  if (state === 'more' && reader.peek() !== ';') return 'unknown';
  return transferEncodings.get(text.toLowerCase()) ?? 'unknown';
}
