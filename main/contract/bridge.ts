/**
 * The JSON body that the bridge (assets/dovebell-bridge.lua) POSTs from a Dovecot server:
 *
 *   { "bridge": { "version": 1, "dovecot": "2.3", "http": "LuaSocket" },
 *     "transaction": { "id": "8uVxT0dZk1Qm-1", "part": 1, "parts": 1 },
 *     "server": { "host"?: "mail.example", "service"?: "lmtp", "session"?: "…" },
 *     "user": "alice@example.com", "committed": true,
 *     "events": [ { "name": "MessageNew", "mailbox": "INBOX", "uid": 5, "uidValidity": 7, … } ] }
 *
 * An event has the members of the event of that name (main/framework/events) but for `user`. Numbers are whole.
 * A transaction that was rolled back has `committed` false and no events. One with very many events comes in
 * `parts` bodies, in order, one after the other.
 *
 * Texts that were not UTF-8 on the server have U+FFFD for each octet that could not be read, and all their
 * octets in base64 in `bytes` of the same object: `"bytes": { "from": "…" }`, for a list one base64 an item.
 * `cut` names texts longer than 16 KB that were cut: `"cut": ["to"]`. Both stay in the report's `raw`.
 *
 * What Dovecot's Lua interface does not tell: the raw Subject header (`subject` is the decoded one), how many
 * messages are unseen, and whether an empty From or To was there at all; it is taken for absent.
 */
import { z } from 'zod';
import { findEvent, type EventDefinition, type PushEvent } from '#framework';

/** Where the bridge posts to. */
export const BRIDGE_PATH = '/dovebell/v1/transactions';
/** The version of the body that this program knows. */
export const BRIDGE_VERSION = 1;

/** What the server's side is known by. Absent: the server did not say. */
export interface BridgeServer {
  readonly host?: string;
  /** lmtp, imap, lda, doveadm. */
  readonly service?: string;
  readonly session?: string;
}

/** One body, decoded. `part` counts from 1 to `parts`. */
export interface BridgeTransaction {
  readonly id: string;
  readonly part: number;
  readonly parts: number;
  /** `2.3` or `2.4`. */
  readonly dovecot: string;
  readonly server: BridgeServer;
  readonly user: string;
  readonly committed: boolean;
  readonly events: readonly PushEvent[];
}

/** A transaction with what was tolerated about it, in plain words. */
export interface DecodedBridgeTransaction {
  readonly transaction: BridgeTransaction;
  readonly notes: readonly string[];
}

/** The body cannot be read. `field` is the member at fault, e.g. `events[2].uid`. */
export class BridgeTransactionError extends Error {
  override readonly name = 'BridgeTransactionError';
  readonly code: 'empty_body' | 'not_json' | 'not_an_object' | 'bad_field';
  readonly field: string | undefined;
  constructor(code: BridgeTransactionError['code'], message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

/** An id is made of a random number and a counter; other senders may have longer ones. */
const MAX_ID_LENGTH = 200;
const count = z.number().int().min(1);
const name = z.string().nullish();

const envelopeSchema = z.object({
  bridge: z.object({ version: count, dovecot: z.string() }),
  transaction: z.object({
    id: z.string().min(1).max(MAX_ID_LENGTH),
    part: count.default(1),
    parts: count.default(1),
  }),
  server: z.object({ host: name, service: name, session: name }).nullish(),
  user: z.string(),
  committed: z.boolean(),
  events: z.array(z.looseObject({ name: z.string() })),
});
type Envelope = z.output<typeof envelopeSchema>;

/**
 * Decodes a body. Members and events that are not known are left out and noted.
 *
 * @throws BridgeTransactionError naming the first member that is missing or wrong.
 */
export function decodeBridgeTransaction(text: string): DecodedBridgeTransaction {
  const envelope = readEnvelope(parseObject(text));
  const notes = createNotes();
  if (envelope.bridge.version > BRIDGE_VERSION) {
    notes.add(`Sent by a newer bridge (version ${envelope.bridge.version}, known is ${BRIDGE_VERSION})`);
  }
  const { id, part, parts } = envelope.transaction;
  if (part > parts) throw new BridgeTransactionError('bad_field', 'part is beyond parts', 'transaction.part');
  if (parts > 1) notes.add(`Part ${part} of ${parts} of one transaction`);
  if (!envelope.committed) notes.add('The server rolled this transaction back; nothing changed');
  const events = envelope.events.flatMap((event, index) => readEvent(event, index, envelope.user, notes));
  const { dovecot } = envelope.bridge;
  const { user, committed } = envelope;
  return {
    transaction: { id, part, parts, dovecot, server: readServer(envelope), user, committed, events },
    notes: notes.list(),
  };
}

function parseObject(text: string): object {
  if (text.trim() === '')
    throw new BridgeTransactionError('empty_body', 'The body is empty; send one JSON object');
  let value: unknown;
  try {
    value = JSON.parse(text, wellFormed);
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 120) : 'unreadable';
    throw new BridgeTransactionError('not_json', `The body is not JSON: ${detail}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new BridgeTransactionError('not_an_object', 'The body is JSON but not an object');
}

const wellFormed = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed() : value;

function readEnvelope(value: object): Envelope {
  const parsed = envelopeSchema.safeParse(value);
  if (!parsed.success) throw badField(parsed.error, '');
  return parsed.data;
}

function readServer({ server }: Envelope): BridgeServer {
  const { host, service, session } = server ?? {};
  return { ...(host && { host }), ...(service && { service }), ...(session && { session }) };
}

type RawEvent = Envelope['events'][number];

// Members of the bridge itself; they are described above and stay in `raw`.
const ownMembers = new Set(['bytes', 'cut']);
// Dovecot gives "" for a header that is missing.
const emptyIsAbsent = new Set(['from', 'fromAddress', 'fromDisplayName', 'to', 'toAddress', 'toDisplayName']);

function readEvent(raw: RawEvent, index: number, user: string, notes: Notes): PushEvent[] {
  const definition = findEvent(raw.name);
  if (!definition) {
    notes.add(`Unknown event “${raw.name.slice(0, 40)}”; left out`);
    return [];
  }
  const members = readMembers(raw, definition, notes);
  // Drivers that show or send the raw header get the decoded one, which a header may also be (RFC 6532).
  if (members['subject'] !== undefined) members['subjectHeader'] ??= members['subject'];
  const parsed = definition.schema.safeParse({ ...members, name: definition.name, user });
  if (!parsed.success) throw badField(parsed.error, `events[${index}]`);
  return [parsed.data as unknown as PushEvent];
}

function readMembers(raw: RawEvent, { schema }: EventDefinition, notes: Notes): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (ownMembers.has(key)) noteOwnMember(key, value, notes);
    else if (!Object.hasOwn(schema.shape, key)) notes.add(`Unknown member “${key.slice(0, 40)}” left out`);
    else if (value !== null && !(value === '' && emptyIsAbsent.has(key))) members[key] = value;
  }
  return members;
}

function noteOwnMember(key: string, value: unknown, notes: Notes): void {
  if (key === 'bytes' && typeof value === 'object' && value !== null) {
    for (const member of Object.keys(value))
      notes.add(`${member.slice(0, 40)} was not UTF-8; its octets are in “bytes” of the body`);
  }
  if (key === 'cut' && Array.isArray(value)) {
    for (const member of value) notes.add(`${String(member).slice(0, 40)} was too long and was cut`);
  }
}

function badField(error: z.ZodError, prefix: string): BridgeTransactionError {
  const [issue] = error.issues;
  const path = (issue?.path ?? []).reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    prefix,
  );
  return new BridgeTransactionError('bad_field', `${path}: ${issue?.message ?? 'is wrong'}`, path);
}

interface Notes {
  add(text: string): void;
  list(): string[];
}

/** A person reads the notes; the rest is more of the same. */
const MAX_NOTES = 20;

// The same thing may be true of a thousand events; it is said once.
function createNotes(): Notes {
  const texts = new Set<string>();
  return {
    add(text) {
      if (texts.size < MAX_NOTES) texts.add(text);
    },
    list: () => [...texts],
  };
}
