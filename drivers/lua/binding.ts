import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';

/** Names of fields and globals are few: their bytes are made once. */
const names = new Map<string, Uint8Array>();

/** The bytes of a name that the program itself writes: shared, never to be changed. */
export function nameBytes(name: string): Uint8Array {
  const known = names.get(name);
  if (known) return known;
  const bytes = new Uint8Array(Buffer.from(name, 'utf8'));
  names.set(name, bytes);
  return bytes;
}

/** Text as Lua has it: UTF-8. The bytes are the caller's own. */
export function toBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

/** Bytes as text; what is not UTF-8 becomes U+FFFD. */
export function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** Pushes text, or nil for undefined. */
export function pushText(L: LuaState, text: string | undefined): void {
  if (text === undefined) lua.lua_pushnil(L);
  else lua.lua_pushliteral(L, text);
}

/** Pushes bytes, or nil for undefined. They become Lua's: not to be changed afterwards. */
export function pushBytes(L: LuaState, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) lua.lua_pushnil(L);
  else lua.lua_pushstring(L, bytes);
}

/** A string argument (numbers count as strings, as everywhere in Lua); a copy. @throws a Lua error otherwise. */
export function checkBytes(L: LuaState, arg: number): Uint8Array {
  return lauxlib.luaL_checklstring(L, arg).slice();
}

/** As checkBytes, read as UTF-8. */
export function checkText(L: LuaState, arg: number): string {
  return toText(lauxlib.luaL_checklstring(L, arg));
}

/** Raises a Lua error with this text and no position, as Dovecot's own functions do (dlua_error). */
export function raise(L: LuaState, text: string): never {
  pushText(L, text);
  return lua.lua_error(L);
}

/** Raises a Lua error that begins with where the caller is: `file:line: text` (luaL_error). */
export function raiseHere(L: LuaState, text: string): never {
  lauxlib.luaL_where(L, 1);
  pushText(L, text);
  lua.lua_concat(L, 2);
  return lua.lua_error(L);
}

/**
 * The number of arguments, self included. Source: Dovecot lib-lua, DLUA_REQUIRE_ARGS.
 * @throws a Lua error in Dovecot's words when it is not in the range.
 */
export function checkCount(L: LuaState, min: number, max = min): number {
  const count = lua.lua_gettop(L);
  if (count >= min && count <= max) return count;
  const wanted = min === max ? `${min}` : `${min} to ${max}`;
  return raise(L, `expected ${wanted} arguments, got ${count}`);
}

/** Sets the field of a table to the value on top of the stack, which goes; `__index` and `__newindex` apply. */
export function setField(L: LuaState, table: number, name: string): void {
  lua.lua_setfield(L, table, toBytes(name));
}

/** Sets functions as fields of the table on top of the stack. */
export function setFunctions(L: LuaState, functions: Readonly<Record<string, LuaCFunction>>): void {
  for (const [name, fn] of Object.entries(functions)) {
    lua.lua_pushcfunction(L, fn);
    lua.lua_setfield(L, -2, nameBytes(name));
  }
}
