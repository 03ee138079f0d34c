import type { MessageData } from '#framework';
import { readFirstAddress } from './address.ts';
import { decodeHeader } from './header-decode.ts';
import { firstValue, type HeaderField } from './header-fields.ts';
import { parseMessageDate, type MessageDialect } from './message-date.ts';
import { parseMimeTree } from './mime-tree.ts';
import { messageSnippet } from './snippet.ts';
import { decodeUtf8PerByte, REPLACEMENT, toBytes, toByteText, type ByteText } from './utf8.ts';

export interface ParseMessageOptions {
  /** Default '2.3'. In 2.4 dates outside of 1970 to 2106 differ. */
  readonly dialect?: MessageDialect;
}

/**
 * The data of MessageNew or MessageAppend for a message, as Dovecot derives it. A key is absent when the
 * message has no such header, and '' when the header is empty. `date` and `tz` are 0 without a valid Date, the
 * snippet is '' without text. Flags, keywords and unseen are not set: the message does not know them.
 *
 * Headers that Dovecot passes on as they are (the keys of RawHeaders, and `subjectHeader`) are text here: each
 * byte that is not UTF-8 is U+FFFD, as in the ox driver's JSON. Lua scripts get the bytes: see parseRawHeaders.
 *
 * Never throws; takes time linear in the length.
 *
 * Source: Dovecot push-notification-event-message-common.c.
 */
export function parseMessage(message: Uint8Array, { dialect }: ParseMessageOptions = {}): MessageData {
  const text = toMessageText(message);
  const root = parseMimeTree(text);
  const subject = headerValue(root.fields, 'subject');
  return {
    ...parseMessageDate(headerValue(root.fields, 'date'), dialect),
    ...mapPresent(readRawHeaders(root.fields), toText),
    ...mapPresent(readDisplayNames(root.fields), toDecoded),
    ...mapPresent({ subject }, toDecoded),
    ...mapPresent({ subjectHeader: subject }, toText),
    ...rawWhereNeeded(readRawHeaders(root.fields)),
    snippet: messageSnippet(text, root),
  };
}

/** What Dovecot passes on byte by byte, in whatever charset it was sent. Absent as in MessageData. */
export type RawHeaders<Value = Uint8Array> = {
  readonly [Key in 'from' | 'fromAddress' | 'to' | 'toAddress' | 'messageId']?: Value;
};

/**
 * The header values that a Lua script sees, where they may differ from parseMessage's text: the bytes of the
 * message. All other fields of an event are always UTF-8.
 *
 * Source: Dovecot push-notification-event-message-common.c; push-notification-driver-lua.c.
 */
export function parseRawHeaders(message: Uint8Array): RawHeaders {
  return mapPresent(readRawHeaders(parseMimeTree(toMessageText(message)).fields), toBytes);
}

/** The bytes of those values that their text does not hold. */
function rawWhereNeeded(headers: RawHeaders<Maybe>): Pick<MessageData, 'rawHeaders'> {
  const raw: Record<string, string> = {};
  for (const [key, value = ''] of Object.entries(headers)) {
    const bytes = toBytes(value);
    if (!Buffer.from(toText(value)).equals(bytes)) raw[key] = bytes.toString('base64');
  }
  return Object.keys(raw).length > 0 ? { rawHeaders: raw } : {};
}

// Dovecot stores messages with LF line ends, losing a CR at the very end, and derives everything from that.
function toMessageText(message: Uint8Array): ByteText {
  return toByteText(message).replaceAll('\r\n', '\n').replace(/\r$/, '');
}

/** The fields before they are text or bytes. Undefined or absent: the message has no such header. */
function readRawHeaders(fields: readonly HeaderField[]): RawHeaders<ByteText | undefined> {
  const from = headerValue(fields, 'from');
  const to = headerValue(fields, 'to');
  return {
    from,
    fromAddress: from === undefined ? undefined : readFirstAddress(from).address,
    to,
    toAddress: to === undefined ? undefined : readFirstAddress(to).address,
    messageId: headerValue(fields, 'message-id'),
  };
}

function readDisplayNames(
  fields: readonly HeaderField[],
): Record<'fromDisplayName' | 'toDisplayName', Maybe> {
  const nameIn = (field: string): Maybe => readFirstAddress(headerValue(fields, field) ?? '').displayName;
  return { fromDisplayName: nameIn('from'), toDisplayName: nameIn('to') };
}

type Maybe = ByteText | undefined;

/** The first field of that name. NULs are U+FFFD in it, so that they do not end it. */
function headerValue(fields: readonly HeaderField[], name: string): Maybe {
  return firstValue(fields, name)?.replaceAll('\0', nulReplacement);
}

const nulReplacement: ByteText = toByteText(Buffer.from(REPLACEMENT));

function toText(value: ByteText): string {
  return decodeUtf8PerByte(toBytes(value));
}

function toDecoded(value: ByteText): string {
  return decodeHeader(toBytes(value));
}

/** Maps the values of an object and leaves out the keys that are undefined. */
function mapPresent<Key extends string, Value>(
  values: { readonly [K in Key]?: Maybe },
  map: (value: ByteText) => Value,
): { [K in Key]?: Value } {
  const mapped: { [K in Key]?: Value } = {};
  for (const key in values) {
    const value = values[key];
    if (value !== undefined) mapped[key] = map(value);
  }
  return mapped;
}
