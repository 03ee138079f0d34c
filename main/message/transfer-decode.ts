import { toBytes, toByteText, type ByteText } from './utf8.ts';

/**
 * Decodes base64 up to the first character that is neither base64 nor white space (padding ends it, too).
 *
 * Source: RFC 2045 §6.8; Dovecot lib/base64.c, base64_decode_more.
 */
export function decodeBase64(text: ByteText): Uint8Array {
  const end = text.search(/[^A-Za-z0-9+/ \t\r\n]/);
  return Buffer.from(end === -1 ? text : text.slice(0, end), 'base64');
}

/**
 * Decodes a quoted-printable body. What is malformed stays as it is, line ends become CRLF, and an escape that
 * the end of the text cuts short is left out.
 *
 * Source: RFC 2045 §6.7; Dovecot lib-mail/qp-decoder.c.
 */
export function decodeQuotedPrintable(text: ByteText): ByteText {
  // Looking back keeps long white space from being tried from each of its characters.
  const lines = text.slice(0, completeLength(text)).replace(/(?<![ \t])[ \t]*\r?\n/g, '\r\n');
  return toByteText(decodeEscapes(toBytes(lines)));
}

const EQUALS = 0x3d;
const CR = 0x0d;
const LF = 0x0a;

/** Decodes in place, byte by byte: in many languages a body is little but escapes. */
function decodeEscapes(bytes: Buffer): Buffer {
  let length = 0;
  for (let at = 0; at < bytes.length;) {
    const isEscape = bytes[at] === EQUALS;
    const high = isEscape ? (bytes[at + 1] ?? 0) : 0;
    const low = isEscape ? (bytes[at + 2] ?? 0) : 0;
    if (high === CR && low === LF) {
      at += 3;
    } else if (isHexDigit(high) && isHexDigit(low)) {
      bytes[length++] = hexValue(high) * 16 + hexValue(low);
      at += 3;
    } else {
      bytes[length++] = bytes[at++] ?? 0;
    }
  }
  return bytes.subarray(0, length);
}

const hexValues = Array.from({ length: 256 }, (_, code) => Number.parseInt(String.fromCharCode(code), 16));

function hexValue(code: number): number {
  return hexValues[code] ?? Number.NaN;
}

function isHexDigit(code: number): boolean {
  return hexValue(code) >= 0;
}

/** Length without what Dovecot still waits for at the end: white space, or an unfinished escape. */
function completeLength(text: ByteText): number {
  let end = text.length;
  if (text[end - 1] === '\r') end--;
  while (text[end - 1] === ' ' || text[end - 1] === '\t') end--;
  if (text[end - 1] === '=') return end - 1;
  return /=[0-9A-Fa-f]$/.test(text.slice(-2)) ? text.length - 2 : end;
}

/**
 * Decodes the Q encoding of encoded-words: `_` is a space. Malformed escapes stay as they are; from an escape
 * that the end cuts short on, nothing is decoded any more.
 *
 * Source: RFC 2047 §4.2; Dovecot lib-mail/quoted-printable.c.
 */
export function decodeQ(text: ByteText): ByteText {
  const cut = text.indexOf('=', Math.max(0, text.length - 2));
  const end = cut === -1 ? text.length : cut;
  const decoded = text
    .slice(0, end)
    .replace(/_|=([0-9A-Fa-f]{2})/g, (_, hex?: string) => (hex === undefined ? ' ' : byte(hex)));
  return decoded + text.slice(end);
}

function byte(hex: string): ByteText {
  return String.fromCharCode(Number.parseInt(hex, 16));
}
