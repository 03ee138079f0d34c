import { getHeapStatistics } from 'node:v8';
import { lauxlib, lua, lualib, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, setFunctions } from '../binding.ts';
import type { FileAccess } from './file-access.ts';
import type { LineOutput } from './line-output.ts';
import { loadFunctions } from './load-functions.ts';

const VERSION = 'Lua 5.4';

const TAB = Buffer.from('\t');
const NEWLINE = Buffer.from('\n');

const BYTES_PER_KB = 1024;

/** Opens the base library in the globals, and pushes them. */
export function openBaseLibrary(L: LuaState, access: FileAccess, output: LineOutput): void {
  lualib.luaopen_base(L);
  lua.lua_pushstring(L, nameBytes(VERSION));
  lua.lua_setfield(L, -2, nameBytes('_VERSION'));
  setFunctions(L, {
    ...loadFunctions(access),
    collectgarbage: createCollector(),
    print: (state) => print(state, output),
    warn,
  });
}

/** Source: Lua lbaselib.c, luaB_print. */
function print(L: LuaState, output: LineOutput): number {
  const pieces: Uint8Array[] = [];
  const count = lua.lua_gettop(L);
  for (let arg = 1; arg <= count; arg += 1) {
    if (arg > 1) pieces.push(TAB);
    pieces.push(lauxlib.luaL_tolstring(L, arg));
    lua.lua_pop(L, 1);
  }
  output.write(Buffer.concat([...pieces, NEWLINE]));
  return 0;
}

/** Checks its arguments and says nothing: Dovecot's states have no function for warnings (lua_newstate). */
function warn(L: LuaState): number {
  lauxlib.luaL_checkstring(L, 1);
  for (let arg = 2; arg <= lua.lua_gettop(L); arg += 1) lauxlib.luaL_checkstring(L, arg);
  return 0;
}

/** What a new state of Lua 5.4 has. Source: lgc.h, LUAI_GCPAUSE, LUAI_GCMUL. */
const INITIAL_PAUSE = 200;
const INITIAL_STEP_MULTIPLIER = 100;

/**
 * collectgarbage: takes every option and keeps what is set. The garbage is JavaScript's, collected when it is
 * needed: nothing is collected now. Source: Lua lbaselib.c, luaB_collectgarbage.
 */
function createCollector(): LuaCFunction {
  const state = {
    isRunning: true,
    mode: 'incremental',
    pause: INITIAL_PAUSE,
    multiplier: INITIAL_STEP_MULTIPLIER,
  };
  const pushMode = (L: LuaState, mode: string): void => {
    lua.lua_pushstring(L, nameBytes(state.mode));
    state.mode = mode;
  };
  const options: readonly (readonly [string, (L: LuaState) => void])[] = [
    ['collect', (L) => lua.lua_pushinteger(L, 0)],
    ['stop', (L) => pushRunning(L, false)],
    ['restart', (L) => pushRunning(L, true)],
    ['count', (L) => lua.lua_pushnumber(L, getHeapStatistics().used_heap_size / BYTES_PER_KB)],
    ['step', (L) => lua.lua_pushboolean(L, true)],
    ['isrunning', (L) => lua.lua_pushboolean(L, state.isRunning)],
    ['generational', (L) => pushMode(L, 'generational')],
    ['incremental', (L) => pushMode(L, 'incremental')],
    ['setpause', (L) => pushSetting(L, 'pause')],
    ['setstepmul', (L) => pushSetting(L, 'multiplier')],
  ];
  function pushRunning(L: LuaState, isRunning: boolean): void {
    state.isRunning = isRunning;
    lua.lua_pushinteger(L, 0);
  }
  function pushSetting(L: LuaState, name: 'pause' | 'multiplier'): void {
    const value = lauxlib.luaL_optinteger(L, 2, 0);
    lua.lua_pushinteger(L, state[name]);
    state[name] = value;
  }
  const names = options.map(([name]) => nameBytes(name));
  return (L) => {
    options[lauxlib.luaL_checkoption(L, 1, nameBytes('collect'), names)]?.[1](L);
    return 1;
  };
}
