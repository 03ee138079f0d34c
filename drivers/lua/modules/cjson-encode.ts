import { lua, type LuaState } from '#fengari';
import { raiseHere, toText } from '../binding.ts';
import { createByteBuilder, type ByteBuilder } from './byte-builder.ts';
import { formatG } from './c-number-text.ts';
import type { CjsonOptions } from './cjson-options.ts';

/** Bytes of one JSON text at most: beyond it the program's own memory would be at stake. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;

/**
 * The value on top of the stack as JSON. Source: Lua CJSON 2.1.0, json_append_data.
 *
 * @throws a Lua error for values that JSON has no form for
 */
export function encodeCjson(L: LuaState, options: CjsonOptions): Uint8Array {
  const out = createByteBuilder();
  appendValue({ L, options, out }, 0);
  return out.finish();
}

interface Encoding {
  readonly L: LuaState;
  readonly options: CjsonOptions;
  readonly out: ByteBuilder;
}

function appendValue(encoding: Encoding, depth: number): void {
  const { L, out } = encoding;
  if (out.length > MAX_JSON_BYTES) raiseHere(L, `Cannot serialise, more than ${MAX_JSON_BYTES} bytes`);
  switch (lua.lua_type(L, -1)) {
    case lua.LUA_TSTRING:
      return appendString(out, lua.lua_tostring(L, -1) ?? new Uint8Array());
    case lua.LUA_TNUMBER:
      return appendNumber(encoding, -1);
    case lua.LUA_TBOOLEAN:
      return out.text(lua.lua_toboolean(L, -1) ? 'true' : 'false');
    case lua.LUA_TTABLE:
      return appendTable(encoding, depth + 1);
    case lua.LUA_TNIL:
      return out.text('null');
    case lua.LUA_TLIGHTUSERDATA:
      if (lua.lua_touserdata(L, -1) === null) return out.text('null');
      return fail(encoding, -1, 'type not supported');
    default:
      return fail(encoding, -1, 'type not supported');
  }
}

function fail({ L }: Encoding, index: number, reason: string): never {
  const type = toText(lua.lua_typename(L, lua.lua_type(L, index)));
  return raiseHere(L, `Cannot serialise ${type}: ${reason}`);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const escapes = new Map<number, string>([
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [QUOTE, '\\"'],
  [0x2f, '\\/'],
  [BACKSLASH, '\\\\'],
  [0x7f, '\\u007f'],
]);
for (let code = 0; code < 0x20; code++) {
  if (!escapes.has(code)) escapes.set(code, `\\u${code.toString(16).padStart(4, '0')}`);
}

function appendString(out: ByteBuilder, bytes: Uint8Array): void {
  out.byte(QUOTE);
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    const escape = escapes.get(bytes[at] ?? 0);
    if (escape === undefined) continue;
    out.bytes(bytes, from, at);
    out.text(escape);
    from = at + 1;
  }
  out.bytes(bytes, from);
  out.byte(QUOTE);
}

function appendNumber(encoding: Encoding, index: number): void {
  const { L, options, out } = encoding;
  const value = lua.lua_tonumber(L, index);
  if (Number.isFinite(value)) return out.text(formatG(value, options.numberPrecision));
  if (options.encodeInvalidNumbers === false) return fail(encoding, index, 'must not be NaN or Inf');
  return out.text(options.encodeInvalidNumbers === 'null' ? 'null' : formatG(value, 1));
}

function appendTable(encoding: Encoding, depth: number): void {
  const { L, options } = encoding;
  if (depth > options.encodeMaxDepth || !lua.lua_checkstack(L, 4)) {
    raiseHere(L, `Cannot serialise, excessive nesting (${depth})`);
  }
  const length = arrayLength(encoding);
  if (length > 0) appendArray(encoding, length, depth);
  else appendObject(encoding, depth);
}

/** The highest index when all keys are positive integers, else -1; 0 for an empty table. */
function arrayLength(encoding: Encoding): number {
  const { L, options } = encoding;
  let max = 0;
  let items = 0;
  lua.lua_pushnil(L);
  while (lua.lua_next(L, -2)) {
    const key = lua.lua_type(L, -2) === lua.LUA_TNUMBER ? lua.lua_tonumber(L, -2) : 0;
    if (!(key >= 1 && Number.isInteger(key))) {
      lua.lua_pop(L, 2);
      return -1;
    }
    max = Math.max(max, key);
    items++;
    lua.lua_pop(L, 1);
  }
  const { sparseRatio, sparseSafe, sparseConvert } = options;
  if (sparseRatio === 0 || max <= items * sparseRatio || max <= sparseSafe) return max;
  return sparseConvert ? -1 : fail(encoding, -1, 'excessively sparse array');
}

function appendArray(encoding: Encoding, length: number, depth: number): void {
  const { L, out } = encoding;
  out.text('[');
  for (let index = 1; index <= length; index++) {
    if (index > 1) out.text(',');
    lua.lua_rawgeti(L, -1, index);
    appendValue(encoding, depth);
    lua.lua_pop(L, 1);
  }
  out.text(']');
}

function appendObject(encoding: Encoding, depth: number): void {
  const { L, out } = encoding;
  let separator = '{';
  lua.lua_pushnil(L);
  while (lua.lua_next(L, -2)) {
    out.text(separator);
    separator = ',';
    appendKey(encoding);
    out.text(':');
    appendValue(encoding, depth);
    lua.lua_pop(L, 1);
  }
  out.text(separator === '{' ? '{}' : '}');
}

function appendKey(encoding: Encoding): void {
  const { L, out } = encoding;
  const type = lua.lua_type(L, -2);
  if (type === lua.LUA_TSTRING) return appendString(out, lua.lua_tostring(L, -2) ?? new Uint8Array());
  if (type !== lua.LUA_TNUMBER) return fail(encoding, -2, 'table key must be a number or string');
  out.byte(QUOTE);
  appendNumber(encoding, -2);
  out.byte(QUOTE);
}
