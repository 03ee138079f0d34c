// Lua's utf8 library. Source: Lua 5.4 lutf8lib.c.
import { meter } from './limits.mjs';

const MAX_UNICODE = 0x10ffff;
const MAX_CODE = 0x7fffffff;
/** The least value that needs so many bytes after the first. */
const LEAST = [0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000];

/** The functions, made of the parts of the API that they call. */
export function makeUtf8Functions(api) {
  return {
    char: (L) => char(api, L),
    codepoint: (L) => codepoint(api, L),
    codes: makeCodes(api),
    len: (L) => length(api, L),
    offset: (L) => offset(api, L),
  };
}

function isContinuation(text, at) {
  return (text.charCodeAt(at) & 0xc0) === 0x80;
}

/** The code that begins at a place and where the next begins; undefined when it is not UTF-8. */
function decode(text, at, isLax) {
  let first = text.charCodeAt(at);
  if (first < 0x80) return { code: first, next: at + 1 };
  let code = 0;
  let count = 0;
  for (; first & 0x40; first <<= 1) {
    count += 1;
    if (!isContinuation(text, at + count)) return undefined;
    code = code * 64 + (text.charCodeAt(at + count) & 0x3f);
  }
  if (count === 0 || count > 5) return undefined;
  code += (first & 0x7f) * 2 ** (count * 5);
  if (code > MAX_CODE || code < LEAST[count]) return undefined;
  if (!isLax && (code > MAX_UNICODE || (code >= 0xd800 && code <= 0xdfff))) return undefined;
  return { code, next: at + count + 1 };
}

/** A code as UTF-8, up to six bytes. */
function encode(code) {
  if (code < 0x80) return String.fromCharCode(code);
  let text = '';
  let rest = code;
  let mostInFirst = 0x3f;
  do {
    text = String.fromCharCode(0x80 | (rest & 0x3f)) + text;
    rest = Math.floor(rest / 64);
    mostInFirst >>= 1;
  } while (rest > mostInFirst);
  return String.fromCharCode(((~mostInFirst << 1) & 0xff) | rest) + text;
}

function char(api, L) {
  let text = '';
  const count = api.lua_gettop(L);
  for (let arg = 1; arg <= count; arg++) {
    const code = api.luaL_checkinteger(L, arg);
    api.luaL_argcheck(L, code >= 0 && code <= MAX_CODE, arg, 'value out of range');
    text += encode(code);
  }
  api.lua_pushtext(L, text);
  return 1;
}

/** Positions count from 1, negative ones from the end. */
function position(value, size) {
  if (value >= 0) return value;
  return -value > size ? 0 : size + value + 1;
}

function length(api, L) {
  const text = api.luaL_checktext(L, 1);
  const size = text.length;
  let at = position(api.luaL_optinteger(L, 2, 1), size) - 1;
  const last = position(api.luaL_optinteger(L, 3, -1), size) - 1;
  const isLax = api.lua_toboolean(L, 4);
  api.luaL_argcheck(L, at >= 0 && at <= size, 2, 'initial position out of bounds');
  api.luaL_argcheck(L, last < size, 3, 'final position out of bounds');
  let count = 0;
  while (at <= last) {
    if (--meter.left < 0) meter.expire(L);
    const decoded = decode(text, at, isLax);
    if (!decoded) {
      api.lua_pushnil(L);
      api.lua_pushinteger(L, at + 1);
      return 2;
    }
    at = decoded.next;
    count += 1;
  }
  api.lua_pushinteger(L, count);
  return 1;
}

function codepoint(api, L) {
  const text = api.luaL_checktext(L, 1);
  const first = position(api.luaL_optinteger(L, 2, 1), text.length);
  const last = position(api.luaL_optinteger(L, 3, first), text.length);
  const isLax = api.lua_toboolean(L, 4);
  api.luaL_argcheck(L, first >= 1, 2, 'out of bounds');
  api.luaL_argcheck(L, last <= text.length, 3, 'out of bounds');
  if (first > last) return 0;
  api.luaL_checkstack(L, last - first + 1, 'string slice too long');
  let count = 0;
  for (let at = first - 1; at < last; count++) {
    const decoded = decode(text, at, isLax);
    if (!decoded) return api.luaL_error(L, 'invalid UTF-8 code');
    api.lua_pushinteger(L, decoded.code);
    at = decoded.next;
  }
  return count;
}

function makeCodes(api) {
  const step = (isLax) => (L) => {
    const text = api.luaL_checktext(L, 1);
    let at = api.lua_tointeger(L, 2);
    if (at < 0) return 0;
    while (at < text.length && isContinuation(text, at)) at += 1;
    if (at >= text.length) return 0;
    const decoded = decode(text, at, isLax);
    if (!decoded || isContinuation(text, decoded.next)) return api.luaL_error(L, 'invalid UTF-8 code');
    api.lua_pushinteger(L, at + 1);
    api.lua_pushinteger(L, decoded.code);
    return 2;
  };
  const strict = step(false);
  const lax = step(true);
  return (L) => {
    const isLax = api.lua_toboolean(L, 2);
    const text = api.luaL_checktext(L, 1);
    api.luaL_argcheck(L, !isContinuation(text, 0), 1, 'invalid UTF-8 code');
    api.lua_pushcfunction(L, isLax ? lax : strict);
    api.lua_pushvalue(L, 1);
    api.lua_pushinteger(L, 0);
    return 3;
  };
}

function offset(api, L) {
  const text = api.luaL_checktext(L, 1);
  const count = api.luaL_checkinteger(L, 2);
  const from = position(api.luaL_optinteger(L, 3, count >= 0 ? 1 : text.length + 1), text.length) - 1;
  api.luaL_argcheck(L, from >= 0 && from <= text.length, 3, 'position out of bounds');
  const at = count === 0 ? beginOf(text, from) : moved(api, L, text, from, count);
  if (at === undefined) api.lua_pushnil(L);
  else api.lua_pushinteger(L, at + 1);
  return 1;
}

function beginOf(text, from) {
  let at = from;
  while (at > 0 && isContinuation(text, at)) at -= 1;
  return at;
}

/** So many characters further, or, for a negative count, back; undefined when there are not so many. */
function moved(api, L, text, from, count) {
  if (isContinuation(text, from)) return api.luaL_error(L, 'initial position is a continuation byte');
  let at = from;
  let left = count;
  for (; left < 0 && at > 0; left++) at = beginOf(text, at - 1);
  for (left = count > 0 ? left - 1 : left; left > 0 && at < text.length; left--) {
    if (--meter.left < 0) meter.expire(L);
    at += 1;
    while (isContinuation(text, at)) at += 1;
  }
  return left === 0 ? at : undefined;
}
