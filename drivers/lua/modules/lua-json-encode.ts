import { lauxlib, lua, type LuaState } from '#fengari';
import { nameBytes, raise, toText } from '../binding.ts';
import { binaryTextAt, toBinaryText, fromBinaryText } from './binary-text.ts';

/** Tables that may lie within each other. */
const MAX_DEPTH = 10_000;
const FOLDER = '/usr/share/lua/5.4/json/encode';
const FLAGS = 2;

interface Encoding {
  readonly L: LuaState;
  readonly nan: boolean;
  readonly inf: boolean;
  readonly out: string[];
  /** The tables that are being written. */
  readonly open: Set<unknown>;
}

/**
 * `encode(value, flags)`: a value as lua-json writes it; its null and undefined are functions.
 *
 * Source: lua-json 1.3.4, json/encode.lua and what it loads.
 */
export function encodeLuaJson(L: LuaState): number {
  lua.lua_settop(L, 2);
  const flag = (name: string): boolean => {
    lua.lua_getfield(L, FLAGS, nameBytes(name));
    const isOn = lua.lua_toboolean(L, -1);
    lua.lua_pop(L, 1);
    return isOn;
  };
  if (flag('initialObject') && !lua.lua_istable(L, 1)) {
    raise(L, `${FOLDER}.lua:120: Invalid arguments: expects a JSON Object or Array at the root`);
  }
  const encoding: Encoding = { L, nan: flag('nan'), inf: flag('inf'), out: [], open: new Set() };
  lua.lua_pushvalue(L, 1);
  append(encoding);
  lua.lua_pushstring(L, fromBinaryText(encoding.out.join('')));
  return 1;
}

/** Writes the value on top of the stack. */
function append(encoding: Encoding): void {
  const { L, out } = encoding;
  const type = lua.lua_type(L, -1);
  switch (type) {
    case lua.LUA_TSTRING:
      out.push(quote(binaryTextAt(L, -1) ?? ''));
      return;
    case lua.LUA_TNUMBER:
      out.push(numberText(encoding));
      return;
    case lua.LUA_TBOOLEAN:
      out.push(lua.lua_toboolean(L, -1) ? 'true' : 'false');
      return;
    case lua.LUA_TNIL:
      out.push('null');
      return;
    case lua.LUA_TTABLE:
      return appendTable(encoding);
    case lua.LUA_TFUNCTION:
      out.push(markerText(L));
      return;
    default:
      raise(
        L,
        `${FOLDER}.lua:81: Failed to encode value, unhandled type: ${toText(lua.lua_typename(L, type))}`,
      );
  }
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function quote(text: string): string {
  // eslint-disable-next-line no-control-regex
  const escaped = text.replace(/[\\"/\0-\x1f]/g, (char) => {
    const code = char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return escapes[char] ?? `\\u${code}`;
  });
  return `"${escaped}"`;
}

function numberText({ L, nan, inf }: Encoding): string {
  const value = lua.lua_tonumber(L, -1);
  if (Number.isNaN(value))
    return nan ? 'NaN' : raise(L, `${FOLDER}/number.lua:30: Invalid number: NaN not enabled`);
  if (Number.isFinite(value)) return binaryTextAt(L, -1) ?? '';
  if (!inf) raise(L, `${FOLDER}/number.lua:${value > 0 ? 34 : 38}: Invalid number: Infinity not enabled`);
  return value > 0 ? 'Infinity' : '-Infinity';
}

function markerText(L: LuaState): string {
  for (const name of ['null', 'undefined']) {
    lua.lua_getfield(L, FLAGS, nameBytes(name));
    const isIt = lua.lua_rawequal(L, -1, -2);
    lua.lua_pop(L, 1);
    if (isIt && name === 'undefined') checkUndefined(L);
    if (isIt) return name;
  }
  return raise(L, `${FOLDER}.lua:88: Failed to encode value, encoders for function deny encoding`);
}

function checkUndefined(L: LuaState): void {
  lua.lua_getfield(L, FLAGS, nameBytes('allowUndefined'));
  if (!lua.lua_toboolean(L, -1)) {
    raise(L, `${FOLDER}/others.lua:37: Invalid value: Unsupported 'Undefined' parameter`);
  }
  lua.lua_pop(L, 1);
}

function appendTable(encoding: Encoding): void {
  const { L, open } = encoding;
  const identity = lua.lua_topointer(L, -1);
  if (open.has(identity)) raise(L, `${FOLDER}.lua:125: Recursive encoding of value`);
  if (open.size >= MAX_DEPTH || !lua.lua_checkstack(L, 8)) raise(L, 'too many nested tables');
  open.add(identity);
  if (isArray(L)) appendArray(encoding);
  else appendObject(encoding);
  open.delete(identity);
}

/** Marked as one, of a length that it says itself, or a list without other keys; an empty table is none. */
function isArray(L: LuaState): boolean {
  if (hasArrayMark(L)) return true;
  const length = listLength(L);
  if (length === 0) return false;
  if (ownCount(L) !== undefined) return true;
  lua.lua_pushnil(L);
  while (lua.lua_next(L, -2)) {
    const key = lua.lua_type(L, -2) === lua.LUA_TNUMBER ? lua.lua_tonumber(L, -2) : 0;
    lua.lua_pop(L, 1);
    if (key >= 1 && key <= length && Number.isInteger(key)) continue;
    lua.lua_pop(L, 1);
    return false;
  }
  return true;
}

/** As `#`, and 0 for a table that does not begin at 1, where the length is whatever the implementation finds. */
function listLength(L: LuaState): number {
  const hasFirst = lua.lua_geti(L, -1, 1) !== lua.LUA_TNIL;
  lua.lua_pop(L, 1);
  return hasFirst ? lauxlib.luaL_len(L, -1) : 0;
}

function hasArrayMark(L: LuaState): boolean {
  if (!lua.lua_getmetatable(L, -1)) return false;
  lua.lua_getfield(L, FLAGS, nameBytes('arrayMeta'));
  let isMarked = lua.lua_rawequal(L, -1, -2);
  lua.lua_getfield(L, -2, nameBytes('__is_luajson_array'));
  isMarked ||= lua.lua_toboolean(L, -1);
  lua.lua_pop(L, 3);
  return isMarked;
}

function ownCount(L: LuaState): number | undefined {
  lua.lua_getfield(L, -1, nameBytes('n'));
  const count = lua.lua_type(L, -1) === lua.LUA_TNUMBER ? lua.lua_tonumber(L, -1) : 0;
  lua.lua_pop(L, 1);
  return Number.isInteger(count) && count >= 1 ? count : undefined;
}

function appendArray(encoding: Encoding): void {
  const { L, out } = encoding;
  const count = ownCount(L) ?? listLength(L);
  out.push('[');
  for (let index = 1; index <= count; index++) {
    if (index > 1) out.push(',');
    lua.lua_geti(L, -1, index);
    append(encoding);
    lua.lua_pop(L, 1);
  }
  out.push(']');
}

function appendObject(encoding: Encoding): void {
  const { L, out } = encoding;
  let separator = '{';
  lua.lua_pushnil(L);
  while (lua.lua_next(L, -2)) {
    const type = lua.lua_type(L, -2);
    const isKey = type === lua.LUA_TSTRING || type === lua.LUA_TNUMBER || type === lua.LUA_TBOOLEAN;
    if (!isKey) raise(L, `Invalid object index type: ${toText(lua.lua_typename(L, type))}`);
    const key = toBinaryText(lauxlib.luaL_tolstring(L, -2));
    lua.lua_pop(L, 1);
    out.push(separator, quote(key), ':');
    separator = ',';
    append(encoding);
    lua.lua_pop(L, 1);
  }
  out.push(separator === '{' ? '{}' : '}');
}
