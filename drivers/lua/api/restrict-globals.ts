import { lauxlib, lua, type LuaState } from '#fengari';
import { checkCount, nameBytes, raise, setFunctions } from '../binding.ts';
import { checkCText } from './c-string.ts';

/**
 * `dovecot.restrict_global_variables(isOn)`: while it is on, only functions may become new globals, and a global
 * that is not there is an error. The wording of the second error is Dovecot's.
 *
 * Source: Dovecot lib-lua/dlua-dovecot.c, dlua_restrict_global_variables.
 */
export function restrictGlobals(L: LuaState): number {
  checkCount(L, 1);
  const isOn = lua.lua_toboolean(L, 1);
  lua.lua_getglobal(L, nameBytes('_G'));
  lua.lua_newtable(L);
  if (isOn) setFunctions(L, { __index: refuseRead, __newindex: refuseWrite });
  lua.lua_setmetatable(L, -2);
  lua.lua_pop(L, 1);
  return 0;
}

function refuseRead(L: LuaState): number {
  checkCount(L, 2);
  return raise(L, `attempt to write to read undeclared global variable ${checkCText(L, 2)}`);
}

function refuseWrite(L: LuaState): number {
  checkCount(L, 3);
  lauxlib.luaL_checkany(L, 3);
  if (lua.lua_type(L, 3) !== lua.LUA_TFUNCTION)
    return raise(L, `attempt to write to undeclared global variable ${checkCText(L, 2)}`);
  lua.lua_rawset(L, 1);
  return 0;
}
