import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, pushText, toText } from '../binding.ts';

/** The settings of one cjson instance; what `cjson.new()` begins with. */
export interface CjsonOptions {
  sparseConvert: boolean;
  sparseRatio: number;
  sparseSafe: number;
  encodeMaxDepth: number;
  decodeMaxDepth: number;
  numberPrecision: number;
  encodeInvalidNumbers: false | true | 'null';
  decodeInvalidNumbers: boolean;
  keepBuffer: boolean;
}

export function defaultCjsonOptions(): CjsonOptions {
  return {
    sparseConvert: false,
    sparseRatio: 2,
    sparseSafe: 10,
    encodeMaxDepth: 1000,
    decodeMaxDepth: 1000,
    numberPrecision: 14,
    encodeInvalidNumbers: false,
    decodeInvalidNumbers: true,
    keepBuffer: true,
  };
}

const INT_MAX = 2147483647;
const MAX_PRECISION = 14;

/** The functions that read and change the settings: each answers what then holds; nil leaves it as it is. */
export function optionFunctions(options: CjsonOptions): Readonly<Record<string, LuaCFunction>> {
  return {
    encode_sparse_array: (L) => {
      checkAtMost(L, 3);
      options.sparseConvert = pushSwitch(L, 1, options.sparseConvert);
      options.sparseRatio = pushInteger(L, 2, options.sparseRatio, [0, INT_MAX]);
      options.sparseSafe = pushInteger(L, 3, options.sparseSafe, [0, INT_MAX]);
      return 3;
    },
    encode_max_depth: (L) => {
      checkAtMost(L, 1);
      options.encodeMaxDepth = pushInteger(L, 1, options.encodeMaxDepth, [1, INT_MAX]);
      return 1;
    },
    decode_max_depth: (L) => {
      checkAtMost(L, 1);
      options.decodeMaxDepth = pushInteger(L, 1, options.decodeMaxDepth, [1, INT_MAX]);
      return 1;
    },
    encode_number_precision: (L) => {
      checkAtMost(L, 1);
      options.numberPrecision = pushInteger(L, 1, options.numberPrecision, [1, MAX_PRECISION]);
      return 1;
    },
    encode_keep_buffer: (L) => {
      checkAtMost(L, 1);
      options.keepBuffer = pushSwitch(L, 1, options.keepBuffer);
      return 1;
    },
    encode_invalid_numbers: (L) => {
      checkAtMost(L, 1);
      options.encodeInvalidNumbers = pushSwitchOrNull(L, options.encodeInvalidNumbers);
      return 1;
    },
    decode_invalid_numbers: (L) => {
      checkAtMost(L, 1);
      options.decodeInvalidNumbers = pushSwitch(L, 1, options.decodeInvalidNumbers);
      return 1;
    },
  };
}

function checkAtMost(L: LuaState, count: number): void {
  const isGiven = lua.lua_gettop(L) > count;
  lauxlib.luaL_argcheck(L, !isGiven, count + 1, nameBytes('found too many arguments'));
  lua.lua_settop(L, count);
}

function pushInteger(L: LuaState, arg: number, value: number, [min, max]: readonly [number, number]): number {
  let result = value;
  if (!lua.lua_isnil(L, arg)) {
    result = lauxlib.luaL_checkinteger(L, arg);
    const range = nameBytes(`expected integer between ${min} and ${max}`);
    lauxlib.luaL_argcheck(L, min <= result && result <= max, 1, range);
  }
  lua.lua_pushinteger(L, result);
  return result;
}

function pushSwitch(L: LuaState, arg: number, value: boolean): boolean {
  const result = switchAt(L, arg, value, ['off', 'on']);
  lua.lua_pushboolean(L, result === true);
  return result === true;
}

function pushSwitchOrNull(L: LuaState, value: false | true | 'null'): false | true | 'null' {
  const result = switchAt(L, 1, value, ['off', 'on', 'null']);
  if (result === 'null') pushText(L, 'null');
  else lua.lua_pushboolean(L, result);
  return result;
}

function switchAt(
  L: LuaState,
  arg: number,
  value: false | true | 'null',
  words: readonly string[],
): false | true | 'null' {
  if (lua.lua_isnil(L, arg)) return value;
  if (lua.lua_isboolean(L, arg)) return lua.lua_toboolean(L, arg);
  const word = toText(lauxlib.luaL_checkstring(L, arg));
  if (!words.includes(word)) lauxlib.luaL_argerror(L, arg, nameBytes(`invalid option '${word}'`));
  return word === 'null' ? 'null' : word === 'on';
}
