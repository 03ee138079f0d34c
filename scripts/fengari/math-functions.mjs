// Functions of Lua's math library that work on integers of 64 bits. Source: Lua 5.4 lmathlib.c.
import { fromFloat, isBelow, MAX_INTEGER, MIN_INTEGER, remainder, subtract } from './integers.mjs';
import { makeRandom } from './random.mjs';

/** The functions and constants, made of the parts of the API that they call. */
export function makeMathFunctions(api) {
  const pushFloor = (L, value) => {
    const integer = fromFloat(value);
    if (integer === false) api.lua_pushnumber(L, value);
    else api.lua_pushinteger(L, integer);
    return 1;
  };
  const rounding = (round) => (L) => {
    if (api.lua_isinteger(L, 1)) api.lua_settop(L, 1);
    else pushFloor(L, round(api.luaL_checknumber(L, 1)));
    return 1;
  };
  return {
    abs: (L) => absolute(api, L),
    ceil: rounding(Math.ceil),
    floor: rounding(Math.floor),
    fmod: (L) => fmod(api, L),
    modf: (L) => modf(api, L),
    tointeger: (L) => toInteger(api, L),
    ult(L) {
      api.lua_pushboolean(L, isBelow(api.luaL_checkexact(L, 1), api.luaL_checkexact(L, 2)));
      return 1;
    },
    max: extreme(api, (value, best) => value > best),
    min: extreme(api, (value, best) => value < best),
    ...makeRandom(api),
  };
}

export { MAX_INTEGER, MIN_INTEGER };

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
  } else api.lua_pushnumber(L, api.luaL_checknumber(L, 1) % api.luaL_checknumber(L, 2));
  return 1;
}

function modf(api, L) {
  if (api.lua_isinteger(L, 1)) {
    api.lua_settop(L, 1);
    api.lua_pushnumber(L, 0);
    return 2;
  }
  const value = api.luaL_checknumber(L, 1);
  const whole = Math.trunc(value);
  api.lua_pushnumber(L, whole);
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
    let best = 1;
    let bestValue = numeric(api, L, 1);
    for (let arg = 2; arg <= count; arg++) {
      const value = numeric(api, L, arg);
      if (!isBetter(value, bestValue)) continue;
      best = arg;
      bestValue = value;
    }
    api.lua_pushvalue(L, best);
    return 1;
  };
}

function numeric(api, L, arg) {
  return api.lua_isinteger(L, arg) ? api.lua_tointegerexact(L, arg) : api.luaL_checknumber(L, arg);
}
