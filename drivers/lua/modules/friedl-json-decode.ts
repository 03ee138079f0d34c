import { lauxlib, lua, type LuaState } from '#fengari';
import { nameBytes, pushText } from '../binding.ts';
import { pushBinaryText, toBinaryText } from './binary-text.ts';

/** Arrays and objects that may lie within each other. */
const MAX_DEPTH = 10_000;

/** What is wrong, and where (bytes from 1; absent: at the end). */
class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly location: number | undefined;

  constructor(message: string, location?: number) {
    super(message);
    this.location = location;
  }
}

interface Reader {
  readonly L: LuaState;
  readonly text: string;
  /** From 0. */
  at: number;
  depth: number;
}

/**
 * `decode(text, arrayMeta, objectMeta)`: true and the value, or false, a message and the place, if it has one. The
 * metatables, which may be nil, are given to what is made.
 *
 * Source: JSON.lua by Jeffrey Friedl, 20161109.21 and its documentation. As there, null is nil.
 */
export function decodeFriedlJson(L: LuaState): number {
  lua.lua_settop(L, 3);
  const reader: Reader = { L, text: toBinaryText(lauxlib.luaL_checklstring(L, 1)), at: 0, depth: 0 };
  lua.lua_pushboolean(L, true);
  try {
    pushValue(reader);
    skipSpace(reader);
    if (reader.at < reader.text.length) throw new DecodeError('trailing garbage', reader.at + 1);
    return 2;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    lua.lua_settop(L, 3);
    lua.lua_pushboolean(L, false);
    pushText(L, error.message);
    if (error.location === undefined) return 2;
    lua.lua_pushinteger(L, error.location);
    return 3;
  }
}

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  reader.at += found?.length ?? 0;
  return found;
}

function skipSpace(reader: Reader): void {
  take(reader, /[ \n\r\t]+/y);
}

function fail(reader: Reader, message: string): never {
  throw new DecodeError(message, reader.at + 1);
}

function pushValue(reader: Reader): void {
  const { L, text } = reader;
  skipSpace(reader);
  const first = text[reader.at];
  if (first === undefined) throw new DecodeError('unexpected end of string');
  if (first === '"') return pushBinaryText(L, readString(reader));
  if (/[-0-9]/.test(first)) return pushNumber(reader);
  if (first === '{' || first === '[') return pushTable(reader, first === '{');
  const word = take(reader, /true|false|null/y);
  if (word === undefined) return fail(reader, "can't parse JSON");
  if (word === 'null') lua.lua_pushnil(L);
  else lua.lua_pushboolean(L, word === 'true');
}

function pushNumber(reader: Reader): void {
  const { L } = reader;
  const digits = take(reader, /-?(?:[1-9]\d*|0)(?:\.\d+)?(?:[eE][-+]?\d+)?/y);
  if (digits === undefined) return fail(reader, 'expected number');
  lua.lua_getglobal(L, nameBytes('tonumber'));
  pushText(L, digits);
  lua.lua_call(L, 1, 1);
}

function readString(reader: Reader): string {
  const start = reader.at;
  if (reader.text[start] !== '"') fail(reader, "expected string's opening quote");
  reader.at++;
  let out = '';
  for (;;) {
    out += take(reader, /[^"\\]+/y) ?? '';
    if (take(reader, /"/y) !== undefined) return out;
    const escape = take(
      reader,
      /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[^]/y,
    );
    if (escape === undefined) throw new DecodeError('unclosed string', start + 1);
    out += unescape(escape);
  }
}

const controls: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function unescape(escape: string): string {
  const units = [...escape.matchAll(/\\u([0-9a-fA-F]{4})/g)].map(([, hex = '']) => Number.parseInt(hex, 16));
  if (units.length === 0) return controls[escape[1] ?? ''] ?? escape.slice(1);
  const isLoneSurrogate = units.length === 1 && (units[0] ?? 0) >= 0xd800 && (units[0] ?? 0) <= 0xdfff;
  return Buffer.from(isLoneSurrogate ? '?' : String.fromCharCode(...units), 'utf8').toString('latin1');
}

function pushTable(reader: Reader, isObject: boolean): void {
  const { L, text } = reader;
  const start = reader.at;
  const [end, open] = isObject ? ['}', '{'] : [']', '['];
  if (++reader.depth > MAX_DEPTH || !lua.lua_checkstack(L, 8)) fail(reader, 'too deeply nested');
  lua.lua_newtable(L);
  lua.lua_pushvalue(L, isObject ? 3 : 2);
  lua.lua_setmetatable(L, -2);
  reader.at++;
  skipSpace(reader);
  let isEmpty = text[reader.at] === end;
  for (let index = 1; !isEmpty; index++) {
    if (reader.at >= text.length) throw new DecodeError(`unclosed '${open}'`, start + 1);
    pushItem(reader, isObject, index);
    skipSpace(reader);
    if (text[reader.at] === end) isEmpty = true;
    else if (text[reader.at] !== ',') fail(reader, `expected comma or '${end}'`);
    else {
      reader.at++;
      skipSpace(reader);
    }
  }
  reader.at++;
  reader.depth--;
}

function pushItem(reader: Reader, isObject: boolean, index: number): void {
  const { L, text } = reader;
  if (!isObject) {
    pushValue(reader);
    lua.lua_rawseti(L, -2, index);
    return;
  }
  pushBinaryText(L, readString(reader));
  skipSpace(reader);
  if (text[reader.at] !== ':') fail(reader, 'expected colon');
  reader.at++;
  pushValue(reader);
  lua.lua_rawset(L, -3);
}
