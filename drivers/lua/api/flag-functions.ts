import { lauxlib, lua, type LuaCFunction } from '#fengari';
import { checkCount } from '../binding.ts';
import { pushWhole } from './integers.ts';

const combine =
  (operate: (value: bigint, flag: bigint) => bigint): LuaCFunction =>
  (L) => {
    checkCount(L, 2);
    const value = BigInt(lauxlib.luaL_checkinteger(L, 1));
    const flag = BigInt(lauxlib.luaL_checkinteger(L, 2));
    pushWhole(L, operate(value, flag));
    return 1;
  };

/** Functions of `dovecot` for flags in numbers. Source: Dovecot lib-lua/dlua-dovecot.c. */
export const flagFunctions: Readonly<Record<string, LuaCFunction>> = {
  has_flag(L) {
    checkCount(L, 2);
    const value = BigInt(lauxlib.luaL_checkinteger(L, 1));
    const flag = BigInt(lauxlib.luaL_checkinteger(L, 2));
    lua.lua_pushboolean(L, (value & flag) === flag);
    return 1;
  },
  set_flag: combine((value, flag) => value | flag),
  clear_flag: combine((value, flag) => value & ~flag),
};
