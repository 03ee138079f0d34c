// Functions of Lua's math library that work on integers of 64 bits. Source: Lua 5.4 lmathlib.c.
import { fromFloat, isBelow, MAX_INTEGER, MIN_INTEGER, remainder, subtract } from './integers.mjs';
import { floatRest, machineNaN } from './float-text.mjs';
import { makeRandom } from './random.mjs';

/** The functions and constants, made of the parts of the API that they call. */
export function makeMathFunctions(api) {
  const rounding = (round) => (L) => {
    if (api.lua_isinteger(L, 1)) api.lua_settop(L, 1);
    else pushFloor(api, L, round(api.luaL_checknumber(L, 1)));
    return 1;
  };
  return {
    abs: (L) => absolute(api, L),
    ceil: rounding(Math.ceil),
    floor: rounding(Math.floor),
    fmod: (L) => fmod(api, L),
    log: (L) => logarithm(api, L),
    modf: (L) => modf(api, L),
    tointeger: (L) => toInteger(api, L),
    ult(L) {
      api.lua_pushboolean(L, isBelow(api.luaL_checkexact(L, 1), api.luaL_checkexact(L, 2)));
      return 1;
    },
    max: extreme(api, (L, arg, best) => api.lua_compare(L, best, arg, api.LUA_OPLT)),
    min: extreme(api, (L, arg, best) => api.lua_compare(L, arg, best, api.LUA_OPLT)),
    ...makeRandom(api),
  };
}

export { MAX_INTEGER, MIN_INTEGER };

/** A whole number as an integer, where one can hold it. */
function pushFloor(api, L, value) {
  const integer = fromFloat(value);
  if (integer === false) api.lua_pushnumber(L, value);
  else api.lua_pushinteger(L, integer);
}

function absolute(api, L) {
  if (api.lua_isinteger(L, 1)) {
    const value = api.luaL_checkexact(L, 1);
    api.lua_pushinteger(L, value < 0 ? subtract(0, value) : value);
  } else api.lua_pushnumber(L, Math.abs(api.luaL_checknumber(L, 1)));
  return 1;
}

function fmod(api, L) {
  if (api.lua_isinteger(L, 1) && api.lua_isinteger(L, 2)) {
    const divisor = api.luaL_checkexact(L, 2);
    if (divisor === 0) return api.luaL_argerror(L, 2, 'zero');
    api.lua_pushinteger(L, remainder(api.luaL_checkexact(L, 1), divisor));
    return 1;
  }
  // The second argument first, as the server's compiler has it.
  const divisor = api.luaL_checknumber(L, 2);
  api.lua_pushnumber(L, floatRest(api.luaL_checknumber(L, 1), divisor));
  return 1;
}

function logarithm(api, L) {
  const value = api.luaL_checknumber(L, 1);
  const base = api.lua_isnoneornil(L, 2) ? Math.E : api.luaL_checknumber(L, 2);
  api.lua_pushnumber(L, value < 0 ? machineNaN() : logarithmOf(value, base));
  return 1;
}

function logarithmOf(value, base) {
  if (base === Math.E) return Math.log(value);
  if (base === 2) return Math.log2(value);
  return base === 10 ? Math.log10(value) : Math.log(value) / Math.log(base);
}

function modf(api, L) {
  if (api.lua_isinteger(L, 1)) {
    api.lua_settop(L, 1);
    api.lua_pushnumber(L, 0);
    return 2;
  }
  const value = api.luaL_checknumber(L, 1);
  const whole = Math.trunc(value);
  pushFloor(api, L, whole);
  api.lua_pushnumber(L, value === whole ? 0 : value - whole);
  return 2;
}

function toInteger(api, L) {
  const value = api.lua_tointegerexact(L, 1);
  if (value === false) {
    api.luaL_checkany(L, 1);
    api.lua_pushnil(L);
  } else api.lua_pushinteger(L, value);
  return 1;
}

/** math.max and math.min: the argument itself, of the type that it has. */
function extreme(api, isBetter) {
  return (L) => {
    const count = api.lua_gettop(L);
    if (count < 1) return api.luaL_argerror(L, 1, 'value expected');
    let best = 1;
    for (let arg = 2; arg <= count; arg++) if (isBetter(L, arg, best)) best = arg;
    api.lua_pushvalue(L, best);
    return 1;
  };
}
