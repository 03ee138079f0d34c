import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, pushText, setFunctions } from '../binding.ts';
import type { Whence } from './byte-stream.ts';
import { checkFile, checkOpenFile, closeFile, FILE_TYPE, type LuaFile, testFile } from './file-object.ts';
import { pushLinesIterator } from './lines-iterator.ts';
import { readFormats } from './read-formats.ts';
import { pushFailure } from './results.ts';

const WHENCES: readonly Whence[] = ['set', 'cur', 'end'];
const WHENCE_NAMES = WHENCES.map((name) => nameBytes(name));
const BUFFERINGS = ['no', 'full', 'line'].map((name) => nameBytes(name));

/** A number that is written: what tostring says, without the `.0` that marks a float. */
const FLOAT_END = [46, 48];

/** Makes the type of files in a state. Source: Lua liolib.c, createmeta. */
export function createFileType(L: LuaState): void {
  lauxlib.luaL_newmetatable(L, FILE_TYPE);
  setFunctions(L, { __gc: closeQuietly, __close: closeQuietly, __tostring: showFile });
  lua.lua_newtable(L);
  setFunctions(L, methods);
  lua.lua_setfield(L, -2, nameBytes('__index'));
  lua.lua_pop(L, 1);
}

const methods: Readonly<Record<string, LuaCFunction>> = {
  close: (L) => closeFile(L, checkOpenFile(L, 1)),
  flush(L) {
    checkOpenFile(L, 1);
    lua.lua_pushboolean(L, true);
    return 1;
  },
  lines(L) {
    checkOpenFile(L, 1);
    return pushLinesIterator(L, lua.lua_gettop(L) - 1, false);
  },
  read: (L) => readFormats(L, checkOpenFile(L, 1).stream, 2),
  seek,
  setvbuf(L) {
    checkOpenFile(L, 1);
    lauxlib.luaL_checkoption(L, 2, null, BUFFERINGS);
    lauxlib.luaL_optinteger(L, 3, 0);
    lua.lua_pushboolean(L, true);
    return 1;
  },
  write(L) {
    const file = checkOpenFile(L, 1);
    lua.lua_pushvalue(L, 1);
    return writeArguments(L, file, 2, lua.lua_gettop(L) - 1);
  },
};

/**
 * Writes the arguments from `first` to `last`, in one piece. The file, which is on top of the stack, is the result.
 *
 * @throws a Lua error for the first that is neither string nor number; what stands before it is written
 */
export function writeArguments(L: LuaState, file: LuaFile, first: number, last: number): number {
  const pieces: Uint8Array[] = [];
  let arg = first;
  while (arg <= last && lua.lua_isstring(L, arg)) pieces.push(writtenBytes(L, arg++));
  try {
    file.stream.write(Buffer.concat(pieces));
  } catch (error) {
    return pushFailure(L, error);
  }
  if (arg <= last) lauxlib.luaL_checkstring(L, arg);
  return 1;
}

function writtenBytes(L: LuaState, arg: number): Uint8Array {
  if (lua.lua_type(L, arg) !== lua.LUA_TNUMBER) return lauxlib.luaL_checkstring(L, arg);
  const text = lauxlib.luaL_tolstring(L, arg).slice();
  lua.lua_pop(L, 1);
  const endsAsFloat = text.at(-2) === FLOAT_END[0] && text.at(-1) === FLOAT_END[1];
  return endsAsFloat ? text.subarray(0, -2) : text;
}

function seek(L: LuaState): number {
  const { stream } = checkOpenFile(L, 1);
  const whence = WHENCES[lauxlib.luaL_checkoption(L, 2, nameBytes('cur'), WHENCE_NAMES)] ?? 'cur';
  const offset = lauxlib.luaL_optinteger(L, 3, 0);
  try {
    lua.lua_pushinteger(L, stream.seek(whence, offset));
    return 1;
  } catch (error) {
    return pushFailure(L, error);
  }
}

function closeQuietly(L: LuaState): number {
  const file = testFile(L, 1);
  if (file && !file.isClosed) closeFile(L, file);
  return 0;
}

function showFile(L: LuaState): number {
  const { isClosed, id } = checkFile(L, 1);
  pushText(L, isClosed ? 'file (closed)' : `file (0x${id.toString(16).padStart(12, '0')})`);
  return 1;
}
