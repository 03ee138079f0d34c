import { closeSync, openSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lauxlib, lua, lualib, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, pushText, raiseHere, setFunctions, toText } from '../binding.ts';
import { blocked, EXIT_TEXT } from './blocked.ts';
import { readVariable } from './environment.ts';
import type { FileAccess } from './file-access.ts';
import { orFault } from './file-fault.ts';
import { pushDone, pushFailure, pushProgramEnd } from './results.ts';
import type { ShellRunner } from './shell-runner.ts';

const MS_PER_SECOND = 1000;

/** What os.date means without a format. */
const DEFAULT_DATE_FORMAT = nameBytes('%c');

/** What the library os works with. */
export interface OsFacts {
  readonly access: FileAccess;
  /** undefined: no programs are run. */
  readonly shell: ShellRunner | undefined;
  readonly isTrusted: boolean;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Pushes the library os: fengari's functions for dates, ours for the rest. */
export function pushOsLibrary(L: LuaState, facts: OsFacts): void {
  lualib.luaopen_os(L);
  const { time, date } = { time: takeFunction(L, 'time'), date: takeFunction(L, 'date') };
  setFunctions(L, {
    ...timeFunctions(time, date, () => Math.floor(facts.clock() / MS_PER_SECOND)),
    ...fileFunctions(facts.access),
    ...processFunctions(facts),
  });
}

function takeFunction(L: LuaState, name: string): LuaCFunction {
  lua.lua_getfield(L, -1, nameBytes(name));
  const fn = lua.lua_tocfunction(L, -1);
  lua.lua_pop(L, 1);
  if (!fn) throw new Error(`fengari has no os.${name}`);
  return fn;
}

/** The clock is the script's, which in tests and replays is not the machine's. */
function timeFunctions(
  time: LuaCFunction,
  date: LuaCFunction,
  nowSeconds: () => number,
): Readonly<Record<string, LuaCFunction>> {
  return {
    time(L) {
      if (!lua.lua_isnoneornil(L, 1)) return time(L);
      lua.lua_pushinteger(L, nowSeconds());
      return 1;
    },
    date(L) {
      if (!lua.lua_isnoneornil(L, 2)) return date(L);
      lua.lua_settop(L, 1);
      if (lua.lua_isnil(L, 1)) {
        lua.lua_pushstring(L, DEFAULT_DATE_FORMAT);
        lua.lua_replace(L, 1);
      }
      lua.lua_pushinteger(L, nowSeconds());
      return date(L);
    },
  };
}

function fileFunctions(access: FileAccess): Readonly<Record<string, LuaCFunction>> {
  return {
    remove(L) {
      const name = lauxlib.luaL_checkstring(L, 1).slice();
      return pushDone(L, () => access.remove(name), name);
    },
    rename(L) {
      const from = lauxlib.luaL_checkstring(L, 1).slice();
      const to = lauxlib.luaL_checkstring(L, 2).slice();
      return pushDone(L, () => access.rename(from, to));
    },
  };
}

const LOCALE_PARTS = ['all', 'collate', 'ctype', 'monetary', 'numeric', 'time'].map((name) =>
  nameBytes(name),
);

/** Names of the one locale that a mail process has; the empty one is what its environment says. */
const C_LOCALES = new Set(['', 'C', 'POSIX']);

function setLocale(L: LuaState): number {
  const asked = lauxlib.luaL_optstring(L, 1, null);
  lauxlib.luaL_checkoption(L, 2, nameBytes('all'), LOCALE_PARTS);
  pushText(L, !asked || C_LOCALES.has(toText(asked)) ? 'C' : undefined);
  return 1;
}

function processFunctions({ shell, isTrusted }: OsFacts): Readonly<Record<string, LuaCFunction>> {
  return {
    exit: (L) => raiseHere(L, EXIT_TEXT),
    setlocale: setLocale,
    getenv(L) {
      pushText(L, readVariable(lauxlib.luaL_checkstring(L, 1), isTrusted));
      return 1;
    },
    tmpname: isTrusted ? pushTemporaryName : blocked('os.tmpname'),
    execute: (L) => execute(L, shell),
  };
}

const blockedExecute = blocked('os.execute');

function execute(L: LuaState, shell: ShellRunner | undefined): number {
  if (lua.lua_isnoneornil(L, 1)) {
    // Asks whether there is a shell.
    lua.lua_pushboolean(L, shell !== undefined);
    return 1;
  }
  if (!shell) return blockedExecute(L);
  const command = lauxlib.luaL_checkstring(L, 1).slice();
  try {
    return pushProgramEnd(L, shell.feed(command, new Uint8Array(0)));
  } catch (error) {
    return pushFailure(L, error);
  }
}

/** As mkstemp: the file is made, so that the name is the script's. */
function pushTemporaryName(L: LuaState): number {
  const name = path.join(tmpdir(), `lua_${randomBytes(6).toString('hex')}`);
  try {
    orFault(() => closeSync(openSync(name, 'wx', 0o600)));
  } catch {
    return raiseHere(L, 'unable to generate a unique filename');
  }
  pushText(L, name);
  return 1;
}
