import { createByteBuilder, type ByteBuilder } from './byte-builder.ts';

/**
 * The tokens of a JSON text, in cjson's names, which stand in its messages. `at` counts bytes from 0.
 *
 * Source: Lua CJSON 2.1.0, json_next_token.
 */
export type CjsonToken =
  | { readonly type: SimpleToken; readonly at: number }
  | { readonly type: 'T_STRING'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly type: 'T_NUMBER'; readonly at: number; readonly value: number }
  | { readonly type: 'T_BOOLEAN'; readonly at: number; readonly value: boolean }
  | { readonly type: 'T_ERROR'; readonly at: number; readonly reason: string };

type SimpleToken =
  'T_OBJ_BEGIN' | 'T_OBJ_END' | 'T_ARR_BEGIN' | 'T_ARR_END' | 'T_COLON' | 'T_COMMA' | 'T_NULL' | 'T_END';

const simpleTokens = new Map<number | undefined, SimpleToken>([
  [0x7b, 'T_OBJ_BEGIN'],
  [0x7d, 'T_OBJ_END'],
  [0x5b, 'T_ARR_BEGIN'],
  [0x5d, 'T_ARR_END'],
  [0x3a, 'T_COLON'],
  [0x2c, 'T_COMMA'],
]);

export interface CjsonLexer {
  /** Where the next token is looked for, in bytes from 0. */
  readonly position: number;
  next(): CjsonToken;
}

export function createCjsonLexer(bytes: Uint8Array, allowsInvalidNumbers: boolean): CjsonLexer {
  let position = 0;
  const token = (): CjsonToken => {
    while (isSpace(bytes[position])) position++;
    const at = position;
    const byte = bytes[at];
    // As in the original, a NUL ends the text.
    if (byte === undefined || byte === 0) return { type: 'T_END', at };
    const simple = simpleTokens.get(byte);
    if (simple === undefined) return complexToken(bytes, at, allowsInvalidNumbers);
    return { type: simple, at };
  };
  return {
    get position() {
      return position;
    },
    next() {
      const read = token();
      position = endOf(read);
      return read;
    },
  };
}

/** Where each token ends; tokens of one byte are not listed. */
const ends = new WeakMap<CjsonToken, number>();

function endOf(token: CjsonToken): number {
  const isStill = token.type === 'T_END' || token.type === 'T_ERROR';
  return ends.get(token) ?? token.at + (isStill ? 0 : 1);
}

function ending(token: CjsonToken, end: number): CjsonToken {
  ends.set(token, end);
  return token;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function complexToken(bytes: Uint8Array, at: number, allowsInvalidNumbers: boolean): CjsonToken {
  if (bytes[at] === 0x22) return stringToken(bytes, at);
  const text = Buffer.from(bytes.subarray(at, at + MAX_NUMBER_BYTES)).toString('latin1');
  const isInvalidNumber = /^(\+|-?(0[xX0-9]|inf|nan))/i.test(text);
  if (/^[-0-9]/.test(text)) {
    if (isInvalidNumber && !allowsInvalidNumbers) return { type: 'T_ERROR', at, reason: 'invalid number' };
    return numberToken(text, at);
  }
  if (text.startsWith('true')) return ending({ type: 'T_BOOLEAN', at, value: true }, at + 4);
  if (text.startsWith('false')) return ending({ type: 'T_BOOLEAN', at, value: false }, at + 5);
  if (text.startsWith('null')) return ending({ type: 'T_NULL', at }, at + 4);
  if (isInvalidNumber && allowsInvalidNumbers) return numberToken(text, at);
  return { type: 'T_ERROR', at, reason: 'invalid token' };
}

/** Digits beyond this do not change a double; a longer number is cut there. */
const MAX_NUMBER_BYTES = 1024;

/** What C's strtod reads: decimal, hexadecimal, infinity, NaN. */
function numberToken(text: string, at: number): CjsonToken {
  const special = /^([-+]?)(?:(inf(?:inity)?)|(nan(?:\([A-Za-z0-9_]*\))?))/i.exec(text);
  const [, sign] = special ?? [];
  if (special) {
    const size = special[2] === undefined ? Number.NaN : Number.POSITIVE_INFINITY;
    return ending({ type: 'T_NUMBER', at, value: sign === '-' ? -size : size }, at + special[0].length);
  }
  const hex = /^([-+]?)0x((?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+))(?:p([-+]?\d+))?/i.exec(text);
  if (hex) return ending({ type: 'T_NUMBER', at, value: hexValue(hex) }, at + hex[0].length);
  const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/i.exec(text);
  if (!decimal) return { type: 'T_ERROR', at, reason: 'invalid number' };
  return ending({ type: 'T_NUMBER', at, value: Number(decimal[0]) }, at + decimal[0].length);
}

function hexValue([, sign, digits = '', exponent = '0']: RegExpExecArray): number {
  const [whole = '', fraction = ''] = digits.split('.');
  let value = 0;
  for (const digit of whole + fraction) value = value * 16 + Number.parseInt(digit, 16);
  const scaled = value * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -scaled : scaled;
}

const escapeValues = new Map<number | undefined, number>([
  [0x22, 0x22],
  [0x5c, 0x5c],
  [0x2f, 0x2f],
  [0x62, 0x08],
  [0x74, 0x09],
  [0x6e, 0x0a],
  [0x66, 0x0c],
  [0x72, 0x0d],
]);

function stringToken(bytes: Uint8Array, start: number): CjsonToken {
  const out = createByteBuilder();
  let at = start + 1;
  for (;;) {
    const byte = bytes[at];
    if (byte === 0x22) break;
    if (byte === undefined || byte === 0) return { type: 'T_ERROR', at, reason: 'unexpected end of string' };
    if (byte !== 0x5c) {
      out.byte(byte);
      at++;
    } else if (bytes[at + 1] === 0x75) {
      const length = appendUnicodeEscape(bytes, at, out);
      if (length === 0) return { type: 'T_ERROR', at, reason: 'invalid unicode escape code' };
      at += length;
    } else {
      const value = escapeValues.get(bytes[at + 1]);
      if (value === undefined) return { type: 'T_ERROR', at, reason: 'invalid escape code' };
      out.byte(value);
      at += 2;
    }
  }
  return ending({ type: 'T_STRING', at: start, bytes: out.finish() }, at + 1);
}

/** Bytes that the escape takes: 6, 12 for a surrogate pair, 0 when it is wrong. */
function appendUnicodeEscape(bytes: Uint8Array, at: number, out: ByteBuilder): number {
  const first = hex4(bytes, at + 2);
  if (first === undefined || (first >= 0xdc00 && first <= 0xdfff)) return 0;
  if (first < 0xd800 || first > 0xdfff) {
    out.bytes(Buffer.from(String.fromCharCode(first), 'utf8'));
    return 6;
  }
  const isEscape = bytes[at + 6] === 0x5c && bytes[at + 7] === 0x75;
  const second = isEscape ? hex4(bytes, at + 8) : undefined;
  if (second === undefined || second < 0xdc00 || second > 0xdfff) return 0;
  out.bytes(Buffer.from(String.fromCharCode(first, second), 'utf8'));
  return 12;
}

function hex4(bytes: Uint8Array, at: number): number | undefined {
  const text = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
  return /^[0-9A-Fa-f]{4}$/.test(text) ? Number.parseInt(text, 16) : undefined;
}
