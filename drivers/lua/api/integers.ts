import { lua, type LuaState } from '#fengari';

/** Lua's integers are 64-bit. */
const INTEGER_BITS = 64;

/** Pushes an integer; what does not fit into 64 bits wraps, as in C. */
export function pushWhole(L: LuaState, value: bigint): void {
  const wrapped = BigInt.asIntN(INTEGER_BITS, value);
  const number = Number(wrapped);
  lua.lua_pushinteger(L, Number.isSafeInteger(number) ? number : wrapped);
}
