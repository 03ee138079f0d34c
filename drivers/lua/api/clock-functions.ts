import { lua, type LuaCFunction } from '#fengari';
import { nameBytes } from '../binding.ts';
import { pushWhole } from './integers.ts';

/**
 * Functions of `dovecot` that tell the time (2.4); `clock` gives milliseconds since 1970.
 *
 * Source: Dovecot lib-lua/dlua-dovecot.c.
 */
export function clockFunctions(clock: () => number): Readonly<Record<string, LuaCFunction>> {
  const since1970 = (perMicrosecond: bigint): LuaCFunction => {
    return (L) => {
      pushWhole(L, BigInt(Math.floor(clock() * 1000)) * perMicrosecond);
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
    microseconds: since1970(1n),
    nanoseconds: since1970(1000n),
  };
}
