import { lauxlib, lua, type LuaState } from '#fengari';
import { nameBytes, pushText, raise } from '../binding.ts';
import { pushBinaryText, toBinaryText } from './binary-text.ts';
import { JsonTextError, readJsonTokens, type JsonToken } from './lua-json-tokens.ts';

const FOLDER = '/usr/share/lua/5.4/json/decode';

/** Where the values stand on the stack while a text is decoded: arguments, and the value read last. */
const TEXT = 1;
const FLAGS = 2;
const PREVIOUS = 3;

/** Tables that may lie within each other: each takes three places of the stack. */
const MAX_DEPTH = 10_000;

interface OpenTable {
  readonly isObject: boolean;
  items: number;
  hasKey: boolean;
  hasNil: boolean;
}

interface Machine {
  readonly L: LuaState;
  readonly flag: (name: string) => boolean;
  /** Of the tables that are open: how many items an array has, or that it is an object. */
  readonly open: OpenTable[];
  /** Whether a value has been read that is not yet put anywhere. */
  isSet: boolean;
}

/**
 * `decode(text, flags)`: the value of a text, with the flags that the module's Lua part makes of the options.
 *
 * Works as lua-json does, token by token over one slot for the value read last, so that its messages come out at
 * the same places. Source: lua-json 1.3.4, json/decode/state.lua.
 */
export function decodeLuaJson(L: LuaState): number {
  lua.lua_settop(L, 2);
  const text = toBinaryText(lauxlib.luaL_checklstring(L, TEXT));
  lua.lua_pushnil(L);
  const flag = (name: string): boolean => {
    lua.lua_getfield(L, FLAGS, nameBytes(name));
    const isOn = lua.lua_toboolean(L, -1);
    lua.lua_pop(L, 1);
    return isOn;
  };
  const machine: Machine = { L, flag, open: [], isSet: false };
  for (const token of tokensOf(L, text, flag)) step(machine, token);
  if (flag('initialObject'))
    check(L, lua.lua_istable(L, PREVIOUS), `${FOLDER}.lua:88: Initial value not an object or array`);
  check(L, machine.open.length === 0, `${FOLDER}.lua:91: Unclosed elements present`);
  lua.lua_settop(L, PREVIOUS);
  return 1;
}

function tokensOf(L: LuaState, text: string, flag: (name: string) => boolean): JsonToken[] {
  try {
    return readJsonTokens(text, {
      identifiers: flag('identifiers'),
      singleQuotes: flag('singleQuotes'),
      unicodeWhitespace: flag('unicodeWhitespace'),
      undefined: flag('allowUndefined'),
      nan: flag('nan'),
      inf: flag('inf'),
      frac: flag('frac'),
      exp: flag('exp'),
      hex: flag('hex'),
      controls: flag('controls'),
    });
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    pushBinaryText(L, error.message);
    return lua.lua_error(L);
  }
}

function check(L: LuaState, condition: boolean, message: string): void {
  if (!condition) raise(L, message);
}

function step(machine: Machine, token: JsonToken): void {
  switch (token.kind) {
    case '[':
    case '{':
      return openTable(machine, token.kind === '{');
    case ']':
    case '}':
      return closeTable(machine, token.kind === '}');
    case ',':
      return putValue(machine, false);
    case ':':
      return setKey(machine);
    default:
      pushToken(machine.L, token);
      setValue(machine);
      if (token.kind === 'key') setKey(machine);
  }
}

function pushToken(L: LuaState, token: JsonToken): void {
  switch (token.kind) {
    case 'string':
    case 'key':
      return pushBinaryText(L, token.text);
    case 'number':
      lua.lua_getfield(L, FLAGS, nameBytes('tonumber'));
      pushText(L, token.text);
      return lua.lua_call(L, 1, 1);
    case 'nan':
      return lua.lua_pushnumber(L, Number.NaN);
    case 'inf':
    case '-inf':
      return lua.lua_pushnumber(L, token.kind === 'inf' ? Infinity : -Infinity);
    case 'null':
    case 'undefined':
      lua.lua_getfield(L, FLAGS, nameBytes(token.kind));
      return;
    default:
      return lua.lua_pushboolean(L, token.kind === 'true');
  }
}

/** Takes the value on top of the stack as the one read last. */
function setValue(machine: Machine): void {
  check(machine.L, !machine.isSet, `${FOLDER}/state.lua:169: Value set when one already in slot`);
  lua.lua_replace(machine.L, PREVIOUS);
  machine.isSet = true;
}

/** Each open table has two places on the stack: itself and its key. */
function openTable(machine: Machine, isObject: boolean): void {
  const { L, open } = machine;
  if (open.length >= MAX_DEPTH || !lua.lua_checkstack(L, 8)) raise(L, 'too many nested elements');
  open.push({ isObject, items: 0, hasKey: false, hasNil: false });
  lua.lua_newtable(L);
  if (!isObject) {
    lua.lua_getfield(L, FLAGS, nameBytes('arrayMeta'));
    lua.lua_setmetatable(L, -2);
  }
  lua.lua_pushnil(L);
  machine.isSet = false;
}

function closeTable(machine: Machine, isObject: boolean): void {
  const { L, open } = machine;
  const active = open.at(-1);
  if (!active) return closeNothing(machine, isObject);
  if (!isObject) {
    if (machine.isSet || active.isObject || active.items !== 0) putValue(machine, true);
    storeCount(L, active);
  } else if (active.hasKey || machine.isSet || hasFields(L)) putValue(machine, true);
  lua.lua_pop(L, 1);
  lua.lua_replace(L, PREVIOUS);
  open.pop();
  machine.isSet = true;
}

/** A text that closes what it did not open fails where lua-json happens to fail. */
function closeNothing({ L, isSet }: Machine, isObject: boolean): never {
  const nil = "attempt to index a nil value (field 'active')";
  if (isSet || !isObject) return raise(L, `${FOLDER}/state.lua:81: ${nil}`);
  return raise(L, `${FOLDER}/state.lua:119: bad argument #1 to 'next' (table expected, got nil)`);
}

function hasFields(L: LuaState): boolean {
  lua.lua_pushnil(L);
  if (!lua.lua_next(L, -3)) return false;
  lua.lua_pop(L, 2);
  return true;
}

/** An array with nil in it says how long it is. */
function storeCount(L: LuaState, { items, isObject, hasNil }: OpenTable): void {
  if (isObject || !hasNil) return;
  lua.lua_pushinteger(L, items);
  lua.lua_setfield(L, -3, nameBytes('n'));
}

function putValue(machine: Machine, isTrailing: boolean): void {
  const { L, open, flag } = machine;
  const active = open.at(-1);
  if (!active) return raise(L, `${FOLDER}/state.lua:81: attempt to index a nil value (field 'active')`);
  if (active.isObject) {
    if (isTrailing && flag('objectTrailingComma') && !active.hasKey) return;
    check(L, active.hasKey, `${FOLDER}/state.lua:51: Missing key value`);
    lua.lua_pushvalue(L, -1);
    pushPrevious(machine);
    lua.lua_rawset(L, -4);
    active.hasKey = false;
    return;
  }
  if (isTrailing && !machine.isSet && flag('arrayTrailingComma')) return;
  active.items++;
  pushPrevious(machine);
  active.hasNil ||= lua.lua_isnil(L, -1);
  lua.lua_rawseti(L, -3, active.items);
}

function pushPrevious(machine: Machine): void {
  check(machine.L, machine.isSet, `${FOLDER}/state.lua:163: Previous value not set`);
  machine.isSet = false;
  lua.lua_pushvalue(machine.L, PREVIOUS);
}

function setKey(machine: Machine): void {
  const { L, open, flag } = machine;
  const active = open.at(-1);
  if (!active?.isObject) return raise(L, `${FOLDER}/state.lua:175: Cannot set key on array`);
  pushPrevious(machine);
  const type = lua.lua_type(L, -1);
  if (flag('numberKeys')) {
    const isKey = type === lua.LUA_TSTRING || type === lua.LUA_TNUMBER;
    check(L, isKey, `${FOLDER}/state.lua:179: As configured, a key must be a number or string`);
  } else check(L, type === lua.LUA_TSTRING, `${FOLDER}/state.lua:181: As configured, a key must be a string`);
  lua.lua_replace(L, -2);
  active.hasKey = true;
}
