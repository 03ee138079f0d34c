import { lauxlib, lua, type LuaState } from '#fengari';
import { nameBytes, pushText, raiseHere } from '../binding.ts';
import { ByteStream } from './byte-stream.ts';
import type { RawFile } from './raw-file.ts';

/** The name of the type in Lua's messages, and of its metatable. Source: lauxlib.h, LUA_FILEHANDLE. */
export const FILE_TYPE = nameBytes('FILE*');

/** What stands behind a file of Lua. */
export interface LuaFile {
  readonly stream: ByteStream;
  /** Shown by tostring. */
  readonly id: number;
  isClosed: boolean;
  /** Closes it and pushes what the script gets; undefined: a standard file, which stays open. */
  readonly finish: ((L: LuaState) => number) | undefined;
}

/**
 * The files of all states, by the object that the script holds. A script can take the metatable of a file apart and
 * set it elsewhere; it cannot make an object that is in here.
 */
const files = new WeakMap<object, LuaFile>();

let lastId = 0;

/** Pushes a file; what it is owned by. */
export function pushFile(L: LuaState, raw: RawFile, finish: LuaFile['finish']): object {
  const owner = lua.lua_newuserdata(L, 0);
  lastId += 1;
  files.set(owner, { stream: new ByteStream(raw), id: lastId, isClosed: false, finish });
  lauxlib.luaL_setmetatable(L, FILE_TYPE);
  return owner;
}

/** undefined when the argument is no file. */
export function testFile(L: LuaState, arg: number): LuaFile | undefined {
  return lua.lua_isuserdata(L, arg) ? fileOf(lua.lua_touserdata(L, arg)) : undefined;
}

function fileOf(value: unknown): LuaFile | undefined {
  return typeof value === 'object' && value !== null ? files.get(value) : undefined;
}

/** @throws a Lua error when the argument is no file */
export function checkFile(L: LuaState, arg: number): LuaFile {
  // For a value without this metatable, Lua's own words; for one that was dressed up as a file, nearly the same.
  const value = lauxlib.luaL_checkudata(L, arg, FILE_TYPE);
  return fileOf(value) ?? lauxlib.luaL_argerror(L, arg, nameBytes('FILE* expected'));
}

/** @throws a Lua error when the argument is no file, or one that is closed */
export function checkOpenFile(L: LuaState, arg: number): LuaFile {
  const file = checkFile(L, arg);
  if (file.isClosed) raiseHere(L, 'attempt to use a closed file');
  return file;
}

/** Closes an open file; the number of results pushed. */
export function closeFile(L: LuaState, file: LuaFile): number {
  if (!file.finish) {
    lua.lua_pushnil(L);
    pushText(L, 'cannot close standard file');
    return 2;
  }
  file.isClosed = true;
  return file.finish(L);
}
