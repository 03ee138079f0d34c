import { lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes } from '../binding.ts';

/**
 * Functions of `dovecot` that tell the time (2.4); `clock` gives milliseconds since 1970.
 *
 * Unlike Dovecot's, whose integers have 64 bits, `nanoseconds` is a float where an integer cannot hold it.
 *
 * Source: Dovecot lib-lua/dlua-dovecot.c.
 */
export function clockFunctions(clock: () => number): Readonly<Record<string, LuaCFunction>> {
  const since1970 = (perMs: number): LuaCFunction => {
    return (L) => {
      pushWhole(L, Math.floor(clock() * perMs));
      return 1;
    };
  };
  return {
    gettimeofday(L) {
      const microseconds = Math.floor(clock() * 1000);
      lua.lua_newtable(L);
      lua.lua_pushinteger(L, Math.floor(microseconds / 1_000_000));
      lua.lua_setfield(L, -2, nameBytes('tv_sec'));
      lua.lua_pushinteger(L, microseconds % 1_000_000);
      lua.lua_setfield(L, -2, nameBytes('tv_usec'));
      return 1;
    },
    microseconds: since1970(1000),
    nanoseconds: since1970(1_000_000),
  };
}

function pushWhole(L: LuaState, value: number): void {
  if (Number.isSafeInteger(value)) lua.lua_pushinteger(L, value);
  else lua.lua_pushnumber(L, value);
}
