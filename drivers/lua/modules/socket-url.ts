import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, raise, setFunctions } from '../binding.ts';
import { binaryTextAt, pushBinaryText, toBinaryText, typeNameAt } from './binary-text.ts';
import { joinPath, resolveReference, splitPath } from './url-paths.ts';
import { formatUrl, splitUrl, urlFields, type UrlParts } from './url-parts.ts';

const FILE = '/usr/share/lua/5.4/socket/url.lua';

/**
 * `socket.url` 1.0.3: URLs as RFC 2396 splits them, without decoding, and byte-wise escaping.
 *
 * Source: LuaSocket 3.1.0, socket/url.lua.
 */
export function openSocketUrl(L: LuaState): number {
  lua.lua_newtable(L);
  setFunctions(L, functions);
  pushBinaryText(L, 'URL 1.0.3');
  lua.lua_setfield(L, -2, nameBytes('_VERSION'));
  return 1;
}

const functions: Readonly<Record<string, LuaCFunction>> = {
  escape: (L) => {
    pushBinaryText(L, escapeBytes(checkText(L, 1, 31), /[^A-Za-z0-9_]/g));
    return 1;
  },
  unescape: (L) => {
    pushBinaryText(L, unescapeBytes(checkText(L, 1, 74)));
    return 1;
  },
  parse,
  build: (L) => {
    pushBinaryText(L, formatUrl(checkParts(L, 1)));
    return 1;
  },
  absolute,
  parse_path: parsePath,
  build_path: buildPath,
};

/** Each byte that matches as %xx. */
function escapeBytes(text: string, unsafe: RegExp): string {
  return text.replace(unsafe, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

export function unescapeBytes(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** A string argument of gsub in the real module: its message says so. */
function checkText(L: LuaState, arg: number, line: number): string {
  const text = binaryTextAt(L, arg);
  if (text !== undefined) return text;
  return raise(L, `${FILE}:${line}: bad argument #1 to 'gsub' (string expected, got ${typeNameAt(L, arg)})`);
}

function parse(L: LuaState): number {
  lua.lua_settop(L, 2);
  lua.lua_newtable(L);
  if (lua.lua_toboolean(L, 2)) copyFields(L, 2, 3);
  if (!lua.lua_toboolean(L, 1) || binaryTextAt(L, 1) === '') {
    lua.lua_pushnil(L);
    pushBinaryText(L, 'invalid url');
    return 2;
  }
  const parts = splitUrl(checkText(L, 1, 152), {
    authority: fieldText(L, 3, 'authority'),
    userinfo: fieldText(L, 3, 'userinfo'),
  });
  setFields(L, parts);
  return 1;
}

function copyFields(L: LuaState, from: number, to: number): void {
  if (!lua.lua_istable(L, from)) {
    const type = typeNameAt(L, from);
    raise(L, `${FILE}:146: bad argument #1 to 'for iterator' (table expected, got ${type})`);
  }
  lua.lua_pushnil(L);
  while (lua.lua_next(L, from)) {
    lua.lua_pushvalue(L, -2);
    lua.lua_insert(L, -2);
    lua.lua_rawset(L, to);
  }
}

/** Sets the parts as fields of the table on top of the stack. */
function setFields(L: LuaState, parts: UrlParts): void {
  for (const field of urlFields) {
    const text = parts[field];
    if (text === undefined) continue;
    pushBinaryText(L, text);
    lua.lua_setfield(L, -2, nameBytes(field));
  }
}

function fieldText(L: LuaState, table: number, field: string): string | undefined {
  lua.lua_getfield(L, table, nameBytes(field));
  const text = binaryTextAt(L, -1);
  lua.lua_pop(L, 1);
  return text;
}

/** The parts of a URL in a table argument; a false field counts as absent. */
function checkParts(L: LuaState, arg: number): UrlParts {
  if (!lua.lua_istable(L, arg)) {
    raise(L, `${FILE}:205: attempt to index a ${typeNameAt(L, arg)} value (local 'parsed')`);
  }
  const parts: Record<string, string> = {};
  for (const field of urlFields) {
    lua.lua_getfield(L, arg, nameBytes(field));
    if (lua.lua_toboolean(L, -1)) parts[field] = checkField(L, field);
    lua.lua_pop(L, 1);
  }
  return parts;
}

const lineOf: Readonly<Record<string, number>> = { params: 206, query: 207, scheme: 225, fragment: 226 };

function checkField(L: LuaState, field: string): string {
  if (field === 'port') {
    const text = toBinaryText(lauxlib.luaL_tolstring(L, -1));
    lua.lua_pop(L, 1);
    return text;
  }
  const text = binaryTextAt(L, -1);
  if (text !== undefined) return text;
  const type = typeNameAt(L, -1);
  return raise(
    L,
    `${FILE}:${lineOf[field] ?? 222}: attempt to concatenate a ${type} value (field '${field}')`,
  );
}

function absolute(L: LuaState): number {
  lua.lua_settop(L, 2);
  const base = lua.lua_istable(L, 1) ? { parts: checkParts(L, 1) } : { text: optionalText(L, 1) };
  const result = resolveReference(base, optionalText(L, 2));
  if (result === undefined) return raise(L, `${FILE}:89: attempt to index a nil value (local 'path')`);
  pushBinaryText(L, result);
  return 1;
}

function optionalText(L: LuaState, arg: number): string | undefined {
  return lua.lua_toboolean(L, arg) ? checkText(L, arg, 152) : undefined;
}

function parsePath(L: LuaState): number {
  const { segments, isAbsolute, isDirectory } = splitPath(
    lua.lua_toboolean(L, 1) ? checkText(L, 1, 288) : '',
  );
  lua.lua_newtable(L);
  segments.forEach((segment, index) => {
    pushBinaryText(L, unescapeBytes(segment));
    lua.lua_rawseti(L, -2, index + 1);
  });
  if (isAbsolute) setMark(L, 'is_absolute');
  if (isDirectory) setMark(L, 'is_directory');
  return 1;
}

function setMark(L: LuaState, field: string): void {
  lua.lua_pushinteger(L, 1);
  lua.lua_setfield(L, -2, nameBytes(field));
}

function buildPath(L: LuaState): number {
  lua.lua_settop(L, 2);
  if (!lua.lua_istable(L, 1)) {
    return raise(L, `${FILE}:307: attempt to get length of a ${typeNameAt(L, 1)} value (local 'parsed')`);
  }
  const isUnsafe = lua.lua_toboolean(L, 2);
  const segments: string[] = [];
  const count = lauxlib.luaL_len(L, 1);
  for (let index = 1; index <= count; index++) segments.push(checkSegment(L, index, isUnsafe));
  pushBinaryText(
    L,
    joinPath({ segments, isAbsolute: hasMark(L, 'is_absolute'), isDirectory: hasMark(L, 'is_directory') }),
  );
  return 1;
}

function checkSegment(L: LuaState, index: number, isUnsafe: boolean): string {
  lua.lua_geti(L, 1, index);
  const text = checkText(L, -1, 60);
  lua.lua_pop(L, 1);
  return isUnsafe ? text : escapeBytes(text, /[^A-Za-z0-9\-_.!~*'():@&=+$,]/g).replace(/%../g, upper);
}

function upper(escape: string): string {
  return escape.toUpperCase();
}

function hasMark(L: LuaState, field: string): boolean {
  lua.lua_getfield(L, 1, nameBytes(field));
  const isSet = lua.lua_toboolean(L, -1);
  lua.lua_pop(L, 1);
  return isSet;
}
