/** What stands for bytes that are no text: U+FFFD. */
export const REPLACEMENT = '\ufffd';

/**
 * Mail text as one character (U+0000 to U+00FF) a byte. Header and body parsing work on it, because a
 * message is bytes in any number of charsets and only becomes Unicode part by part.
 */
export type ByteText = string;

/** The bytes as byte text, one character each. */
export function toByteText(bytes: Uint8Array): ByteText {
  return view(bytes).toString('latin1');
}

/** The bytes that byte text stands for. */
export function toBytes(text: ByteText): Buffer {
  return Buffer.from(text, 'latin1');
}

/** Whether byte text is the text itself, because no byte needs decoding. */
export function isAscii(text: ByteText): boolean {
  return !/[\u0080-\uffff]/.test(text);
}

/**
 * Decodes UTF-8 as Dovecot decodes text: a run of invalid bytes becomes one U+FFFD, none when `before`, the
 * text this is appended to, ends with one already.
 *
 * Source: Dovecot lib/unichar.c, uni_utf8_get_valid_data.
 */
export function decodeUtf8(bytes: Uint8Array, before = ''): string {
  return replaceInvalid(bytes, { joinsRuns: true, isAfterMark: before.endsWith(REPLACEMENT) });
}

/**
 * Decodes UTF-8 as Dovecot's JSON does: every invalid byte becomes one U+FFFD, also the bytes of a sequence
 * that is cut short.
 *
 * Source: Dovecot lib/json-parser.c (2.3) and lib-json/json-generator.c (2.4), which agree.
 */
export function decodeUtf8PerByte(bytes: Uint8Array): string {
  return replaceInvalid(bytes, { joinsRuns: false, isAfterMark: false });
}

const MARK = Buffer.from(REPLACEMENT);

interface ReplaceOptions {
  /** Whether there is no second U+FFFD behind the first. */
  readonly joinsRuns: boolean;
  readonly isAfterMark: boolean;
}

// The result is made as bytes: one string for each replacement takes far too much room in hostile text.
function replaceInvalid(bytes: Uint8Array, { joinsRuns, isAfterMark }: ReplaceOptions): string {
  const buffer = view(bytes);
  const text = buffer.toString();
  if (!text.includes(REPLACEMENT)) return text;
  const result = Buffer.alloc(buffer.length * MARK.length);
  let size = 0;
  let endsWithMark = isAfterMark;
  for (let at = 0; at < buffer.length;) {
    const length = sequenceLength(buffer, at);
    const isMark = length === 0 || (length === MARK.length && isMarkAt(buffer, at));
    if (length > 0) {
      for (let offset = 0; offset < length; offset++) result[size++] = buffer[at + offset] ?? 0;
    } else if (!(joinsRuns && endsWithMark)) {
      size += MARK.copy(result, size);
    }
    endsWithMark = isMark;
    at += length || 1;
  }
  return result.toString('utf8', 0, size);
}

function isMarkAt(bytes: Uint8Array, at: number): boolean {
  return MARK.every((byte, offset) => bytes[at + offset] === byte);
}

/**
 * Length of the text without a sequence that its end cuts short, judged by lead bytes alone.
 *
 * Source: Dovecot lib/unichar.c, uni_utf8_partial_strlen_n. It trusts lead bytes, so a Latin-1 "é" before the
 * last line break takes that line break with it.
 */
export function completeUtf8Length(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const next = at + claimedLength(bytes[at] ?? 0);
    if (next > bytes.length) return at;
    at = next;
  }
  return at;
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes of the sequence that a lead byte announces; 1 for bytes that are no lead byte. */
function claimedLength(lead: number): number {
  if (lead < 0xc2) return 1;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  if (lead < 0xf8) return 4;
  if (lead < 0xfc) return 5;
  return lead < 0xfe ? 6 : 1;
}

// Second bytes that would make an overlong form, a surrogate or a code point beyond U+10FFFF (RFC 3629 §4).
const continuationRange = { lowest: 0x80, highest: 0xbf };
const secondByteRange = new Map([
  [0xe0, { lowest: 0xa0, highest: 0xbf }],
  [0xed, { lowest: 0x80, highest: 0x9f }],
  [0xf0, { lowest: 0x90, highest: 0xbf }],
  [0xf4, { lowest: 0x80, highest: 0x8f }],
]);

/** Length of the well-formed sequence at a position, 0 when there is none. RFC 3629 §4. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = claimedLength(lead);
  if (length === 1 || lead > 0xf4) return 0;
  const { lowest, highest } = secondByteRange.get(lead) ?? continuationRange;
  const second = bytes[at + 1] ?? 0;
  if (second < lowest || second > highest) return 0;
  const isComplete = at + length <= bytes.length && bytes.subarray(at + 2, at + length).every(isContinuation);
  return isComplete ? length : 0;
}

function isContinuation(byte: number): boolean {
  return byte >= continuationRange.lowest && byte <= continuationRange.highest;
}
