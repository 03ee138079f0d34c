import { lauxlib, lua, lualib, type LuaState } from '#fengari';
import { nameBytes, pushText, raise, toBytes, toText } from '../../../../drivers/lua/binding.ts';
import { moduleOpeners } from '../../../../drivers/lua/modules/index.ts';
import { pushOwnModule } from '../../../../drivers/lua/modules/own-module.ts';
import type { HostPort } from '../../../../drivers/lua/host/host-calls.ts';
import type { ScriptContext } from '../../../../drivers/lua/script-context.ts';

/** A state with Lua's libraries and a `require` that knows the modules and nothing else. */
export function openModuleState(options: Partial<ScriptContext> = {}): LuaState {
  const L = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(L);
  const openers = moduleOpeners(contextOf(L, options));
  lua.lua_pushcfunction(L, (state) => {
    const name = toText(lauxlib.luaL_checkstring(state, 1));
    const open = openers.get(name);
    lua.lua_getfield(state, lua.LUA_REGISTRYINDEX, lauxlib.LUA_LOADED_TABLE);
    if (lua.lua_getfield(state, -1, toBytes(name)) !== lua.LUA_TNIL) return 1;
    if (!open) return raise(state, `module '${name}' not found:`);
    pushOwnModule(state, name, open);
    return 1;
  });
  lua.lua_setglobal(L, nameBytes('require'));
  return L;
}

function contextOf(L: LuaState, options: Partial<ScriptContext>): ScriptContext {
  return {
    L,
    host: noHost,
    folder: '/nowhere',
    role: 'push',
    file: '/nowhere/test.lua',
    source: new Uint8Array(),
    dialect: 'document',
    strict: false,
    trusted: false,
    user: { username: 'alice', uid: 1000, gid: 1000, service: 'lmtp', sessionCreateTime: 0 },
    pluginSettings: {},
    luaSettings: {},
    log: () => {},
    print: () => {},
    clock: () => Date.now(),
    ...options,
  };
}

const noHost: HostPort = {
  call(name) {
    throw new Error(`nobody answers ${name} here`);
  },
  tell: () => undefined,
};

/** Runs a chunk and answers what it returns, each value through `tostring`; an error as `error: …`. */
export function runLua(L: LuaState, text: string, chunkName = '=test'): string[] {
  const chunk = toBytes(text);
  const base = lua.lua_gettop(L);
  const status =
    lauxlib.luaL_loadbufferx(L, chunk, chunk.length, toBytes(chunkName), null) ||
    lua.lua_pcall(L, 0, lua.LUA_MULTRET, 0);
  const values: string[] = [];
  for (let index = base + 1; index <= lua.lua_gettop(L); index++) {
    values.push(toText(lauxlib.luaL_tolstring(L, index)));
    lua.lua_pop(L, 1);
  }
  lua.lua_settop(L, base);
  return status === lua.LUA_OK ? values : [`error: ${values[0]}`];
}

export function setGlobalText(L: LuaState, name: string, text: string): void {
  pushText(L, text);
  lua.lua_setglobal(L, nameBytes(name));
}

/** Runs a chunk that returns one string; answers it with one code unit a byte, or `error: …`. */
export function runLuaToText(L: LuaState, text: string): string {
  const chunk = new Uint8Array(Buffer.from(text, 'latin1'));
  const status =
    lauxlib.luaL_loadbufferx(L, chunk, chunk.length, toBytes('=golden'), null) || lua.lua_pcall(L, 0, 1, 0);
  const bytes = lauxlib.luaL_tolstring(L, -1);
  const result = Buffer.from(bytes).toString('latin1');
  lua.lua_settop(L, 0);
  return status === lua.LUA_OK ? result : `error: ${result}`;
}
