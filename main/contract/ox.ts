/**
 * The JSON body that Dovecot's ox driver PUTs, hyphens included:
 *
 *   { "user": "alice", "event": "messageNew", "folder": "INBOX", "imap-uidvalidity": 1732276800,
 *     "imap-uid": 42, "from"?: "…", "subject"?: "…", "snippet"?: "…", "unseen"?: 3 }
 *
 * Source: Dovecot push-notification-driver-ox.c, push_notification_driver_ox_process_msg.
 */

/** The path of Open-Xchange's endpoint, which senders have in their configuration. */
export const OX_NOTIFY_PATH = '/preliminary/http-notify/v1/notify';

/** `host:port` as it stands in a URL: an IPv6 address in brackets (RFC 3986 §3.2.2). */
export function formatHostPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const UINT32_MAX = 0xffff_ffff;

/**
 * One notification on the wire. `from` and `subject` are raw header values: RFC 2047 words are still
 * encoded. `unseen` counts the unseen messages of the mailbox. Absent: the sender left the member out.
 */
export interface OxNotification {
  readonly user?: string;
  readonly event?: string;
  readonly folder?: string;
  readonly uidValidity?: number;
  readonly uid?: number;
  readonly from?: string;
  readonly subject?: string;
  readonly snippet?: string;
  readonly unseen?: number;
  /** Only form-encoded senders name the recipient. */
  readonly to?: string;
}

/** A notification with what was tolerated about it, in plain words. */
export interface DecodedOxNotification {
  readonly notification: OxNotification;
  readonly notes: readonly string[];
}

/** Stable codes, for senders that want to tell failures apart. */
export type OxErrorCode = 'empty_body' | 'not_json' | 'not_an_object' | 'bad_field';

/** The body cannot be read. `field` is the member at fault; absent when the body as a whole is. */
export class OxNotificationError extends Error {
  override readonly name = 'OxNotificationError';
  readonly code: OxErrorCode;
  readonly field: string | undefined;
  constructor(code: OxErrorCode, message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

/**
 * Decodes a JSON body. Every member is optional and unknown ones are ignored, as Open-Xchange does.
 * Recovers what Dovecot 2.2.19 to 2.2.24 sends for a missing text (`"from":,`).
 *
 * @throws OxNotificationError naming the first member that has a wrong type or is out of range.
 */
export function decodeOxNotification(text: string): DecodedOxNotification {
  if (text.trim() === '')
    throw new OxNotificationError('empty_body', 'The body is empty; send one JSON object');
  const notes: string[] = [];
  const members = parseObject(text, notes);
  return { notification: readMembers(members), notes };
}

/**
 * Decodes a form body as push scripts in Lua send it: `from=…&to=…&subject=…&snippet=…&user=…`,
 * `mailbox=…&from=…&subject=…` or `mailbox=…&recent=…&unseen=…&messages=…`.
 * `unseen` may be a float (`1.0`), as Lua 5.3 prints it.
 *
 * @throws OxNotificationError when there is no member, or a number is not one.
 */
export function decodeFormNotification(text: string): DecodedOxNotification {
  const form = new URLSearchParams(text);
  if ([...form.keys()].every((key) => !formKeys.has(key))) {
    throw new OxNotificationError('empty_body', 'The form has none of the members of a notification');
  }
  const members: Record<string, unknown> = {};
  for (const [key, value] of form) members[formKeys.get(key) ?? key] = value;
  for (const key of ['imap-uid', 'imap-uidvalidity', 'unseen']) {
    if (typeof members[key] === 'string')
      members[key] = Number(members[key] === '' ? Number.NaN : members[key]);
  }
  return { notification: readMembers(members), notes: ['Sent as a form, as Lua push scripts do'] };
}

const formKeys = new Map([
  ['mailbox', 'folder'],
  ...[
    'folder',
    'from',
    'to',
    'subject',
    'snippet',
    'user',
    'event',
    'unseen',
    'imap-uid',
    'imap-uidvalidity',
  ].map((key): [string, string] => [key, key]),
]);

function parseObject(text: string, notes: string[]): Record<string, unknown> {
  const value = parseLeniently(text, notes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OxNotificationError('not_an_object', 'The body is JSON but not an object');
  }
  return value as Record<string, unknown>;
}

function parseLeniently(text: string, notes: string[]): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const mended = fillMissingValues(text);
    if (mended === text) throw notJson(error);
    try {
      const value: unknown = JSON.parse(mended);
      notes.push('Malformed JSON with a missing value, as Dovecot 2.2.19 to 2.2.24 sends it; read as absent');
      return value;
    } catch {
      throw notJson(error);
    }
  }
}

function notJson(error: unknown): OxNotificationError {
  const detail = error instanceof Error ? error.message : 'unreadable';
  // V8 quotes the text it could not read; the text is in the row already.
  return new OxNotificationError('not_json', `The body is not JSON: ${detail.slice(0, 120)}`);
}

// Strings are matched whole, so that a colon inside one is left alone.
function fillMissingValues(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|:(\s*)(?=[,}])/gs, (match) =>
    match.startsWith(':') ? ':null' : match,
  );
}

function readMembers(members: Record<string, unknown>): OxNotification {
  const unseen = readUint32(members, 'unseen') ?? readUint32(members, 'unread');
  return dropAbsent({
    user: readUser(members),
    event: readText(members, 'event'),
    folder: readText(members, 'folder'),
    uidValidity: readUint32(members, 'imap-uidvalidity'),
    uid: readUint32(members, 'imap-uid'),
    from: readText(members, 'from'),
    to: readText(members, 'to'),
    subject: readText(members, 'subject'),
    snippet: readText(members, 'snippet'),
    unseen,
  });
}

function readUser(members: Record<string, unknown>): string | undefined {
  return typeof members['user'] === 'number' ? String(members['user']) : readText(members, 'user');
}

function member(members: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(members, key) ? (members[key] ?? undefined) : undefined;
}

function readText(members: Record<string, unknown>, key: string): string | undefined {
  const value = member(members, key);
  if (value === undefined || typeof value === 'string') return value?.toWellFormed();
  throw new OxNotificationError('bad_field', `${key} must be a string, not ${nameOfType(value)}`, key);
}

function readUint32(members: Record<string, unknown>, key: string): number | undefined {
  const value = member(members, key);
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > UINT32_MAX) {
    const given = typeof value === 'number' ? String(value) : nameOfType(value);
    throw new OxNotificationError(
      'bad_field',
      `${key} must be a whole number from 0 to ${UINT32_MAX}, not ${given}`,
      key,
    );
  }
  return value;
}

function nameOfType(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function dropAbsent(notification: {
  [Key in keyof OxNotification]: OxNotification[Key] | undefined;
}): OxNotification {
  const present: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(notification)) if (value !== undefined) present[key] = value;
  return present;
}

/** What the ox driver writes; all members it always sends are required. */
export interface OxNotificationToSend extends OxNotification {
  readonly user: string;
  readonly folder: string;
  readonly uidValidity: number;
  readonly uid: number;
}

/** Dovecot 2.3 writes `\u001b`, 2.4 writes `\u001B`. */
export interface OxEncoding {
  readonly hexDigits: 'lower' | 'upper';
}

/**
 * Encodes the body exactly as Dovecot does: one line, members in its order, only what JSON must escape
 * escaped, and U+2028 and U+2029 escaped too. Without an encoding the digits are those of Dovecot 2.3.
 *
 * Source: Dovecot push-notification-driver-ox.c; lib/json-parser.c, json_append_escaped (2.3);
 * lib-json/json-generator.c (2.4).
 */
export function encodeOxNotification(
  notification: OxNotificationToSend,
  { hexDigits }: OxEncoding = { hexDigits: 'lower' },
): string {
  const quote = hexDigits === 'lower' ? quoteText : quoteTextInUpperCase;
  const { user, folder, uidValidity, uid, from, subject, snippet, unseen } = notification;
  const members = [
    `"user":${quote(user)}`,
    '"event":"messageNew"',
    `"folder":${quote(folder)}`,
    `"imap-uidvalidity":${uidValidity}`,
    `"imap-uid":${uid}`,
  ];
  if (from !== undefined) members.push(`"from":${quote(from)}`);
  if (subject !== undefined) members.push(`"subject":${quote(subject)}`);
  if (snippet !== undefined) members.push(`"snippet":${quote(snippet)}`);
  if (unseen !== undefined) members.push(`"unseen":${unseen}`);
  return `{${members.join(',')}}`;
}

function quoteTextInUpperCase(text: string): string {
  // Every escape is matched, so that the `u` after an escaped backslash is none.
  return quoteText(text).replace(/\\(?:u([0-9a-f]{4})|.)/g, (escape, digits: string | undefined) =>
    digits === undefined ? escape : `\\u${digits.toUpperCase()}`,
  );
}

function quoteText(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[\u2028\u2029]/g, (character) =>
    character === '\u2028' ? '\\u2028' : '\\u2029',
  );
}
