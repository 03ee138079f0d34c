import { lauxlib, lua, type LuaState } from '#fengari';
import { nameBytes, pushText, setFunctions } from '../binding.ts';
import { blocked } from './blocked.ts';
import { type FileAccess, nameBuffer, nameText } from './file-access.ts';
import { listTried, searchFiles } from './module-search.ts';
import { NATIVE_TEXT, type PackageFacts } from './package-facts.ts';
import { requireModule } from './require.ts';
import { createSearchers } from './searchers.ts';

/** As Debian builds Lua 5.4, and so Dovecot's scripts have it. Source: luaconf.h. */
const PATH = [
  '/usr/local/share/lua/5.4/?.lua',
  '/usr/local/share/lua/5.4/?/init.lua',
  '/usr/local/lib/lua/5.4/?.lua',
  '/usr/local/lib/lua/5.4/?/init.lua',
  '/usr/share/lua/5.4/?.lua',
  '/usr/share/lua/5.4/?/init.lua',
  './?.lua',
  './?/init.lua',
];
const NATIVE_PATH = [
  '/usr/local/lib/lua/5.4/?.so',
  '/usr/lib/x86_64-linux-gnu/lua/5.4/?.so',
  '/usr/lib/lua/5.4/?.so',
  '/usr/local/lib/lua/5.4/loadall.so',
  './?.so',
];

/** Separators and marks of paths, as LUA_PATH has them. */
const CONFIG = '/\n;\n?\n!\n-\n';

const DOT = nameBytes('.');
const SLASH = nameBytes('/');

/** Pushes the library package, and sets the global require. Source: Lua loadlib.c. */
export function pushPackageLibrary(L: LuaState, facts: PackageFacts): void {
  lua.lua_newtable(L);
  setFunctions(L, {
    loadlib: facts.isTrusted ? refuseNative : blocked('package.loadlib'),
    searchpath: (state) => searchPath(state, facts.access),
  });
  setTexts(L, { path: PATH.join(';'), cpath: NATIVE_PATH.join(';'), config: CONFIG });
  lauxlib.luaL_getsubtable(L, lua.LUA_REGISTRYINDEX, lauxlib.LUA_LOADED_TABLE);
  lua.lua_setfield(L, -2, nameBytes('loaded'));
  lauxlib.luaL_getsubtable(L, lua.LUA_REGISTRYINDEX, lauxlib.LUA_PRELOAD_TABLE);
  lua.lua_setfield(L, -2, nameBytes('preload'));
  setSearchers(L, facts);
  lua.lua_pushvalue(L, -1);
  lua.lua_pushcclosure(L, requireModule, 1);
  lua.lua_setglobal(L, nameBytes('require'));
}

function setTexts(L: LuaState, texts: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(texts)) {
    pushText(L, text);
    lua.lua_setfield(L, -2, nameBytes(name));
  }
}

/** Each searcher has the table package, where it reads the paths. */
function setSearchers(L: LuaState, facts: PackageFacts): void {
  lua.lua_newtable(L);
  createSearchers(facts).forEach((searcher, at) => {
    lua.lua_pushvalue(L, -2);
    lua.lua_pushcclosure(L, searcher, 1);
    lua.lua_rawseti(L, -2, at + 1);
  });
  lua.lua_setfield(L, -2, nameBytes('searchers'));
}

function refuseNative(L: LuaState): number {
  lauxlib.luaL_checkstring(L, 1);
  lauxlib.luaL_checkstring(L, 2);
  lua.lua_pushnil(L);
  pushText(L, NATIVE_TEXT);
  pushText(L, 'open');
  return 3;
}

/** Source: loadlib.c, ll_searchpath. */
function searchPath(L: LuaState, access: FileAccess): number {
  const name = nameText(lauxlib.luaL_checkstring(L, 1));
  const templates = nameText(lauxlib.luaL_checkstring(L, 2));
  const separator = nameText(lauxlib.luaL_optstring(L, 3, DOT) ?? DOT);
  const replacement = nameText(lauxlib.luaL_optstring(L, 4, SLASH) ?? SLASH);
  const file = separator === '' ? name : name.replaceAll(separator, () => replacement);
  const { found, tried } = searchFiles(file, templates, access);
  if (found !== undefined) {
    lua.lua_pushstring(L, nameBuffer(found));
    return 1;
  }
  lua.lua_pushnil(L);
  lua.lua_pushstring(L, nameBuffer(listTried(tried)));
  return 2;
}
