import { lauxlib, lua, lualib, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, setFunctions, toText } from '../binding.ts';
import { blocked, impossible } from './blocked.ts';

/** Source: Lua llimits.h, LUAI_MAXCCALLS; what the old function returns. */
const MAX_C_CALLS = 200;

/** In the sandbox: they reach what belongs to this program, other functions or all values of a type. */
const BLOCKED = [
  'getregistry',
  'getupvalue',
  'getuservalue',
  'setlocal',
  'setmetatable',
  'setupvalue',
  'setuservalue',
  'upvalueid',
  'upvaluejoin',
];

const GREATER = 62;

/** What runs at a level, when it is the script's. */
const LUA_CODE = new Set(['Lua', 'main']);

/** Pushes the library debug. */
export function pushDebugLibrary(L: LuaState, isTrusted: boolean): void {
  lualib.luaopen_debug(L);
  const getinfo = takeFunction(L, 'getinfo');
  setFunctions(L, {
    getinfo: (state) => getinfo(checkOptions(state)),
    debug: impossible('debug.debug', 'there is no terminal to talk to'),
    sethook: impossible('debug.sethook', 'the hook watches the time of the script'),
    gethook: pushNil,
    setcstacklimit(state) {
      lauxlib.luaL_checkinteger(state, 1);
      lua.lua_pushinteger(state, MAX_C_CALLS);
      return 1;
    },
  });
  if (!isTrusted) restrict(L);
}

function restrict(L: LuaState): void {
  const getinfo = takeFunction(L, 'getinfo');
  const getlocal = takeFunction(L, 'getlocal');
  setFunctions(L, {
    ...Object.fromEntries(BLOCKED.map((name) => [name, blocked(`debug.${name}`)])),
    getmetatable: getOpenMetatable,
    getinfo(state) {
      const isForeign = asksForeignFrame(state);
      const count = getinfo(state);
      if (isForeign && lua.lua_istable(state, -1)) removeField(state, 'func');
      return count;
    },
    getlocal: (state) => (asksForeignFrame(state) ? pushNil(state) : getlocal(state)),
  });
}

function takeFunction(L: LuaState, name: string): LuaCFunction {
  lua.lua_getfield(L, -1, nameBytes(name));
  const fn = lua.lua_tocfunction(L, -1);
  lua.lua_pop(L, 1);
  if (!fn) throw new Error(`fengari has no debug.${name}`);
  return fn;
}

function removeField(L: LuaState, name: string): void {
  lua.lua_pushnil(L);
  lua.lua_setfield(L, -2, nameBytes(name));
}

function pushNil(L: LuaState): number {
  lua.lua_pushnil(L);
  return 1;
}

/** As the global one: what a metatable hides (__metatable) stays hidden. */
function getOpenMetatable(L: LuaState): number {
  lauxlib.luaL_checkany(L, 1);
  if (!lua.lua_getmetatable(L, 1)) return pushNil(L);
  lauxlib.luaL_getmetafield(L, 1, nameBytes('__metatable'));
  return 1;
}

/** `>` would take what is on the stack for a function. Source: Lua 5.4 ldblib.c, db_getinfo. */
function checkOptions(L: LuaState): LuaState {
  const arg = lua.lua_isthread(L, 1) ? 3 : 2;
  if (lua.lua_isstring(L, arg) && lua.lua_tostring(L, arg)?.[0] === GREATER)
    lauxlib.luaL_argerror(L, arg, nameBytes("invalid option '>'"));
  return L;
}

/**
 * Whether the arguments of getinfo or getlocal name a level where no Lua function runs: values there are this
 * program's. The arguments are an optional thread, then a function or a level.
 */
function asksForeignFrame(L: LuaState): boolean {
  const thread = lua.lua_isthread(L, 1) ? lua.lua_tothread(L, 1) : null;
  const arg = thread ? 2 : 1;
  if (!lua.lua_isnumber(L, arg)) return false;
  const level = lua.lua_tointegerx(L, arg);
  const ar = new lua.lua_Debug();
  const of = thread ?? L;
  if (level === false || level < 0 || !lua.lua_getstack(of, level, ar)) return false;
  lua.lua_getinfo(of, nameBytes('S'), ar);
  return !LUA_CODE.has(toText(ar.what));
}
