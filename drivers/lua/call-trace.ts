import { lua, type LuaState } from '#fengari';
import { toText } from './binding.ts';
import type { CalledFunction } from './protocol.ts';

/** Tables below this depth, and entries beyond this many, are shown as `…`: a trace is to be read. */
const MAX_DEPTH = 6;
const MAX_ENTRIES = 200;
/** Of all tables of one value: shared tables are shown wherever they are found. */
const MAX_ALL_ENTRIES = 2000;
/** Of all strings of one value. */
const MAX_TEXT_BYTES = 256 * 1024;

/** Remembers what the functions of a script were called with and gave. */
export interface CallTracer {
  reset(isOn: boolean): void;
  /** The arguments are the topmost `count` values of the stack. */
  enter(fn: string, count: number): void;
  /** It ended: the results are the topmost `count` values, or there was an error. */
  leave(count: number, error: string | undefined): void;
  /** The call since the reset; undefined when nothing was called or the tracer is off. */
  take(): CalledFunction | undefined;
}

export function createCallTracer(L: LuaState): CallTracer {
  let isOn = false;
  let called: CalledFunction | undefined;
  return {
    reset(on) {
      isOn = on;
      called = undefined;
    },
    enter(fn, count) {
      if (!isOn) return;
      called = { fn, args: Array.from({ length: count }, (_, at) => describeValue(L, at - count)) };
    },
    leave(count, error) {
      if (!called) return;
      if (error !== undefined) called = { ...called, error };
      else if (count > 0) called = { ...called, result: describeValue(L, -count) };
    },
    take: () => called,
  };
}

/** What may still be shown of one value. */
interface Room {
  entries: number;
  bytes: number;
}

/**
 * A Lua value as JSON: nil is null, a list an array, other tables objects; what JSON has no word for is its type
 * in angle brackets. Objects with a text of their own (users, mailboxes) are shown with their fields.
 */
export function describeValue(L: LuaState, index: number): unknown {
  return describe(L, index, 0, { entries: MAX_ALL_ENTRIES, bytes: MAX_TEXT_BYTES });
}

function describe(L: LuaState, index: number, depth: number, room: Room): unknown {
  switch (lua.lua_type(L, index)) {
    case lua.LUA_TNIL:
    case lua.LUA_TNONE:
      return null;
    case lua.LUA_TBOOLEAN:
      return lua.lua_toboolean(L, index);
    case lua.LUA_TNUMBER:
      return describeNumber(lua.lua_tonumber(L, index));
    case lua.LUA_TSTRING:
      return describeString(lua.lua_tostring(L, index) ?? new Uint8Array(), room);
    case lua.LUA_TTABLE:
      return depth < MAX_DEPTH ? describeTable(L, index, depth, room) : '…';
    default:
      return `<${toText(lua.lua_typename(L, lua.lua_type(L, index)))}>`;
  }
}

function describeNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function describeString(bytes: Uint8Array, room: Room): string {
  const shown = bytes.subarray(0, room.bytes);
  room.bytes -= shown.length;
  return shown.length < bytes.length ? `${toText(shown)}…` : toText(shown);
}

function describeTable(L: LuaState, index: number, depth: number, room: Room): unknown {
  const length = lua.lua_rawlen(L, index);
  const entries = readEntries(L, lua.lua_absindex(L, index), depth, room);
  if (length > 0 && entries.length === length) return entries.map(([, value]) => value);
  return Object.fromEntries(entries);
}

function readEntries(L: LuaState, table: number, depth: number, room: Room): [string, unknown][] {
  const entries: [string, unknown][] = [];
  lua.lua_checkstack(L, 3);
  lua.lua_pushnil(L);
  while (lua.lua_next(L, table) !== 0) {
    if (entries.length >= MAX_ENTRIES || room.entries <= 0) {
      lua.lua_pop(L, 2);
      entries.push(['…', '…']);
      break;
    }
    room.entries -= 1;
    entries.push([String(describe(L, -2, MAX_DEPTH, room)), describe(L, -1, depth + 1, room)]);
    lua.lua_pop(L, 1);
  }
  return entries;
}
