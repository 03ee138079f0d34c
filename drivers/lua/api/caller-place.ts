import { lua, type LuaState } from '#fengari';
import { nameBytes, toText } from '../binding.ts';

/** Where the running function was called: `script.lua:5`, without the folder. Source: dlua_get_file_line. */
export function callerPlace(L: LuaState): string {
  const ar = new lua.lua_Debug();
  if (!lua.lua_getstack(L, 1, ar)) return '<non-file location>:0';
  lua.lua_getinfo(L, nameBytes('Sl'), ar);
  const source = toText(ar.source);
  const file = source.startsWith('@') ? source.slice(1).split('/').pop() : '<non-file location>';
  return `${file}:${ar.currentline}`;
}
