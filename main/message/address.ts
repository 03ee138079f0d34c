import { decodeHeader } from './header-decode.ts';
import { Rfc822Reader, type ReadResult } from './rfc822-reader.ts';

/** The first entry of an address header, undecoded. Both absent when the header names nobody. */
export interface RawAddress {
  readonly address?: string;
  readonly displayName?: string;
}

/** The first entry of an address header. */
export interface FirstAddress {
  /** `user@domain`, or what there is of it. Absent for a group and when there is only a name. */
  readonly address?: string;
  /** The decoded name: display name, trailing comment or label of the group. Absent when there is none. */
  readonly displayName?: string;
}

/**
 * The address and the name of the first mailbox or group in a From or To header, read as tolerantly as Dovecot
 * reads it. The members of a group and all later entries are not looked at.
 *
 *   '=?utf-8?q?=C3=84?= <a@example.org>, b@example.org'  →  { address: 'a@example.org', displayName: 'Ä' }
 *   'undisclosed-recipients:;'                           →  { displayName: 'undisclosed-recipients' }
 *
 * Never throws.
 *
 * Source: RFC 5322 §3.4; Dovecot push-notification-event-message-common.c, decode_address_header;
 * lib-mail/message-address.c.
 */
export function firstAddress(rawHeader: string): FirstAddress {
  const { address, displayName } = readFirstAddress(rawHeader);
  return {
    ...(address !== undefined && { address }),
    ...(displayName !== undefined && { displayName: decodeHeader(displayName) }),
  };
}

/** The same without decoding the name. The text may also be byte text. */
export function readFirstAddress(header: string): RawAddress {
  const reader = new Rfc822Reader(header);
  if (reader.skipBlanks() !== 'more') return {};
  const start = reader.at;
  const label = reader.readPhrase();
  // A group: its members follow, but only the label counts.
  if (label.state === 'more' && reader.peek() === ':') return toRawAddress({ name: label.text });
  reader.at = start;
  return toRawAddress(readMailbox(reader));
}

interface Mailbox {
  readonly name?: string | undefined;
  readonly localPart?: string | undefined;
  readonly domain?: string | undefined;
}

function toRawAddress({ name, localPart = '', domain }: Mailbox): RawAddress {
  const address = domain ? `${localPart}@${domain}` : localPart;
  return { ...(address && { address }), ...(name && { displayName: name }) };
}

/** `[display-name] <address>`, or an address on its own. */
function readMailbox(reader: Rfc822Reader): Mailbox {
  const start = reader.at;
  const phrase = reader.readPhrase();
  if (phrase.state === 'more' && reader.peek() === '<')
    return { name: phrase.text, ...readAngleAddress(reader) };
  reader.at = start;
  return readAddressOrName(reader);
}

/** The part in angle brackets. What was read before an error is kept. */
function readAngleAddress(reader: Rfc822Reader): Mailbox {
  reader.at++;
  if (reader.skipBlanks() !== 'more') return {};
  if (reader.peek() === '@' && !skipRoute(reader)) return {};
  if (reader.peek() === '>') return {};
  const localPart = readLocalPart(reader);
  const domain = localPart.state === 'more' && reader.peek() === '@' ? reader.readDomain() : undefined;
  return { localPart: complete(localPart), domain: domain && complete(domain) };
}

/** Skips a source route `@a,@b:` (RFC 5322 §4.4), also a broken one. False when nothing is left after it. */
function skipRoute(reader: Rfc822Reader): boolean {
  let state = reader.state;
  while (reader.peek() === '@' && state === 'more') {
    state = reader.readDomain().state;
    while (state === 'more' && reader.skipBlanks() === 'more' && reader.peek() === ',') reader.at++;
  }
  if (state === 'more' && reader.peek() === ':') reader.at++;
  return reader.skipBlanks() === 'more';
}

/** An address without angle brackets, whose name is its last comment; or a name without an address. */
function readAddressOrName(reader: Rfc822Reader): Mailbox {
  reader.lastComment = '';
  const isQuoted = reader.peek() === '"';
  const localPart = readLocalPart(reader);
  const hasDomain = localPart.state !== 'end' && reader.peek() === '@';
  const domain = hasDomain ? complete(reader.readDomain()) : undefined;
  if (reader.lastComment !== '') return { name: reader.lastComment, localPart: complete(localPart), domain };
  if (hasDomain) return { localPart: complete(localPart), domain };
  const rest = reader.readPhrase();
  // One word is a mailbox, more of them are a name, and so is a quoted string.
  if (rest.text !== '') return { name: `${localPart.text} ${rest.text}` };
  return isQuoted ? { name: complete(localPart) } : { localPart: complete(localPart) };
}

/** What was read, unless reading failed. */
function complete({ state, text }: ReadResult): string | undefined {
  return state === 'bad' ? undefined : text;
}

function readLocalPart(reader: Rfc822Reader): ReadResult {
  return reader.peek() === '"' ? reader.readQuotedString() : readDottedLocalPart(reader);
}

/** Dots may stand anywhere: `.user`, `us..er`, `user.`. */
function readDottedLocalPart(reader: Rfc822Reader): ReadResult {
  let result: ReadResult = { state: 'bad', text: '' };
  do {
    const dots = skipDots(reader);
    result = { state: dots === '' ? result.state : reader.state, text: result.text + dots };
    if (reader.peek() === '@' || result.state === 'end') return result;
    const atom = reader.readAtom();
    result = { state: atom.state, text: result.text + atom.text };
  } while (result.state === 'more' && reader.peek() === '.');
  return result;
}

function skipDots(reader: Rfc822Reader): string {
  const start = reader.at;
  while (reader.peek() === '.') reader.at++;
  return reader.text.slice(start, reader.at);
}
