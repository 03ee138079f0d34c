import { lauxlib, type LuaState } from '#fengari';
import { toText } from '../binding.ts';

/**
 * A string argument as a C function sees it: it ends at the first NUL. The bytes are a copy.
 * @throws a Lua error when it is neither string nor number.
 */
export function checkCString(L: LuaState, arg: number): Uint8Array {
  return cutAtNul(lauxlib.luaL_checklstring(L, arg)).slice();
}

/** As checkCString, read as UTF-8. */
export function checkCText(L: LuaState, arg: number): string {
  return toText(cutAtNul(lauxlib.luaL_checklstring(L, arg)));
}

/** What a C function sees of a string. Not a copy. */
export function cutAtNul(bytes: Uint8Array): Uint8Array {
  const nul = bytes.indexOf(0);
  return nul < 0 ? bytes : bytes.subarray(0, nul);
}
