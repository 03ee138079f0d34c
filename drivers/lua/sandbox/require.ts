import { lauxlib, lua, type LuaState } from '#fengari';
import { nameBytes, raiseHere } from '../binding.ts';
import { nameText } from './file-access.ts';

/** Where the table package.loaded stands while require runs. */
const LOADED = 2;
const SEARCHERS = 3;

/** require; its upvalue is the table package. Source: Lua 5.4 loadlib.c, ll_require. */
export function requireModule(L: LuaState): number {
  const name = lauxlib.luaL_checkstring(L, 1).slice();
  lua.lua_settop(L, 1);
  lua.lua_getfield(L, lua.LUA_REGISTRYINDEX, lauxlib.LUA_LOADED_TABLE);
  lua.lua_getfield(L, LOADED, name);
  if (lua.lua_toboolean(L, -1)) return 1;
  lua.lua_pop(L, 1);
  pushLoader(L, name);
  // The loader's data is its second argument, and what require returns second.
  lua.lua_rotate(L, -2, 1);
  lua.lua_pushvalue(L, 1);
  lua.lua_pushvalue(L, -3);
  lua.lua_call(L, 2, 1);
  if (lua.lua_isnil(L, -1)) lua.lua_pop(L, 1);
  else lua.lua_setfield(L, LOADED, name);
  if (lua.lua_getfield(L, LOADED, name) === lua.LUA_TNIL) {
    lua.lua_pushboolean(L, true);
    lua.lua_copy(L, -1, -2);
    lua.lua_setfield(L, LOADED, name);
  }
  lua.lua_rotate(L, -2, 1);
  return 2;
}

/** Pushes the loader and its data. @throws a Lua error that lists what every searcher said */
function pushLoader(L: LuaState, name: Uint8Array): void {
  if (lua.lua_getfield(L, lua.lua_upvalueindex(1), nameBytes('searchers')) !== lua.LUA_TTABLE)
    raiseHere(L, "'package.searchers' must be a table");
  const said: string[] = [];
  for (let at = 1; ; at += 1) {
    if (lua.lua_rawgeti(L, SEARCHERS, at) === lua.LUA_TNIL) raiseMissing(L, name, said);
    lua.lua_pushstring(L, name.slice());
    lua.lua_call(L, 1, 2);
    if (lua.lua_isfunction(L, -2)) return;
    const text = lua.lua_isstring(L, -2) ? lua.lua_tostring(L, -2) : null;
    if (text) said.push(`\n\t${nameText(text)}`);
    lua.lua_pop(L, 2);
  }
}

function raiseMissing(L: LuaState, name: Uint8Array, said: readonly string[]): never {
  lauxlib.luaL_where(L, 1);
  lua.lua_pushstring(L, Buffer.from(`module '${nameText(name)}' not found:${said.join('')}`, 'latin1'));
  lua.lua_concat(L, 2);
  return lua.lua_error(L);
}
