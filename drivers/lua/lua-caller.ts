import { lauxlib, lua, type LuaState } from '#fengari';
import { nameBytes, toText } from './binding.ts';
import { LONGEST_ERROR_BYTES } from './script-limits.ts';

/** An error that was raised, as Dovecot's log words it: where, what, and the traceback on further lines. */
export interface LuaFailure {
  readonly error: string;
}

/** Calls the global functions of one state, each under a traceback. */
export interface LuaCaller {
  /** Whether there is such a global function. Metatables do not count, nor do tables that can be called. */
  isFunction(name: string): boolean;
  /** Calls it with what `pushArgs` pushes; the results are left on the stack when it succeeds. */
  call(name: string, args: number, results: number, pushArgs?: () => void): LuaFailure | undefined;
  /** Calls the function on top of the stack without arguments, for its effects; the error without its name. */
  run(): LuaFailure | undefined;
}

/** Source: Dovecot lib-lua/dlua-script.c, dlua_pcall and dlua_script_has_function. */
export function createLuaCaller(L: LuaState): LuaCaller {
  const pushGlobal = (name: string) => {
    lua.lua_pushglobaltable(L);
    lua.lua_pushstring(L, nameBytes(name));
    lua.lua_rawget(L, -2);
    lua.lua_remove(L, -2);
    return lua.lua_isfunction(L, -1);
  };
  return {
    isFunction(name) {
      const found = pushGlobal(name);
      lua.lua_pop(L, 1);
      return found;
    },
    call(name, args, results, pushArgs) {
      const base = lua.lua_gettop(L);
      lua.lua_pushcfunction(L, addTraceback);
      if (!pushGlobal(name)) {
        lua.lua_settop(L, base);
        return { error: `'${name}' is not a function` };
      }
      pushArgs?.();
      const error = protectedCall(L, base, args, results);
      return error === undefined
        ? undefined
        : { error: `lua_pcall(${name}, ${args}, ${results}) failed: ${error}` };
    },
    run() {
      lua.lua_pushcfunction(L, addTraceback);
      lua.lua_insert(L, -2);
      const error = protectedCall(L, lua.lua_gettop(L) - 2, 0, 0);
      return error === undefined ? undefined : { error };
    },
  };
}

/** Calls what stands above the handler at `base + 1`, and takes the handler away. */
function protectedCall(L: LuaState, base: number, args: number, results: number): string | undefined {
  const status = lua.lua_pcall(L, args, results, base + 1);
  lua.lua_remove(L, base + 1);
  if (status === lua.LUA_OK) return undefined;
  const bytes = lua.lua_tostring(L, -1);
  // C prints the null pointer that an error without a text is.
  const text = bytes ? toErrorText(bytes) : '(null)';
  lua.lua_settop(L, base);
  return text;
}

function toErrorText(bytes: Uint8Array): string {
  if (bytes.length <= LONGEST_ERROR_BYTES) return toText(bytes);
  return `${toText(bytes.subarray(0, LONGEST_ERROR_BYTES))}… (${bytes.length} bytes)`;
}

/** debug.traceback as a message handler: what is no text stays as it is. */
function addTraceback(L: LuaState): number {
  const message = lua.lua_tostring(L, 1);
  if (message) lauxlib.luaL_traceback(L, L, message, 1);
  return 1;
}
