import { lua, type LuaState } from '#fengari';

/**
 * Lua strings as JavaScript strings with one code unit a byte (U+0000–U+00FF), so that regular expressions work on
 * bytes. Nothing is lost either way.
 */
export function toBinaryText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The bytes of such a string; the caller's own. */
export function fromBinaryText(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** A string or number on the stack as Lua would write it; undefined for any other type. */
export function binaryTextAt(L: LuaState, index: number): string | undefined {
  if (!lua.lua_isstring(L, index)) return undefined;
  // A copy: the conversion would turn a number on the stack into a string, which confuses lua_next.
  lua.lua_pushvalue(L, index);
  const text = toBinaryText(lua.lua_tostring(L, -1) ?? new Uint8Array());
  lua.lua_pop(L, 1);
  return text;
}

export function pushBinaryText(L: LuaState, text: string): void {
  lua.lua_pushstring(L, fromBinaryText(text));
}

/** The name of a value's type as messages of Lua functions show it: an argument that is not there is nil. */
export function typeNameAt(L: LuaState, index: number): string {
  const type = lua.lua_type(L, index);
  return type === lua.LUA_TNONE ? 'nil' : toBinaryText(lua.lua_typename(L, type));
}
