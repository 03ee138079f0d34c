import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseMessage, parseRawHeaders, type MessageDialect } from '#message';

/** A value that a Lua script saw: `["string", text]`, `["string-hex", hex]`, `["float", number, text]`, … */
type LuaValue = readonly [type: string, value?: unknown, ...rest: unknown[]];
export type LuaEvent = Readonly<Record<string, LuaValue>>;

/** Members of an ox request that come from the message. */
export interface OxFields {
  readonly from?: string;
  readonly subject?: string;
  readonly snippet?: string;
}

/** A message that a real Dovecot was given, and what its drivers reported about it. */
export interface MessageVector {
  readonly name: string;
  readonly message_base64: string;
  readonly lua?: LuaEvent;
  readonly ox?: OxFields;
}

interface Recording {
  readonly scenario: string;
  readonly input: unknown;
  readonly lua_calls?: readonly { readonly call: string; readonly event?: LuaEvent }[];
  readonly ox_requests?: readonly { readonly method: string; readonly body: string }[];
}

/** All vectors of a folder of recordings, none when the folder is not there. */
export function loadRecordedVectors(folder: string): MessageVector[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.flatMap((file) => toVectors(readJson(path.join(folder, file)) as Recording));
}

/** The vectors that are kept with the tests. */
export function loadFixtureVectors(folder: string): MessageVector[] {
  return readJson(path.join(folder, 'vectors.json')) as MessageVector[];
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** One vector for each reported message: what was reported, and the message it must come from. */
function toVectors({ scenario, input, lua_calls = [], ox_requests = [] }: Recording): MessageVector[] {
  const messages = [...new Set(findMessages(input))];
  const events = lua_calls.filter(
    ({ call }) => call === 'event_message_new' || call === 'event_message_append',
  );
  const lua = events.flatMap(({ event }) => (event?.['name'] ? [{ lua: event }] : []));
  const ox = ox_requests.map(({ body }) => ({ ox: JSON.parse(body) as OxFields }));
  return [...lua, ...ox].flatMap((reported, index) => {
    const vectors = messages.map((message) => ({
      name: `${scenario} ${index}`,
      message_base64: message,
      ...reported,
    }));
    // A recording may hold several messages; they differ in what is reported, so the nearest is the right one.
    return vectors.toSorted((one, other) => countDifferences(one) - countDifferences(other)).slice(0, 1);
  });
}

function findMessages(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('message_base64' in value) return [String(value.message_base64)];
  return Object.values(value).flatMap(findMessages);
}

function countDifferences(vector: MessageVector): number {
  const derived = derivedFields(vector, '2.3');
  const expected = expectedFields(vector);
  return Object.keys(expected).filter((key) => derived[key] !== expected[key]).length;
}

type Fields = Readonly<Record<string, string | number | undefined>>;

/** What the vector says, by driver and key; bytes in hexadecimal. */
export function expectedFields({ lua, ox }: MessageVector): Fields {
  const fields: Record<string, string | number | undefined> = {};
  for (const key of luaKeys) if (lua) fields[`lua ${key}`] = fromLua(lua[key]);
  for (const key of oxKeys) if (ox) fields[`ox ${key}`] = ox[key];
  return fields;
}

const luaKeys = [
  'date',
  'tz',
  'from',
  'from_address',
  'from_display_name',
  'to',
  'to_address',
  'to_display_name',
  'subject',
  'snippet',
  'message_id',
];
const oxKeys = ['from', 'subject', 'snippet'] as const;

function fromLua(value: LuaValue | undefined): string | number | undefined {
  if (value === undefined) return undefined;
  if (value[0] === 'string-hex') return String(value[1]);
  return value[0] === 'string' ? toHex(String(value[1])) : Number(value[1]);
}

function toHex(text: string | Uint8Array | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text as Uint8Array).toString('hex');
}

/** What we make of the vector's message, in the same form. */
export function derivedFields({ message_base64, lua, ox }: MessageVector, dialect: MessageDialect): Fields {
  const message = Buffer.from(message_base64, 'base64');
  const data = parseMessage(message, { dialect });
  const raw = parseRawHeaders(message);
  return {
    ...(lua && {
      'lua date': data.date,
      'lua tz': data.tz,
      // The Lua driver shows missing addresses as empty strings (observed.md, row 18).
      'lua from': toHex(raw.from ?? ''),
      'lua from_address': toHex(raw.fromAddress ?? ''),
      'lua from_display_name': toHex(data.fromDisplayName ?? ''),
      'lua to': toHex(raw.to ?? ''),
      'lua to_address': toHex(raw.toAddress ?? ''),
      'lua to_display_name': toHex(data.toDisplayName ?? ''),
      'lua subject': toHex(data.subject),
      'lua snippet': toHex(data.snippet),
      'lua message_id': toHex(raw.messageId),
    }),
    ...(ox && { 'ox from': data.from, 'ox subject': data.subjectHeader, 'ox snippet': data.snippet }),
  };
}
