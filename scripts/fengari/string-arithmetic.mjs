// The metamethods by which strings calculate. Source: Lua 5.4 lstrlib.c, stringmetamethods.

/** By metamethod: the operation of lua_arith. */
const OPERATIONS = {
  __add: 'LUA_OPADD',
  __sub: 'LUA_OPSUB',
  __mul: 'LUA_OPMUL',
  __mod: 'LUA_OPMOD',
  __pow: 'LUA_OPPOW',
  __div: 'LUA_OPDIV',
  __idiv: 'LUA_OPIDIV',
  __unm: 'LUA_OPUNM',
};

/** The metamethods, made of the parts of the API that they call. */
export function makeStringArithmetic(api) {
  return Object.fromEntries(
    Object.entries(OPERATIONS).map(([name, operation]) => [
      name,
      (L) => calculate(api, L, name, api[operation]),
    ]),
  );
}

function calculate(api, L, name, operation) {
  if (pushNumber(api, L, 1) && pushNumber(api, L, 2)) {
    api.lua_arith(L, operation);
    return 1;
  }
  return tryOther(api, L, name);
}

function pushNumber(api, L, arg) {
  if (api.lua_type(L, arg) === api.LUA_TNUMBER) {
    api.lua_pushvalue(L, arg);
    return true;
  }
  const text = api.lua_tostring(L, arg);
  return text !== null && api.lua_stringtonumber(L, text) === text.length + 1;
}

/** The other operand may know how to calculate. */
function tryOther(api, L, name) {
  api.lua_settop(L, 2);
  if (api.lua_type(L, 2) === api.LUA_TSTRING || api.luaL_getmetafield(L, 2, name) === api.LUA_TNIL)
    return api.luaL_error(
      L,
      "attempt to %s a '%s' with a '%s'",
      name.slice(2),
      api.luaL_typename(L, -2),
      api.luaL_typename(L, -1),
    );
  api.lua_insert(L, -3);
  api.lua_call(L, 2, 1);
  return 1;
}
