import { lauxlib, lua, lualib, type LuaState } from '#fengari';

/** One expression and what a real Lua made of it: its results, or its error. */
export interface LuaCase {
  readonly expr: string;
  readonly results?: readonly LuaValue[];
  readonly error?: string;
}

/** A value as `tostring` shows it, addresses as 0xPTR, and its type: of numbers integer or float. */
interface LuaValue {
  readonly tostring: string;
  readonly type: string;
}

export interface LuaCases {
  /** Which program they come from. */
  readonly source: string;
  readonly cases: readonly LuaCase[];
}

export interface LuaCaseOutcome {
  /** The expression. */
  readonly name: string;
  /** What we make of it and what the real program did. Absent: the same. */
  readonly difference?: string;
}

type Answer = Pick<LuaCase, 'results' | 'error'>;

const text = (tostring: string): Answer => ({ results: [{ tostring, type: 'string' }] });

/**
 * What Lua 5.4, which Dovecot has and we follow, answers otherwise than the Lua 5.3 of the recorded cases. Each
 * was seen in lua5.4 5.4.4.
 */
export const lua54Answers: Readonly<Record<string, Answer>> = {
  // Infinite numbers have a literal.
  'string.format("%q",1/0)': text('1e9999'),
  // Other words for a format that does not exist.
  'string.format("%y",1)': {
    error: `[string "return string.format("%y",1)"]:1: invalid conversion '%y' to 'format'`,
  },
  // Strings become integers in arithmetic when they look like one.
  '"10"+5': { results: [{ tostring: '15', type: 'integer' }] },
  // Constants have a name in errors.
  '"a"|1': {
    error: `[string "return "a"|1"]:1: attempt to perform bitwise operation on a string value (constant 'a')`,
  },
  _VERSION: text('Lua 5.4'),
};

/** Evaluates every expression in one state that has all libraries, and compares. */
export function* compareLuaCases({ source, cases }: LuaCases): Generator<LuaCaseOutcome> {
  const L = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(L);
  for (const each of cases) {
    const { expr, ...recorded } = each;
    const ours = JSON.stringify(evaluate(L, expr));
    const wanted = JSON.stringify((source.startsWith('lua5.3') && lua54Answers[expr]) || recorded);
    yield ours === wanted ? { name: expr } : { name: expr, difference: `${ours}, recorded ${wanted}` };
  }
}

function evaluate(L: LuaState, expr: string): Answer {
  lua.lua_settop(L, 0);
  const chunk = new Uint8Array(Buffer.from(`return ${expr}`, 'utf8'));
  const status =
    lauxlib.luaL_loadbufferx(L, chunk, chunk.length, chunk, null) || lua.lua_pcall(L, 0, lua.LUA_MULTRET, 0);
  if (status !== lua.LUA_OK) return { error: showText(L, -1) };
  const count = lua.lua_gettop(L);
  return { results: Array.from({ length: count }, (_, index) => describeValue(L, index + 1)) };
}

function describeValue(L: LuaState, index: number): LuaValue {
  const type = lua.lua_type(L, index);
  const number = lua.lua_isinteger(L, index) ? 'integer' : 'float';
  return {
    tostring: showText(L, index),
    type: type === lua.LUA_TNUMBER ? number : Buffer.from(lua.lua_typename(L, type)).toString(),
  };
}

/** The bytes as the recording has them: one character for each. */
function showText(L: LuaState, index: number): string {
  const bytes = lauxlib.luaL_tolstring(L, index);
  const shown = Buffer.from(bytes).toString('latin1');
  lua.lua_pop(L, 1);
  return shown.replaceAll(/0x[0-9a-f]+/g, '0xPTR');
}
