import { lauxlib, lua, lualib, type LuaState } from '#fengari';

/** What an expression gives: its results, or its error. */
export interface LuaAnswer {
  readonly results?: readonly LuaValue[];
  readonly error?: string;
}

/** A value as `tostring` shows it, addresses as 0xPTR, and its type: of numbers integer or float. */
interface LuaValue {
  readonly tostring: string;
  readonly type: string;
}

/**
 * Evaluates expressions one after the other in one state that has the standard libraries and nothing else. Bytes
 * of strings are shown as one character each.
 */
export function makeEvaluator(): (expression: string) => LuaAnswer {
  const L = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(L);
  return (expression) => evaluate(L, expression);
}

function evaluate(L: LuaState, expression: string): LuaAnswer {
  lua.lua_settop(L, 0);
  const chunk = new Uint8Array(Buffer.from(`return ${expression}`, 'utf8'));
  const status =
    lauxlib.luaL_loadbufferx(L, chunk, chunk.length, chunk, null) || lua.lua_pcall(L, 0, lua.LUA_MULTRET, 0);
  if (status !== lua.LUA_OK) return { error: show(L, -1) };
  const count = lua.lua_gettop(L);
  return { results: Array.from({ length: count }, (_, index) => describeValue(L, index + 1)) };
}

function describeValue(L: LuaState, index: number): LuaValue {
  const type = lua.lua_type(L, index);
  const number = lua.lua_isinteger(L, index) ? 'integer' : 'float';
  const name = Buffer.from(lua.lua_typename(L, type)).toString('latin1');
  return { tostring: show(L, index), type: type === lua.LUA_TNUMBER ? number : name };
}

function show(L: LuaState, index: number): string {
  return lauxlib.luaL_totext(L, index).replaceAll(/0x[0-9a-f]+/g, '0xPTR');
}
