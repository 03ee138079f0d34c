import { lua, type LuaState } from '#fengari';
import type { MessageData, PushEvent } from '#framework';
import { nameBytes, pushBytes, pushText } from './binding.ts';
import type { LuaDialect } from './script-context.ts';

/** Dovecot's bits of system flags (mail-types.h): what `flags` is in the document's dialect. */
const flagBits: ReadonlyMap<string, number> = new Map([
  ['\\Answered', 0x01],
  ['\\Flagged', 0x02],
  ['\\Deleted', 0x04],
  ['\\Seen', 0x08],
  ['\\Draft', 0x10],
  ['\\Recent', 0x20],
]);

/** What surrounds the event tables of one script. */
export interface EventTableOptions {
  readonly dialect: LuaDialect;
  readonly strict: boolean;
  /** Pushes the user whose event it is (dialect `document`). */
  readonly pushUser: () => void;
  /** Sets the metatable of the event on top of the stack; absent in strict mode. */
  readonly decorateEvent?: (L: LuaState) => void;
  /** The same for a list of flags. */
  readonly decorateFlags?: (L: LuaState) => void;
}

/**
 * Pushes an event as a script sees it. Numbers are floats, texts that nobody has are nil, but addresses are "".
 *
 * Source: Dovecot push-notification-driver-lua.c, push_notification_driver_lua_push_*.
 */
export function pushEventTable(L: LuaState, event: PushEvent, options: EventTableOptions): void {
  lua.lua_createtable(L, 0, 20);
  text(L, 'name', event.name);
  text(L, 'mailbox', event.mailbox);
  if (options.dialect === 'document') {
    options.pushUser();
    lua.lua_setfield(L, -2, nameBytes('user'));
  }
  if ('uid' in event) {
    number(L, 'uid_validity', event.uidValidity);
    number(L, 'uid', event.uid);
  }
  pushData(L, event, options);
  options.decorateEvent?.(L);
}

function pushData(L: LuaState, event: PushEvent, options: EventTableOptions): void {
  switch (event.name) {
    case 'MessageNew':
    case 'MessageAppend':
      pushMessage(L, event, options);
      return;
    case 'FlagsSet':
    case 'FlagsClear':
      if (options.dialect === 'document') pushDocumentFlags(L, event);
      else pushFlags(L, event, options);
      return;
    case 'MailboxRename':
      text(L, 'mailbox_old', event.mailboxOld);
      return;
    default:
  }
}

/** Texts that are "" where the message has none, and those that are nil. */
const addressKeys = {
  from: 'from',
  fromAddress: 'from_address',
  fromDisplayName: 'from_display_name',
  to: 'to',
  toAddress: 'to_address',
  toDisplayName: 'to_display_name',
} as const;
const textKeys = { subject: 'subject', snippet: 'snippet', messageId: 'message_id' } as const;

function pushMessage(L: LuaState, data: MessageData, options: EventTableOptions): void {
  number(L, 'date', data.date ?? 0);
  number(L, 'tz', data.tz ?? 0);
  for (const key of keysOf(addressKeys)) headerText(L, addressKeys[key], data, key);
  for (const key of keysOf(textKeys)) {
    if (data[key] !== undefined) headerText(L, textKeys[key], data, key);
  }
  // The document gives them to the events about flags only.
  if (options.dialect === 'document' && options.strict) return;
  list(L, 'flags', data.flags ?? [], options.decorateFlags);
  list(L, 'keywords', data.keywords ?? []);
}

function keysOf<Key extends string>(record: Readonly<Record<Key, string>>): readonly Key[] {
  return Object.keys(record) as Key[];
}

function headerText(
  L: LuaState,
  name: string,
  data: MessageData,
  key: keyof typeof addressKeys | keyof typeof textKeys,
): void {
  const raw = data.rawHeaders?.[key as keyof typeof data.rawHeaders];
  if (raw === undefined) text(L, name, data[key] ?? '');
  else {
    pushBytes(L, new Uint8Array(Buffer.from(raw, 'base64')));
    lua.lua_setfield(L, -2, nameBytes(name));
  }
}

type FlagsEvent = Extract<PushEvent, { name: 'FlagsSet' | 'FlagsClear' }>;

function pushFlags(L: LuaState, event: FlagsEvent, options: EventTableOptions): void {
  list(L, 'flags', event.flags, options.decorateFlags);
  list(L, 'keywords', event.keywords);
  if (event.name === 'FlagsSet') return;
  list(L, 'flags_old', event.flagsOld ?? [], options.decorateFlags);
  list(L, 'keywords_old', event.keywordsOld ?? []);
}

/** As the framework's document has it: no release ever did all of this at once. */
function pushDocumentFlags(L: LuaState, event: FlagsEvent): void {
  number(L, 'flags', bitsOf(event.flags));
  if (event.name === 'FlagsSet') {
    list(L, 'keywords_set', event.keywords);
    return;
  }
  list(L, 'keywords_clear', event.keywords);
  list(L, 'keywords_old', event.keywordsOld ?? []);
}

/** The bit mask of a list of system flags; other names count as nothing. */
export function bitsOf(flags: readonly string[]): number {
  return flags.reduce((bits, flag) => bits | (flagBits.get(flag) ?? 0), 0);
}

function text(L: LuaState, key: string, value: string): void {
  pushText(L, value);
  lua.lua_setfield(L, -2, nameBytes(key));
}

function number(L: LuaState, key: string, value: number): void {
  lua.lua_pushnumber(L, value);
  lua.lua_setfield(L, -2, nameBytes(key));
}

function list(L: LuaState, key: string, items: readonly string[], decorate?: (L: LuaState) => void): void {
  lua.lua_createtable(L, items.length, 0);
  for (const [at, item] of items.entries()) {
    pushText(L, item);
    lua.lua_rawseti(L, -2, at + 1);
  }
  decorate?.(L);
  lua.lua_setfield(L, -2, nameBytes(key));
}
