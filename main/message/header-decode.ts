import { decodeHeaderText } from './charset.ts';
import { decodeBase64, decodeQ } from './transfer-decode.ts';
import { decodeUtf8, isAscii, toBytes, toByteText, type ByteText } from './utf8.ts';

/**
 * Decodes the encoded-words of a header value (RFC 2047) as Dovecot does. A string is taken as text that may
 * hold encoded-words, bytes as a header value as it stands in the message.
 *
 *   '=?utf-8?q?P=C3=A4iv=C3=A4=C3=A4?='  →  'Päivää'
 *
 * The value is not unfolded: LF and white space stay. White space between two encoded-words is dropped, and
 * before the first one when nothing else stands there. Malformed words stay as they are. Text in an unknown
 * charset is taken as UTF-8; invalid bytes become U+FFFD; a NUL ends the text.
 *
 * Never throws; takes time linear in the length.
 *
 * Source: Dovecot lib-mail/message-header-decode.c, message_header_decode_utf8.
 */
export function decodeHeader(raw: string | Uint8Array): string {
  if (typeof raw !== 'string') return untilNul(decodeWords(toByteText(raw)));
  return untilNul(raw.includes('=?') ? decodeWords(toByteText(Buffer.from(raw))) : raw);
}

function decodeWords(text: ByteText): string {
  const decoded = new DecodedText();
  let start = 0;
  let searchFrom = 0;
  for (let at = text.indexOf('=?'); at !== -1; at = text.indexOf('=?', searchFrom)) {
    // Also when the word turns out to be malformed: Dovecot drops white space before anything like a word.
    if (!isBlank(text, start, at)) decoded.addPlain(text.slice(start, at));
    const word = readWord(text, at + 2);
    if (word) decoded.addWord(word);
    start = word?.end ?? at;
    searchFrom = word?.end ?? at + 2;
  }
  decoded.addPlain(text.slice(start));
  return decoded.toString();
}

/** The text decoded so far. Its end decides whether invalid bytes need another U+FFFD. */
class DecodedText {
  readonly #pieces: string[] = [];

  addPlain(text: ByteText): void {
    this.#add(isAscii(text) ? text : decodeUtf8(toBytes(text), this.#pieces.at(-1)));
  }

  addWord({ charset, encoding, text }: Word): void {
    const bytes = encoding === 'b' ? decodeBase64(text) : toBytes(decodeQ(text));
    this.#add(decodeHeaderText(bytes, charset, this.#pieces.at(-1) ?? ''));
  }

  #add(piece: string): void {
    if (piece !== '') this.#pieces.push(piece);
  }

  toString(): string {
    return this.#pieces.join('');
  }
}

interface Word {
  readonly charset: ByteText;
  readonly encoding: 'q' | 'b';
  readonly text: ByteText;
  readonly end: number;
}

/** Reads `charset?encoding?text?=`. Undefined when there is none at this position. */
function readWord(text: ByteText, from: number): Word | undefined {
  const charsetEnd = text.indexOf('?', from);
  const encodingEnd = charsetEnd === -1 ? -1 : text.indexOf('?', charsetEnd + 1);
  const textEnd = encodingEnd === -1 ? -1 : text.indexOf('?', encodingEnd + 1);
  if (textEnd === -1 || text[textEnd + 1] !== '=') return undefined;
  // Dovecot looks at the first letter only: "quoted" is as good as "q".
  const encoding = text[charsetEnd + 1]?.toLowerCase();
  if (encoding !== 'q' && encoding !== 'b') return undefined;
  return {
    charset: text.slice(from, charsetEnd),
    encoding,
    text: text.slice(encodingEnd + 1, textEnd),
    end: textEnd + 2,
  };
}

function isBlank(text: ByteText, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (!' \t\r\n'.includes(text.charAt(at))) return false;
  }
  return true;
}

function untilNul(text: string): string {
  const nul = text.indexOf('\0');
  return nul === -1 ? text : text.slice(0, nul);
}
