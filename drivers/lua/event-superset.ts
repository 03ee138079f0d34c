import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { bitsOf, type EventTableOptions } from './event-table.ts';
import { nameBytes, setFunctions, toText } from './binding.ts';

/**
 * Names that the framework's document has and the real program has not (or the other way round), for scripts
 * that are not held to the letter. They are found by asking only: a script that lists an event's keys sees what
 * it would see on the server.
 */
export function createEventDecorations(
  L: LuaState,
  pushUser: () => void,
): Pick<EventTableOptions, 'decorateEvent' | 'decorateFlags'> {
  const events = makeMetatable(L, { __index: (state) => indexEvent(state, pushUser) });
  const flags = makeMetatable(L, bitOperators());
  const decorate = (ref: number) => (state: LuaState) => {
    lua.lua_rawgeti(state, lua.LUA_REGISTRYINDEX, ref);
    lua.lua_setmetatable(state, -2);
  };
  return { decorateEvent: decorate(events), decorateFlags: decorate(flags) };
}

function makeMetatable(L: LuaState, functions: Readonly<Record<string, LuaCFunction>>): number {
  lua.lua_newtable(L);
  setFunctions(L, functions);
  return lauxlib.luaL_ref(L, lua.LUA_REGISTRYINDEX);
}

/** Where a name of one dialect is kept under a name of another: by event, or of any. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['FlagsSet.keywords_set', 'keywords'],
  ['FlagsClear.keywords_clear', 'keywords'],
  ['FlagsSet.keywords', 'keywords_set'],
  ['FlagsClear.keywords', 'keywords_clear'],
]);

function indexEvent(L: LuaState, pushUser: () => void): number {
  const key = toText(lua.lua_tostring(L, 2) ?? new Uint8Array());
  if (key === 'user') {
    pushUser();
    return 1;
  }
  if (key === 'flags_mask') return pushMask(L);
  const other = otherNames.get(`${rawField(L, 'name')}.${key}`);
  if (other === undefined) return 0;
  lua.lua_pushstring(L, nameBytes(other));
  lua.lua_rawget(L, 1);
  return 1;
}

function rawField(L: LuaState, name: string): string {
  lua.lua_pushstring(L, nameBytes(name));
  lua.lua_rawget(L, 1);
  const text = toText(lua.lua_tostring(L, -1) ?? new Uint8Array());
  lua.lua_pop(L, 1);
  return text;
}

function pushMask(L: LuaState): number {
  lua.lua_pushstring(L, nameBytes('flags'));
  lua.lua_rawget(L, 1);
  lua.lua_pushinteger(L, toBits(L, -1));
  return 1;
}

/** A list of flags as their bits; any other value must be an integer. */
function toBits(L: LuaState, index: number): number {
  if (!lua.lua_istable(L, index)) return lauxlib.luaL_checkinteger(L, index);
  const flags = Array.from({ length: lua.lua_rawlen(L, index) }, (_, at) => {
    lua.lua_rawgeti(L, index, at + 1);
    const flag = toText(lua.lua_tostring(L, -1) ?? new Uint8Array());
    lua.lua_pop(L, 1);
    return flag;
  });
  return bitsOf(flags);
}

function bitOperators(): Record<string, LuaCFunction> {
  const operator = (combine: (one: number, other: number) => number) => (L: LuaState) => {
    lua.lua_pushinteger(L, combine(toBits(L, 1), toBits(L, 2)));
    return 1;
  };
  return {
    __band: operator((one, other) => one & other),
    __bor: operator((one, other) => one | other),
    __bxor: operator((one, other) => one ^ other),
    __bnot: operator((one) => ~one),
  };
}
