import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes } from '../binding.ts';

/**
 * Pushes what `require` has loaded under a name, opening it first when that has not happened in this state.
 *
 * @param alias a name under which it is then loaded too, before the other: tracebacks use the first they find
 */
export function pushOwnModule(L: LuaState, name: string, open: LuaCFunction, alias = name): void {
  lauxlib.luaL_getsubtable(L, lua.LUA_REGISTRYINDEX, lauxlib.LUA_LOADED_TABLE);
  lua.lua_getfield(L, -1, nameBytes(name));
  if (lua.lua_toboolean(L, -1)) {
    lua.lua_remove(L, -2);
    return;
  }
  lua.lua_pop(L, 1);
  lua.lua_pushcfunction(L, open);
  lua.lua_call(L, 0, 1);
  for (const key of [alias, name]) {
    lua.lua_pushvalue(L, -1);
    lua.lua_setfield(L, -3, nameBytes(key));
  }
  lua.lua_remove(L, -2);
}
