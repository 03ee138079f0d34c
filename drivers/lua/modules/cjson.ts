import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, pushText, setFunctions } from '../binding.ts';
import { decodeCjson } from './cjson-decode.ts';
import { encodeCjson } from './cjson-encode.ts';
import { defaultCjsonOptions, optionFunctions } from './cjson-options.ts';

/**
 * `cjson` 2.1.0: `encode`, `decode`, `null`, `new` and the settings.
 *
 * Source: Lua CJSON 2.1.0 (Debian lua-cjson); its manual.
 */
export function openCjson(L: LuaState): number {
  return pushInstance(L, false);
}

/** `cjson.safe`: as cjson, but encode and decode answer nil and the reason instead of raising it. */
export function openCjsonSafe(L: LuaState): number {
  return pushInstance(L, true);
}

function pushInstance(L: LuaState, isSafe: boolean): number {
  const options = defaultCjsonOptions();
  lua.lua_newtable(L);
  setFunctions(L, {
    ...optionFunctions(options),
    encode: guard(isSafe, (state) => {
      checkOne(state);
      lua.lua_pushstring(state, encodeCjson(state, options));
      return 1;
    }),
    decode: guard(isSafe, (state) => {
      checkOne(state);
      decodeCjson(state, lauxlib.luaL_checklstring(state, 1).slice(), options);
      return 1;
    }),
    new: (state) => pushInstance(state, isSafe),
  });
  lua.lua_pushlightuserdata(L, null);
  lua.lua_setfield(L, -2, nameBytes('null'));
  pushText(L, 'cjson');
  lua.lua_setfield(L, -2, nameBytes('_NAME'));
  pushText(L, '2.1.0');
  lua.lua_setfield(L, -2, nameBytes('_VERSION'));
  return 1;
}

function checkOne(L: LuaState): void {
  lauxlib.luaL_argcheck(L, lua.lua_gettop(L) === 1, 1, nameBytes('expected 1 argument'));
}

function guard(isSafe: boolean, fn: LuaCFunction): LuaCFunction {
  if (!isSafe) return fn;
  return (L) => {
    checkOne(L);
    lua.lua_pushcfunction(L, fn);
    lua.lua_insert(L, 1);
    if (lua.lua_pcall(L, 1, 1, 0) === lua.LUA_OK) return 1;
    lua.lua_pushnil(L);
    lua.lua_insert(L, -2);
    return 2;
  };
}
