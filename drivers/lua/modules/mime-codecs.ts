/**
 * The byte-wise codecs of `mime.core` as pure functions over binary text (one code unit a byte).
 *
 * Source: LuaSocket 3.1.0, mime.c; RFC 2045 §6.7 and §6.8; RFC 5321 §4.5.2 (dots).
 */

/** What was converted, and the bytes at the end that need what follows them. */
export interface Converted {
  readonly out: string;
  readonly rest: string;
}

export const CRLF = '\r\n';

export function encodeBase64(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('base64');
}

/** Whole groups of three bytes; one or two bytes stay. */
export function encodeBase64Groups(bytes: string): Converted {
  const whole = bytes.length - (bytes.length % 3);
  return { out: encodeBase64(bytes.slice(0, whole)), rest: bytes.slice(whole) };
}

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Whole groups of four; bytes outside the alphabet do not count. Padding may stand anywhere, as zero bits. */
export function decodeBase64Groups(text: string): Converted {
  const digits = text.replace(/[^A-Za-z0-9+/=]/g, '');
  const whole = digits.length - (digits.length % 4);
  let out = '';
  for (let at = 0; at < whole; at += 4) out += decodeGroup(digits.slice(at, at + 4));
  return { out, rest: digits.slice(whole) };
}

function decodeGroup(group: string): string {
  let value = 0;
  for (const digit of group) value = value * 64 + Math.max(base64Alphabet.indexOf(digit), 0);
  const bytes = String.fromCharCode((value >> 16) & 255, (value >> 8) & 255, value & 255);
  if (group[2] === '=') return bytes.slice(0, 1);
  return group[3] === '=' ? bytes.slice(0, 2) : bytes;
}

const quotedPrintableToken = /\r\n|\r(?!$)|[\t ]\r\n|[\t ](?=[^][^])|[^\r\t ]|$/y;

/** Quoted-printable without line breaks of its own; a CRLF becomes the marker. */
export function encodeQuotedPrintable(bytes: string, marker: string): Converted {
  const out: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    quotedPrintableToken.lastIndex = at;
    const token = quotedPrintableToken.exec(bytes)?.[0];
    if (!token) break;
    out.push(encodeToken(token, marker));
    at += token.length;
  }
  return { out: out.join(''), rest: bytes.slice(at) };
}

function encodeToken(token: string, marker: string): string {
  if (token === CRLF) return marker;
  if (token.length === 3) return quote(token.charCodeAt(0)) + marker;
  return /[\t !-<>-~]/.test(token) ? token : quote(token.charCodeAt(0));
}

function quote(byte: number): string {
  return `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** The last bytes of the input, which nothing follows; they end in a soft line break. */
export function endQuotedPrintable(rest: string): string {
  const text = rest.replace(/[^!-<>-~]/g, (byte) => quote(byte.charCodeAt(0)));
  return rest === '' ? '' : `${text}=${CRLF}`;
}

const encodedToken = /=[^][^]|\r[^]|[^=\r]/y;

/** Lone CRs, and bytes that may not stand in quoted-printable, are dropped; a bad escape stays. */
export function decodeQuotedPrintable(text: string): Converted {
  const out: string[] = [];
  let at = 0;
  while (at < text.length) {
    encodedToken.lastIndex = at;
    const token = encodedToken.exec(text)?.[0];
    if (token === undefined) break;
    out.push(decodeToken(token));
    at += token.length;
  }
  return { out: out.join(''), rest: text.slice(at) };
}

function decodeToken(token: string): string {
  if (token.length === 1) return /[\t -~]/.test(token) ? token : '';
  if (token.length === 2) return token === CRLF ? token : '';
  if (token === `=${CRLF}`) return '';
  const code = /^=([0-9A-Fa-f]{2})$/.exec(token)?.[1];
  return code === undefined ? token : String.fromCharCode(Number.parseInt(code, 16));
}

/** Text in lines; `left` is what the last one has room for. */
export interface Wrapped {
  readonly out: string;
  readonly left: number;
}

/** Breaks text into lines of at most `length` bytes; `left` is what the current line has room for. */
export function wrapText(text: string, left: number, length: number): Wrapped {
  return wrap(text, left, { length, lineBreak: CRLF, roomFor: () => 1 });
}

/** As wrapText with soft line breaks, never within an escape. */
export function wrapQuotedPrintable(text: string, left: number, length: number): Wrapped {
  // The sign of a soft line break needs room as well.
  return wrap(text, left, {
    length,
    lineBreak: `=${CRLF}`,
    roomFor: (byte) => (byte === '=' ? 4 : 2),
  });
}

interface Wrapping {
  readonly length: number;
  readonly lineBreak: string;
  /** How much must be left of a line for a byte to stand in it. */
  readonly roomFor: (byte: string) => number;
}

function wrap(text: string, left: number, { length, lineBreak, roomFor }: Wrapping): Wrapped {
  let room = left;
  const out: string[] = [];
  for (const byte of text) {
    if (byte === '\r') continue;
    if (byte === '\n') {
      out.push(CRLF);
      room = length;
      continue;
    }
    if (room < roomFor(byte)) {
      out.push(lineBreak);
      room = length;
    }
    out.push(byte);
    room--;
  }
  return { out: out.join(''), left: room };
}

const CR = 13;
const LF = 10;

/** Line ends of any kind become the marker. `context` is the line-end byte that came last, 0 for none. */
export function normalizeLineEnds(
  text: string,
  context: number,
  marker: string,
): { out: string; context: number } {
  let last = context;
  const out: string[] = [];
  for (const byte of text) {
    const code = byte.charCodeAt(0);
    if (code !== CR && code !== LF) {
      out.push(byte);
      last = 0;
    } else if (last === CR || last === LF) {
      if (code === last) out.push(marker);
      last = 0;
    } else {
      out.push(marker);
      last = code;
    }
  }
  return { out: out.join(''), context: last };
}

/** Doubles a dot at the start of a line. `state`: 2 at the start of a line, 1 after a CR, 0 within. */
export function stuffDots(text: string, state: number): { out: string; state: number } {
  let now = state;
  const out: string[] = [];
  for (const byte of text) {
    out.push(byte === '.' && now === 2 ? '..' : byte);
    if (byte === '\r') now = 1;
    else now = byte === '\n' && now === 1 ? 2 : 0;
  }
  return { out: out.join(''), state: now };
}
