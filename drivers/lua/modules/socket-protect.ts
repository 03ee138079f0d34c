import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes } from '../binding.ts';

/** The metatable that marks what `try` raises, in the registry. */
const EXCEPTION = nameBytes('socket.exception');

/**
 * LuaSocket's exceptions: `try` raises its second argument, wrapped, when the first is false; `protect` turns that
 * into nil and the reason, and lets every other error through as it is.
 *
 * Source: LuaSocket 3.1.0, except.c.
 */
export const protectFunctions: Readonly<Record<string, LuaCFunction>> = {
  newtry: (L) => {
    lua.lua_settop(L, 1);
    lua.lua_pushcclosure(L, attempt, 1);
    return 1;
  },
  protect: (L) => {
    lua.lua_settop(L, 1);
    lua.lua_pushcclosure(L, protectedCall, 1);
    return 1;
  },
  skip: (L) => {
    const wanted = lauxlib.luaL_checkinteger(L, 1);
    const given = lua.lua_gettop(L);
    const rest = given - wanted - 1;
    // A negative count answers itself too, as in the original.
    return rest < 0 ? 0 : Math.min(rest, given);
  },
};

function attempt(L: LuaState): number {
  if (lua.lua_toboolean(L, 1)) return lua.lua_gettop(L);
  lua.lua_settop(L, 2);
  lua.lua_pushvalue(L, lua.lua_upvalueindex(1));
  if (lua.lua_isnil(L, -1)) lua.lua_pop(L, 1);
  else lua.lua_call(L, 0, 0);
  lua.lua_settop(L, 2);
  lua.lua_createtable(L, 1, 0);
  lua.lua_insert(L, -2);
  lua.lua_rawseti(L, -2, 1);
  pushExceptionMark(L);
  lua.lua_setmetatable(L, -2);
  return lua.lua_error(L);
}

function pushExceptionMark(L: LuaState): void {
  // Not luaL_newmetatable: it would give the exceptions a name that the original's do not have.
  if (lauxlib.luaL_getsubtable(L, lua.LUA_REGISTRYINDEX, EXCEPTION)) return;
  lua.lua_pushboolean(L, false);
  lua.lua_setfield(L, -2, nameBytes('__metatable'));
}

function protectedCall(L: LuaState): number {
  lua.lua_pushvalue(L, lua.lua_upvalueindex(1));
  lua.lua_insert(L, 1);
  const status = lua.lua_pcallk(L, lua.lua_gettop(L) - 1, lua.LUA_MULTRET, 0, null, finishCall);
  return finishCall(L, status);
}

function finishCall(L: LuaState, status: number): number {
  if (status === lua.LUA_OK || status === lua.LUA_YIELD) return lua.lua_gettop(L);
  if (!isException(L)) return lua.lua_error(L);
  lua.lua_pushnil(L);
  lua.lua_rawgeti(L, -2, 1);
  return 2;
}

function isException(L: LuaState): boolean {
  if (!lua.lua_istable(L, -1) || !lua.lua_getmetatable(L, -1)) return false;
  pushExceptionMark(L);
  const isOurs = lua.lua_rawequal(L, -1, -2);
  lua.lua_pop(L, 2);
  return isOurs;
}
