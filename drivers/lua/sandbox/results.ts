import { lua, type LuaState } from '#fengari';
import { nameBytes, pushText } from '../binding.ts';
import { asFault } from './file-fault.ts';

/** Names in messages are cut: what a script gives as one may be megabytes long. */
const MAX_SHOWN_NAME_BYTES = 1000;

/**
 * What Lua's functions return for a failure: nil, `name: reason`, the system's number. Source: luaL_fileresult.
 *
 * @throws what is no failure of a file operation
 */
export function pushFailure(L: LuaState, error: unknown, name?: Uint8Array): number {
  const fault = asFault(error);
  lua.lua_pushnil(L);
  pushNamed(L, fault.message, name);
  lua.lua_pushinteger(L, fault.errno);
  return 3;
}

function pushNamed(L: LuaState, reason: string, name: Uint8Array | undefined): void {
  if (!name) return pushText(L, reason);
  lua.lua_pushstring(L, name.slice(0, MAX_SHOWN_NAME_BYTES));
  pushText(L, `: ${reason}`);
  return lua.lua_concat(L, 2);
}

/** How a program ended. */
export interface ProgramEnd {
  readonly how: 'exit' | 'signal';
  readonly code: number;
}

/** What os.execute and the close of a pipe return. Source: luaL_execresult. */
export function pushProgramEnd(L: LuaState, { how, code }: ProgramEnd): number {
  if (how === 'exit' && code === 0) lua.lua_pushboolean(L, true);
  else lua.lua_pushnil(L);
  lua.lua_pushstring(L, nameBytes(how));
  lua.lua_pushinteger(L, code);
  return 3;
}

/** True, or the failure of the operation. */
export function pushDone(L: LuaState, operation: () => void, name?: Uint8Array): number {
  try {
    operation();
  } catch (error) {
    return pushFailure(L, error, name);
  }
  lua.lua_pushboolean(L, true);
  return 1;
}
