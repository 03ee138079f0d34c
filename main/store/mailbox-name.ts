/** The mailbox that every user has. Its name is matched ignoring case (RFC 3501 §5.1). */
export const INBOX = 'INBOX';

/** Between the levels of a name. */
export const SEPARATOR = '/';

/** Dovecot's limit for a name (MAILBOX_LIST_NAME_MAX_LENGTH), in bytes. */
const MAX_NAME_BYTES = 4096;

/** INBOX in upper case, alone and as the first level; everything else as given. */
export function normalizeMailboxName(name: string): string {
  return name.replace(/^inbox(?=\/|$)/i, INBOX);
}

/**
 * Why no mailbox can have that name, in Dovecot's words; undefined when one can.
 *
 * A dot separates levels on the disk of the recorded servers (Maildir++), and so cannot be part of one.
 *
 * Source: Dovecot mail-storage.c, mailbox_verify_name; mailbox-list.c, mailbox_list_is_valid_name.
 */
export function mailboxNameProblem(name: string): string | undefined {
  if (name.startsWith('~')) return "Invalid mailbox name: Begins with '~'";
  const levels = name.split(SEPARATOR);
  if (name.includes('.')) return "Character not allowed in mailbox name: '.'";
  if (/\p{Cc}/u.test(name)) return 'Control characters not allowed in new mailbox names';
  if (!name.isWellFormed() || levels.includes('') || Buffer.byteLength(name) > MAX_NAME_BYTES)
    return 'Invalid mailbox name';
  return undefined;
}

/**
 * Why a mailbox of that name cannot be opened, in Dovecot's words; undefined when it is a name like any other.
 *
 * Source: Dovecot mail-storage.c, mailbox_verify_name and mailbox_name_verify_separators; observed with 2.3.19.
 */
export function openingProblem(name: string): string | undefined {
  if (name.includes('.')) return "Character not allowed in mailbox name: '.'";
  const reason = [...refusals].find(([, isRefused]) => isRefused(name))?.[0];
  return reason === undefined ? undefined : `Invalid mailbox name: ${reason}`;
}

const refusals: ReadonlyMap<string, (name: string) => boolean> = new Map([
  ['Name is empty', (name) => name === ''],
  // Dovecot's process dies of such a name (mailbox_alloc).
  ['Not valid UTF-8', (name) => !name.isWellFormed()],
  ['Begins with hierarchy separator', (name) => name.startsWith(SEPARATOR)],
  ['Ends with hierarchy separator', (name) => name.endsWith(SEPARATOR)],
  ['Has adjacent hierarchy separators', (name) => name.includes(SEPARATOR + SEPARATOR)],
  ["Begins with '~'", (name) => name.startsWith('~')],
]);

/** The name as the storage has it: modified UTF-7, levels by dots (Maildir++). */
export function storageName(name: string): string {
  return encodeMailboxName(name).replaceAll(SEPARATOR, '.');
}

/** True when `name` lies below `parent` in the hierarchy. */
export function isBelow(name: string, parent: string): boolean {
  return name.startsWith(`${parent}${SEPARATOR}`);
}

const shifted = /&([A-Za-z0-9+,]*)-/g;

/**
 * A mailbox name from the IMAP wire: modified UTF-7 (RFC 3501 §5.1.3). Undefined when it is none.
 *
 * Example: `Entw&APw-rfe` is Entwürfe, `&-` is an ampersand.
 */
export function decodeMailboxName(wire: string): string | undefined {
  if (/[^\x20-\x7e]/.test(wire)) return undefined;
  const rest = wire.replace(shifted, '');
  if (rest.includes('&')) return undefined;
  let valid = true;
  const name = wire.replace(shifted, (_match, encoded: string) => {
    const text = encoded === '' ? '&' : decodeUtf16(encoded);
    valid &&= text !== undefined;
    return text ?? '';
  });
  return valid && name.isWellFormed() ? name : undefined;
}

function decodeUtf16(encoded: string): string | undefined {
  const bytes = Buffer.from(encoded.replaceAll(',', '/'), 'base64');
  if (bytes.length === 0 || bytes.length % 2 !== 0) return undefined;
  const text = bytes.swap16().toString('utf16le');
  // What can be written plainly must be (RFC 3501 §5.1.3).
  return /[\x20-\x7e]/.test(text) ? undefined : text;
}

/** A mailbox name for the IMAP wire: modified UTF-7. */
export function encodeMailboxName(name: string): string {
  return name.replaceAll('&', '&-').replace(/[^\x20-\x7e]+/g, (text) => `&${encodeUtf16(text)}-`);
}

function encodeUtf16(text: string): string {
  const bytes = Buffer.from(text, 'utf16le').swap16();
  return bytes.toString('base64').replaceAll('=', '').replaceAll('/', ',');
}
