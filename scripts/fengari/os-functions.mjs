// clock, date, difftime and time of Lua's os library. Source: Lua 5.4 loslib.c.
import { formatDate, partsOf, secondsOf } from './calendar.mjs';

const MAX_INT = 2 ** 31 - 1;
const FIELDS = ['year', 'month', 'day', 'hour', 'min', 'sec'];
/** What a field is less in C's struct tm. */
const DELTAS = { year: 1900, month: 1 };
const DEFAULTS = { hour: 12, min: 0, sec: 0 };

/** The functions, made of the parts of the API that they call. */
export function makeOsFunctions(api) {
  return {
    clock(L) {
      api.lua_pushnumber(L, process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6);
      return 1;
    },
    date: (L) => date(api, L),
    difftime(L) {
      api.lua_pushnumber(L, api.luaL_checkinteger(L, 1) - api.luaL_checkinteger(L, 2));
      return 1;
    },
    time: (L) => time(api, L),
  };
}

function date(api, L) {
  const given = api.luaL_opttext(L, 1, '%c');
  const seconds = api.lua_isnoneornil(L, 2) ? Math.floor(Date.now() / 1000) : api.luaL_checkinteger(L, 2);
  const isUtc = given.startsWith('!');
  const format = isUtc ? given.slice(1) : given;
  const parts = partsOf(seconds, isUtc);
  if (!parts) return api.luaL_error(L, 'date result cannot be represented in this installation');
  if (format.startsWith('*t')) {
    api.lua_createtable(L, 0, 9);
    setParts(api, L, parts);
    return 1;
  }
  const { text, invalid } = formatDate(format, parts);
  if (invalid !== undefined) return api.luaL_argerror(L, 1, invalidText(api, invalid));
  api.lua_pushtext(L, text);
  return 1;
}

function invalidText(api, invalid) {
  return api.bytesOf(`invalid conversion specifier '%${invalid}'`);
}

function setParts(api, L, parts) {
  for (const name of [...FIELDS, 'yday', 'wday']) {
    api.lua_pushinteger(L, parts[name]);
    api.lua_setfield(L, -2, name);
  }
  api.lua_pushboolean(L, parts.isdst);
  api.lua_setfield(L, -2, 'isdst');
}

function time(api, L) {
  if (api.lua_isnoneornil(L, 1)) {
    api.lua_pushinteger(L, Math.floor(Date.now() / 1000));
    return 1;
  }
  api.luaL_checktype(L, 1, api.LUA_TTABLE);
  api.lua_settop(L, 1);
  const parts = Object.fromEntries(FIELDS.map((name) => [name, field(api, L, name)]));
  const isdst = api.lua_getfield(L, -1, 'isdst') === api.LUA_TNIL ? undefined : api.lua_toboolean(L, -1);
  api.lua_pop(L, 1);
  const seconds = secondsOf({ ...parts, isdst });
  const normal = seconds === undefined ? undefined : partsOf(seconds, false);
  if (!normal) return api.luaL_error(L, 'time result cannot be represented in this installation');
  setParts(api, L, normal);
  api.lua_pushinteger(L, seconds);
  return 1;
}

function field(api, L, name) {
  const type = api.lua_getfield(L, -1, name);
  const value = api.lua_tointegerx(L, -1);
  api.lua_pop(L, 1);
  if (value === false) {
    if (type !== api.LUA_TNIL) return api.luaL_error(L, "field '%s' is not an integer", name);
    if (DEFAULTS[name] === undefined) return api.luaL_error(L, "field '%s' missing in date table", name);
    return DEFAULTS[name];
  }
  if (Math.abs(value - (DELTAS[name] ?? 0)) > MAX_INT)
    return api.luaL_error(L, "field '%s' is out-of-bound", name);
  return value;
}
