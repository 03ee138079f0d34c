import { lauxlib, lua, lualib, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, setFunctions } from '../binding.ts';

/**
 * Lua's math with the functions of Lua 5.2: the Lua of Debian and of Dovecot's own packages still has them.
 *
 * Source: Lua 5.4 lmathlib.c, LUA_COMPAT_MATHLIB; observed in lua5.4 and Dovecot 2.3.19.
 */
export function pushMathLibrary(L: LuaState): void {
  lualib.luaopen_math(L);
  setFunctions(L, { pow, frexp, ldexp, cosh: ofOne(Math.cosh), sinh: ofOne(Math.sinh) });
  setFunctions(L, { tanh: ofOne(Math.tanh), log10: ofOne(Math.log10) });
  lua.lua_getfield(L, -1, nameBytes('atan'));
  lua.lua_setfield(L, -2, nameBytes('atan2'));
}

function ofOne(calculate: (value: number) => number): LuaCFunction {
  return (L) => {
    lua.lua_pushnumber(L, calculate(lauxlib.luaL_checknumber(L, 1)));
    return 1;
  };
}

/** As the operator ^. */
function pow(L: LuaState): number {
  const [base, exponent] = [lauxlib.luaL_checknumber(L, 1), lauxlib.luaL_checknumber(L, 2)];
  lua.lua_pushnumber(L, base);
  lua.lua_pushnumber(L, exponent);
  lua.lua_arith(L, lua.LUA_OPPOW);
  return 1;
}

function frexp(L: LuaState): number {
  const [fraction, exponent] = splitNumber(lauxlib.luaL_checknumber(L, 1));
  lua.lua_pushnumber(L, fraction);
  lua.lua_pushinteger(L, exponent);
  return 2;
}

/** The bits of a double's exponent, and where they stand (IEEE 754). */
const EXPONENT_BITS = 0x7ff;
const EXPONENT_SHIFT = 20;
const EXPONENT_BIAS = 1022;
/** Makes a subnormal number a normal one. */
const SUBNORMAL_SHIFT = 54;

/** C's frexp: `value = fraction * 2 ^ exponent` with a fraction from 0.5 to below 1. */
function splitNumber(value: number): [fraction: number, exponent: number] {
  if (value === 0 || !Number.isFinite(value)) return [value, 0];
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const high = view.getUint32(0);
  const bits = (high >>> EXPONENT_SHIFT) & EXPONENT_BITS;
  if (bits === 0) {
    const [fraction, exponent] = splitNumber(value * 2 ** SUBNORMAL_SHIFT);
    return [fraction, exponent - SUBNORMAL_SHIFT];
  }
  view.setUint32(0, (high & ~(EXPONENT_BITS << EXPONENT_SHIFT)) | (EXPONENT_BIAS << EXPONENT_SHIFT));
  return [view.getFloat64(0), bits - EXPONENT_BIAS];
}

/** More than any double can be moved by. */
const MAX_SHIFT = 2100;

function ldexp(L: LuaState): number {
  const value = lauxlib.luaL_checknumber(L, 1);
  const exponent = Math.max(-MAX_SHIFT, Math.min(MAX_SHIFT, lauxlib.luaL_checkinteger(L, 2)));
  // 2 ^ exponent alone can be out of range while the result is not.
  const third = Math.trunc(exponent / 3);
  lua.lua_pushnumber(L, value * 2 ** third * 2 ** third * 2 ** (exponent - 2 * third));
  return 1;
}
