import { lauxlib, lua } from '#fengari';
import { toBytes, toText } from '../binding.ts';

export interface CompileFailure {
  /** As Lua words it, without file and line. */
  readonly message: string;
  readonly line: number;
}

/**
 * Has Lua's own compiler read the script, as text only; nothing is run. Undefined: it takes it.
 * Source: Dovecot dlua-script.c, dlua_script_create_file (luaL_loadfile).
 */
export function compileLua(source: Uint8Array): CompileFailure | undefined {
  const L = lauxlib.luaL_newstate();
  try {
    // A name without characters that a message could be cut at: the file's own name is not needed here.
    if (lauxlib.luaL_loadbufferx(L, source, source.length, toBytes('@s'), toBytes('t')) === lua.LUA_OK)
      return undefined;
    const text = toText(lua.lua_tostring(L, -1) ?? new Uint8Array());
    const [, line = '1', message = text] = /^s:(\d+): ([^]*)$/.exec(text) ?? [];
    return { line: Number(line), message };
  } finally {
    lua.lua_close(L);
  }
}
