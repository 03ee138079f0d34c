import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, pushText, raiseHere } from '../binding.ts';
import { nameBuffer, nameText } from './file-access.ts';
import { asFault } from './file-fault.ts';
import { loadText, skipComment } from './load-chunk.ts';
import { chunkName } from './load-functions.ts';
import { expandPath, listTried, searchFiles, type SearchResult } from './module-search.ts';
import { NATIVE_TEXT, type PackageFacts } from './package-facts.ts';

/**
 * Modules that a server may well have from elsewhere, while ours are stand-ins: a file of that name beside the script
 * is what the author means. LuaSocket and cjson are what the packages of the system are: ours come first.
 */
const FILES_FIRST = new Set(['json', 'JSON', 'dkjson']);

/** What require returns second for a module of ours; on a server the name of the file. */
const OWN_MODULE = ':dovebell:';

/** The functions of package.searchers: preload, files of Lua, native modules, native modules in one file. */
export function createSearchers(facts: PackageFacts): readonly LuaCFunction[] {
  return [
    searchPreload,
    (L) => searchLua(L, facts),
    (L) => searchNative(L, facts, (name) => name),
    // `a.b` may lie in the library of `a`; a name without a dot has been looked for already.
    (L) =>
      searchNative(L, facts, (name) => (name.includes('.') ? name.slice(0, name.indexOf('.')) : undefined)),
  ];
}

function searchPreload(L: LuaState): number {
  const name = lauxlib.luaL_checkstring(L, 1);
  lua.lua_getfield(L, lua.LUA_REGISTRYINDEX, lauxlib.LUA_PRELOAD_TABLE);
  if (lua.lua_getfield(L, -1, name) === lua.LUA_TNIL) {
    pushName(L, `no field package.preload['${nameText(name)}']`);
    return 1;
  }
  pushText(L, ':preload:');
  return 2;
}

function searchLua(L: LuaState, facts: PackageFacts): number {
  const name = nameText(lauxlib.luaL_checkstring(L, 1));
  const own = facts.modules.get(name);
  if (own && !FILES_FIRST.has(name)) return pushOwnModule(L, own);
  const result = searchFiles(name.replaceAll('.', '/'), readPath(L, 'path'), facts.access);
  if (result.found !== undefined) return pushFileLoader(L, facts, name, result.found);
  if (own) return pushOwnModule(L, own);
  pushName(L, listTried(result.tried) + sandboxNote(facts, result));
  return 1;
}

function pushOwnModule(L: LuaState, open: LuaCFunction): number {
  lua.lua_pushcfunction(L, open);
  pushText(L, OWN_MODULE);
  return 2;
}

/** Lua's message lists places where nobody looked; in the sandbox it says so, unless it is to be exactly Lua's. */
function sandboxNote({ strict, isTrusted }: PackageFacts, { elsewhere }: SearchResult): string {
  if (strict || isTrusted || elsewhere.length === 0) return '';
  const folders = elsewhere.map((template) =>
    template.slice(0, template.lastIndexOf('/', template.indexOf('?')) + 1),
  );
  const list = [...new Set(folders)].join(', ');
  return `\n\t(blocked here, and looked for in the folder of the script instead: ${list}. Trusted mode searches them)`;
}

/** Modules of machine code that scripts on servers use, by the first part of their names. */
const nativeModules: ReadonlySet<string> = new Set(
  'bcrypt crypto curl cURL lcurl ldap lfs lpeg lsqlite3 lualdap luasql md5 mosquitto openssl pgmoon posix rapidjson sha1 struct term uuid zlib'.split(
    ' ',
  ),
);

/** Parts of modules that scripts require by themselves. */
const wellKnownParts: ReadonlySet<string> = new Set(['socket.http', 'socket.url', 'ssl.https']);

/** What to do about a module that is not there; Lua's own list says only where it is not. */
function missingNote({ strict, modules }: PackageFacts, name: string): string {
  if (strict) return '';
  const [root = ''] = name.split('.');
  if (nativeModules.has(root))
    return `\n\t(${root} is machine code, which no mode here loads; pcall(require, '${name}') lets the rest run)`;
  const own = [...modules.keys()].filter((one) => !one.includes('.') || wellKnownParts.has(one)).toSorted();
  const file = `${name.replaceAll('.', '/')}.lua`;
  return `\n\t(not among the modules here: ${own.join(', ')}. A file ${file} in the folder of the script is found)`;
}

function readPath(L: LuaState, field: 'path' | 'cpath'): string {
  lua.lua_getfield(L, lua.lua_upvalueindex(1), nameBytes(field));
  const text = lua.lua_tostring(L, -1);
  if (!text) return raiseHere(L, `'package.${field}' must be a string`);
  return nameText(text);
}

function pushFileLoader(L: LuaState, { access }: PackageFacts, name: string, file: string): number {
  let reason: string | undefined;
  try {
    const { text } = access.readSource(nameBuffer(file));
    if (loadText(L, skipComment(text), chunkName(nameBuffer(file)), null) === lua.LUA_OK) {
      pushName(L, file);
      return 2;
    }
  } catch (error) {
    reason = `cannot read ${file}: ${asFault(error).message}`;
  }
  return raiseUnloadable(L, name, file, reason ?? nameText(lauxlib.luaL_tolstring(L, -1)));
}

function raiseUnloadable(L: LuaState, name: string, file: string, reason: string): never {
  lauxlib.luaL_where(L, 1);
  pushName(L, `error loading module '${name}' from file '${file}':\n\t${reason}`);
  lua.lua_concat(L, 2);
  return lua.lua_error(L);
}

/** Lists where the server would look; a native module that is there cannot be loaded all the same. */
function searchNative(L: LuaState, facts: PackageFacts, part: (name: string) => string | undefined): number {
  const { access, isTrusted } = facts;
  const name = nameText(lauxlib.luaL_checkstring(L, 1));
  const searched = part(name);
  if (searched === undefined) return 0;
  const path = searched.replaceAll('.', '/');
  const templates = readPath(L, 'cpath');
  const { found } = isTrusted ? searchFiles(path, templates, access) : {};
  if (found !== undefined) return raiseUnloadable(L, name, found, NATIVE_TEXT);
  const tried = listTried(expandPath(path, templates).map(([, file]) => file));
  pushName(L, searched === name ? tried + missingNote(facts, name) : tried);
  return 1;
}

function pushName(L: LuaState, text: string): void {
  lua.lua_pushstring(L, nameBuffer(text));
}
