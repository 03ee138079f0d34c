import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, pushText, raiseHere, setFunctions, toText } from '../binding.ts';
import { blocked } from './blocked.ts';
import { asFault } from './file-fault.ts';
import { createFileType, writeArguments } from './file-methods.ts';
import { checkOpenFile, closeFile, type LuaFile, testFile } from './file-object.ts';
import type { FileOpener } from './file-opener.ts';
import { pushLinesIterator } from './lines-iterator.ts';
import { type OpenMode, parseMode } from './raw-file.ts';
import { readFormats } from './read-formats.ts';
import { pushFailure } from './results.ts';
import { type ScriptOutput, setStandardFiles } from './standard-files.ts';

type Standard = 'input' | 'output';

const DEFAULT_MODE = nameBytes('r');

/** What the library io works with. */
export interface IoFacts extends ScriptOutput {
  readonly opener: FileOpener;
}

/** Pushes the library io. Source: Lua liolib.c. */
export function pushIoLibrary(L: LuaState, facts: IoFacts): void {
  createFileType(L);
  lua.lua_newtable(L);
  setStandardFiles(L, facts);
  const defaults = createDefaults(L);
  setFunctions(L, {
    ...fileFunctions(facts.opener),
    ...defaultFunctions(facts.opener, defaults),
    popen: programFunction(facts.opener),
  });
}

/** The files that io.read and io.write use: references in the registry, which scripts do not see. */
interface Defaults {
  /** @throws a Lua error when it is closed */
  push(L: LuaState, which: Standard): LuaFile;
  pushValue(L: LuaState, which: Standard): void;
  /** Takes it from the top of the stack. */
  set(L: LuaState, which: Standard): void;
}

function createDefaults(L: LuaState): Defaults {
  const refs = { input: takeField(L, 'stdin'), output: takeField(L, 'stdout') };
  const pushValue = (state: LuaState, which: Standard): void => {
    lua.lua_rawgeti(state, lua.LUA_REGISTRYINDEX, refs[which]);
  };
  return {
    pushValue,
    push(state, which) {
      pushValue(state, which);
      const file = testFile(state, -1);
      if (!file || file.isClosed) return raiseHere(state, `default ${which} file is closed`);
      return file;
    },
    set(state, which) {
      lauxlib.luaL_unref(state, lua.LUA_REGISTRYINDEX, refs[which]);
      refs[which] = lauxlib.luaL_ref(state, lua.LUA_REGISTRYINDEX);
    },
  };
}

function takeField(L: LuaState, name: string): number {
  lua.lua_getfield(L, -1, nameBytes(name));
  return lauxlib.luaL_ref(L, lua.LUA_REGISTRYINDEX);
}

function fileFunctions(opener: FileOpener): Readonly<Record<string, LuaCFunction>> {
  return {
    open(L) {
      const name = lauxlib.luaL_checkstring(L, 1).slice();
      const mode = checkMode(L, 2);
      return pushedOr(L, () => opener.pushOpened(L, name, mode), name);
    },
    tmpfile: (L) => pushedOr(L, () => opener.pushTemporary(L)),
    type(L) {
      lauxlib.luaL_checkany(L, 1);
      const file = testFile(L, 1);
      pushText(L, file && (file.isClosed ? 'closed file' : 'file'));
      return 1;
    },
  };
}

function defaultFunctions(opener: FileOpener, defaults: Defaults): Readonly<Record<string, LuaCFunction>> {
  return {
    close(L) {
      if (lua.lua_isnone(L, 1)) defaults.pushValue(L, 'output');
      return closeFile(L, checkOpenFile(L, 1));
    },
    flush(L) {
      defaults.push(L, 'output');
      lua.lua_pushboolean(L, true);
      return 1;
    },
    input: (L) => changeDefault(L, opener, defaults, 'input'),
    output: (L) => changeDefault(L, opener, defaults, 'output'),
    lines: (L) => lines(L, opener, defaults),
    read(L) {
      const last = lua.lua_gettop(L);
      const { stream } = defaults.push(L, 'input');
      lua.lua_settop(L, last);
      return readFormats(L, stream, 1);
    },
    write(L) {
      const last = lua.lua_gettop(L);
      return writeArguments(L, defaults.push(L, 'output'), 1, last);
    },
  };
}

/** One value pushed by the operation, or its failure. */
function pushedOr(L: LuaState, push: () => void, name?: Uint8Array): number {
  try {
    push();
    return 1;
  } catch (error) {
    return pushFailure(L, error, name);
  }
}

function checkMode(L: LuaState, arg: number): OpenMode {
  const text = toText(lauxlib.luaL_optstring(L, arg, DEFAULT_MODE) ?? DEFAULT_MODE);
  return parseMode(text) ?? lauxlib.luaL_argerror(L, arg, nameBytes('invalid mode'));
}

function changeDefault(L: LuaState, opener: FileOpener, defaults: Defaults, which: Standard): number {
  if (!lua.lua_isnoneornil(L, 1)) {
    if (lua.lua_tostring(L, 1)) pushOpenedOrRaise(L, opener, which === 'input' ? 'r' : 'w');
    else {
      checkOpenFile(L, 1);
      lua.lua_pushvalue(L, 1);
    }
    defaults.set(L, which);
  }
  defaults.pushValue(L, which);
  return 1;
}

/** Source: liolib.c, opencheckfile. */
function pushOpenedOrRaise(L: LuaState, opener: FileOpener, mode: string): void {
  const name = lauxlib.luaL_checkstring(L, 1).slice();
  let reason: string;
  try {
    return opener.pushOpened(L, name, parseMode(mode)!);
  } catch (error) {
    reason = asFault(error).message;
  }
  return raiseHere(L, `cannot open file '${toText(name.subarray(0, 1000))}' (${reason})`);
}

/** Source: liolib.c, io_lines: with a name four values, the file last, for the loop to close. */
function lines(L: LuaState, opener: FileOpener, defaults: Defaults): number {
  if (lua.lua_isnone(L, 1)) lua.lua_pushnil(L);
  const formats = lua.lua_gettop(L) - 1;
  if (lua.lua_isnil(L, 1)) {
    defaults.pushValue(L, 'input');
    lua.lua_replace(L, 1);
    checkOpenFile(L, 1);
    return pushLinesIterator(L, formats, false);
  }
  pushOpenedOrRaise(L, opener, 'r');
  lua.lua_replace(L, 1);
  // A copy below: the iterator takes the file and its formats.
  lua.lua_pushvalue(L, 1);
  lua.lua_insert(L, 1);
  pushLinesIterator(L, formats, true);
  lua.lua_pushnil(L);
  lua.lua_pushnil(L);
  lua.lua_pushvalue(L, 1);
  return 4;
}

function programFunction({ pushProgram }: FileOpener): LuaCFunction {
  if (!pushProgram) return blocked('io.popen');
  return (L) => {
    const command = lauxlib.luaL_checkstring(L, 1).slice();
    const mode = toText(lauxlib.luaL_optstring(L, 2, DEFAULT_MODE) ?? DEFAULT_MODE);
    if (mode !== 'r' && mode !== 'w') return lauxlib.luaL_argerror(L, 2, nameBytes('invalid mode'));
    return pushedOr(L, () => pushProgram(L, command, mode === 'r'), command);
  };
}
