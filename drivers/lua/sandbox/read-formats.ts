import { lauxlib, lua, type LuaState } from '#fengari';
import { nameBytes } from '../binding.ts';
import type { ByteStream } from './byte-stream.ts';
import { readNumeral } from './read-numeral.ts';
import { pushFailure } from './results.ts';

const NEWLINE = 10;
const STAR = 42;

/**
 * Reads by the formats from argument `first` on (none: one line), and pushes the results: nil for the first that
 * fails, and none after it. The number of results. Source: Lua liolib.c, g_read.
 */
export function readFormats(L: LuaState, stream: ByteStream, first: number): number {
  const last = lua.lua_gettop(L);
  try {
    if (last < first) {
      pushLine(L, stream, false);
      return 1;
    }
    lauxlib.luaL_checkstack(L, last - first + 21, nameBytes('too many arguments'));
    for (let arg = first; arg <= last; arg += 1) {
      if (!readOne(L, stream, arg)) return arg - first + 1;
    }
    return last - first + 1;
  } catch (error) {
    return pushFailure(L, error);
  }
}

/** False when there was nothing to read: nil is pushed. */
function readOne(L: LuaState, stream: ByteStream, arg: number): boolean {
  if (lua.lua_type(L, arg) === lua.LUA_TNUMBER)
    return pushCount(L, stream, lauxlib.luaL_checkinteger(L, arg));
  switch (readLetter(L, arg)) {
    case 'n':
      return readNumeral(L, stream);
    case 'l':
      return pushLine(L, stream, false);
    case 'L':
      return pushLine(L, stream, true);
    case 'a':
      lua.lua_pushstring(L, stream.takeAll());
      return true;
    default:
      return lauxlib.luaL_argerror(L, arg, nameBytes('invalid format'));
  }
}

/** The star that Lua 5.2 had before it is skipped. */
function readLetter(L: LuaState, arg: number): string {
  const format = lauxlib.luaL_checkstring(L, arg);
  return String.fromCharCode(format[format[0] === STAR ? 1 : 0] ?? 0);
}

function pushCount(L: LuaState, stream: ByteStream, count: number): boolean {
  if (stream.peek() === undefined) {
    lua.lua_pushnil(L);
    return false;
  }
  lua.lua_pushstring(L, stream.take(Math.max(count, 0)));
  return true;
}

function pushLine(L: LuaState, stream: ByteStream, keepsNewline: boolean): boolean {
  const line = stream.takeLine();
  if (!line) {
    lua.lua_pushnil(L);
    return false;
  }
  const isWhole = line.at(-1) === NEWLINE;
  lua.lua_pushstring(L, isWhole && !keepsNewline ? line.slice(0, -1) : line);
  return true;
}
