import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, pushBytes, raiseHere } from '../binding.ts';
import type { FileAccess } from './file-access.ts';
import { asFault } from './file-fault.ts';
import { loadPieces, loadText, skipComment } from './load-chunk.ts';

/** Above the arguments of load: keeps the piece that is being read. Source: lbaselib.c, RESERVEDSLOT. */
const PIECE_SLOT = 5;

const STDIN_NAME = nameBytes('=stdin');
const AT = 64;

/** load, loadfile and dofile. Source: Lua lbaselib.c, lauxlib.c (luaL_loadfilex). */
export function loadFunctions(access: FileAccess): Readonly<Record<string, LuaCFunction>> {
  return {
    load,
    loadfile(L) {
      const mode = lauxlib.luaL_optstring(L, 2, null);
      const environment = lua.lua_isnone(L, 3) ? 0 : 3;
      return finishLoad(L, loadFile(L, access, mode), environment);
    },
    dofile(L) {
      const status = loadFile(L, access, null);
      if (status !== lua.LUA_OK) return lua.lua_error(L);
      lua.lua_insert(L, 1);
      lua.lua_settop(L, 1);
      lua.lua_call(L, 0, lua.LUA_MULTRET);
      return lua.lua_gettop(L);
    },
  };
}

function load(L: LuaState): number {
  const mode = lauxlib.luaL_optstring(L, 3, null);
  const environment = lua.lua_isnone(L, 4) ? 0 : 4;
  const text = lua.lua_tostring(L, 1);
  if (text) {
    const name = lauxlib.luaL_optstring(L, 2, text) ?? text;
    return finishLoad(L, loadText(L, text, name, mode), environment);
  }
  const name = lauxlib.luaL_optstring(L, 2, null) ?? nameBytes('=(load)');
  lauxlib.luaL_checktype(L, 1, lua.LUA_TFUNCTION);
  lua.lua_settop(L, PIECE_SLOT);
  return finishLoad(L, loadPieces(L, readPiece, name, mode), environment);
}

function readPiece(L: LuaState): Uint8Array | null {
  lauxlib.luaL_checkstack(L, 2, nameBytes('too many nested functions'));
  lua.lua_pushvalue(L, 1);
  lua.lua_call(L, 0, 1);
  if (lua.lua_isnil(L, -1)) {
    lua.lua_pop(L, 1);
    return null;
  }
  if (!lua.lua_isstring(L, -1)) return raiseHere(L, 'reader function must return a string');
  lua.lua_replace(L, PIECE_SLOT);
  return lua.lua_tostring(L, PIECE_SLOT);
}

/** Loads the file that the first argument names (none: standard input, which is empty). */
function loadFile(L: LuaState, access: FileAccess, mode: Uint8Array | null): number {
  const name = lauxlib.luaL_optstring(L, 1, null)?.slice();
  if (!name) return loadText(L, new Uint8Array(0), STDIN_NAME, mode);
  try {
    const { text } = access.readSource(name);
    return loadText(L, skipComment(text), chunkName(name), mode);
  } catch (error) {
    const { code, message } = asFault(error);
    lua.lua_pushstring(L, nameBytes(code === 'EISDIR' ? 'cannot read ' : 'cannot open '));
    pushBytes(L, name);
    lua.lua_pushstring(L, Buffer.from(`: ${message}`));
    lua.lua_concat(L, 3);
    return lua.LUA_ERRRUN;
  }
}

/** What names a chunk that is a file. */
export function chunkName(file: Uint8Array): Uint8Array {
  return new Uint8Array([AT, ...file]);
}

/** The function with its environment, or nil and the error. Source: lbaselib.c, load_aux. */
function finishLoad(L: LuaState, status: number, environment: number): number {
  if (status !== lua.LUA_OK) {
    lua.lua_pushnil(L);
    lua.lua_insert(L, -2);
    return 2;
  }
  if (environment !== 0) {
    lua.lua_pushvalue(L, environment);
    if (!lua.lua_setupvalue(L, -2, 1)) lua.lua_pop(L, 1);
  }
  return 1;
}
