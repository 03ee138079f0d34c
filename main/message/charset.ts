import iconv from 'iconv-lite';
import { findEncoding } from './charset-names.ts';
import { eastAsianDecoders } from './east-asian.ts';
import { completeUtf8Length, decodeUtf8, REPLACEMENT, toByteText } from './utf8.ts';

/**
 * Decodes the text of an encoded-word. `before` is the decoded text that it is appended to.
 *
 * Text in UTF-8, ASCII or a charset that iconv does not know is taken as UTF-8.
 *
 * Source: Dovecot lib-mail/message-header-decode.c, decode_utf8_callback.
 */
export function decodeHeaderText(bytes: Uint8Array, charset: string, before: string): string {
  return decodeCharset(bytes, charset) ?? decodeUtf8(bytes, before);
}

/**
 * Decodes the body of a text part; `charset` is undefined when its Content-Type names none. Unlike in headers,
 * bytes at the end that are too few for a character are left out.
 *
 * Source: Dovecot lib-mail/message-decoder.c; lib-charset/charset-utf8.c.
 */
export function decodeBodyText(bytes: Uint8Array, charset: string | undefined): string {
  const decoded = charset === undefined ? undefined : decodeCharset(bytes, charset);
  return decoded ?? decodeUtf8(bytes.subarray(0, completeUtf8Length(bytes)));
}

// Dovecot does not ask iconv for these, so that bytes above 0x7f in "ASCII" may still be UTF-8.
const utf8Charset = /^(?:us-ascii|ascii|utf-?8)$/i;

function decodeCharset(bytes: Uint8Array, charset: string): string | undefined {
  if (utf8Charset.test(charset)) return undefined;
  const encoding = findEncoding(charset);
  if (encoding === undefined) return undefined;
  return decodeEncoding(bytes, encoding).replace(/\ufffd+/g, REPLACEMENT);
}

function decodeEncoding(bytes: Uint8Array, encoding: string): string {
  const eastAsian = eastAsianDecoders[encoding];
  if (eastAsian) return eastAsian(toByteText(bytes));
  if (encoding === 'utf-16') return decodeUtf16(bytes);
  // Without end(): iconv leaves an incomplete last character out where iconv-lite would add U+FFFD.
  const decoded = iconv.getDecoder(encoding, { stripBOM: false }).write(Buffer.from(bytes));
  return (iconvDifferences[encoding]?.(decoded) ?? decoded).replace(/[\ud800-\udfff]/gu, REPLACEMENT);
}

// Of these charsets iconv holds back the last letter, since a combining mark might follow, and Dovecot never
// asks for it. Letters and marks come out combined.
const withoutLastLetter = (text: string): string => text.replace(/[A-\u01b0]$/, '').normalize('NFC');

/** Where iconv's text differs from iconv-lite's. */
const iconvDifferences: Readonly<Record<string, (text: string) => string>> = {
  'windows-1255': (text) => text.replace(/[\u05d0-\u05ea\u05f0-\u05f2]$/, ''),
  'windows-1258': withoutLastLetter,
  tcvn: withoutLastLetter,
  'mac-cyrillic': (text) => text.replaceAll('¢', 'Ґ').replaceAll('∂', 'ґ'),
  macintosh: (text) =>
    text.replaceAll('\u2126', '\u03a9').replaceAll('\u2206', '\u0394').replaceAll('¤', '€'),
};

/** UTF-16 by its byte order mark; without one in the order of the machine, as iconv does. */
function decodeUtf16(bytes: Uint8Array): string {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  if (mark === 0xfeff) return decodeEncoding(bytes.subarray(2), 'utf-16be');
  return decodeEncoding(bytes.subarray(mark === 0xfffe ? 2 : 0), 'utf-16le');
}
