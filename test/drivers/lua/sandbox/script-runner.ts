import { lauxlib, lua } from '#fengari';
import type { LuaCFunction } from '#fengari';
import { toText } from '../../../../drivers/lua/binding.ts';
import { openLibraries, type OpenLibraries } from '../../../../drivers/lua/sandbox/open-libraries.ts';
import type { ScriptContext } from '../../../../drivers/lua/script-context.ts';

export interface Ran {
  /** What the script returned, as tostring shows it; nil is `nil`. */
  readonly values: readonly string[];
  /** Absent when it ran to its end. */
  readonly error?: string;
  readonly printed: readonly string[];
}

export interface RunnerOptions {
  readonly folder: string;
  readonly trusted?: boolean;
  readonly strict?: boolean;
  readonly file?: string;
  readonly programFolder?: string;
  readonly modules?: ReadonlyMap<string, LuaCFunction>;
  clock?(): number;
}

/** A fresh state with the libraries of a script: runs one piece of text after the other in it. */
export interface ScriptRunner {
  run(text: string): Ran;
  readonly libraries: OpenLibraries;
}

const noHost: ScriptContext['host'] = {
  call() {
    throw new Error('nothing outside is asked here');
  },
  tell: () => undefined,
};

export function createScriptRunner(options: RunnerOptions): ScriptRunner {
  const L = lauxlib.luaL_newstate();
  const printed: string[] = [];
  const context: ScriptContext = {
    L,
    host: noHost,
    role: 'push',
    file: options.file ?? `${options.folder}/script.lua`,
    folder: options.folder,
    source: new Uint8Array(0),
    dialect: '2.3',
    strict: options.strict ?? false,
    trusted: options.trusted ?? false,
    ...(options.programFolder !== undefined && { programFolder: options.programFolder }),
    user: { username: 'alice', uid: 1, gid: 1, service: 'lmtp', sessionCreateTime: 0 },
    pluginSettings: {},
    luaSettings: {},
    log: () => undefined,
    clock: () => options.clock?.() ?? Date.now(),
    print: (text) => printed.push(text),
  };
  const libraries = openLibraries(context, options.modules);
  return {
    libraries,
    run(text) {
      printed.length = 0;
      lua.lua_settop(L, 0);
      const chunk = new Uint8Array(Buffer.from(text));
      const status =
        lauxlib.luaL_loadbufferx(L, chunk, chunk.length, new Uint8Array(Buffer.from('=script')), null) ||
        lua.lua_pcall(L, 0, lua.LUA_MULTRET, 0);
      libraries.flush();
      if (status !== lua.LUA_OK) return { values: [], error: shown(-1), printed: [...printed] };
      const values = Array.from({ length: lua.lua_gettop(L) }, (_, at) => shown(at + 1));
      return { values, printed: [...printed] };
    },
  };
  function shown(index: number): string {
    const text = toText(lauxlib.luaL_tolstring(L, index));
    lua.lua_pop(L, 1);
    return text;
  }
}
