import { lauxlib, lua, type LuaState } from '#fengari';
import { nameBytes, raiseHere, toText } from '../binding.ts';
import { closeFile, checkFile } from './file-object.ts';
import { readFormats } from './read-formats.ts';

/** Source: liolib.c, MAXARGLINE. */
const MAX_FORMATS = 250;

/**
 * Makes a file and the formats above it, which are on top of the stack, the iterator over the file. `closesAtEnd`: the
 * file is the iterator's own. Source: liolib.c, aux_lines, io_readline.
 */
export function pushLinesIterator(L: LuaState, formats: number, closesAtEnd: boolean): number {
  lauxlib.luaL_argcheck(L, formats <= MAX_FORMATS, MAX_FORMATS + 2, nameBytes('too many arguments'));
  lua.lua_pushcclosure(L, (state) => readNext(state, formats, closesAtEnd), formats + 1);
  return 1;
}

function readNext(L: LuaState, formats: number, closesAtEnd: boolean): number {
  lua.lua_settop(L, 0);
  lua.lua_pushvalue(L, lua.lua_upvalueindex(1));
  const file = checkFile(L, 1);
  if (file.isClosed) return raiseHere(L, 'file is already closed');
  lauxlib.luaL_checkstack(L, formats, nameBytes('too many arguments'));
  for (let at = 1; at <= formats; at += 1) lua.lua_pushvalue(L, lua.lua_upvalueindex(at + 1));
  const results = readFormats(L, file.stream, 2);
  if (lua.lua_toboolean(L, -results)) return results;
  if (results > 1) return raiseHere(L, failureText(L, results));
  if (closesAtEnd) {
    lua.lua_settop(L, 0);
    closeFile(L, file);
  }
  return 0;
}

/** nil alone is the end of the file; with a text after it, the text says what went wrong. */
function failureText(L: LuaState, results: number): string {
  return toText(lua.lua_tostring(L, 1 - results) ?? new Uint8Array(0));
}
