// find, match, gmatch and gsub of Lua's string library. Source: Lua 5.4 lstrlib.c.
import { meter } from './limits.mjs';
import { PatternMatcher } from './pattern-matcher.mjs';

const NONE = -1;
const special = /[\^$*+?.([%-]/;

/** The functions, made of the parts of the API that they call. */
export function makePatternFunctions(api) {
  return {
    find: (L) => search(api, L, true),
    match: (L) => search(api, L, false),
    gmatch: (L) => gmatch(api, L),
    gsub: (L) => gsub(api, L),
  };
}

/** Where a search begins, from 0; negative positions count from the end. */
function beginOf(position, length) {
  if (position > 0) return position - 1;
  return position === 0 || position < -length ? 0 : length + position;
}

function search(api, L, isFind) {
  const text = api.luaL_checktext(L, 1);
  const pattern = api.luaL_checktext(L, 2);
  const from = beginOf(api.luaL_optinteger(L, 3, 1), text.length);
  if (from > text.length) return nothing(api, L);
  if (isFind && (api.lua_toboolean(L, 4) || !special.test(pattern)))
    return findPlain(api, L, text, pattern, from);
  const isAnchored = pattern.startsWith('^');
  const matcher = new PatternMatcher(L, text, pattern, api.luaL_error);
  for (let at = from; at <= text.length; at++) {
    const end = matcher.matchAt(at, isAnchored ? 1 : 0);
    if (end !== NONE) return isFind ? pushFound(api, matcher, at, end) : pushCaptures(api, matcher, at, end);
    if (isAnchored) break;
  }
  return nothing(api, L);
}

function nothing(api, L) {
  api.lua_pushnil(L);
  return 1;
}

function findPlain(api, L, text, pattern, from) {
  const at = text.indexOf(pattern, from);
  if (at < 0) return nothing(api, L);
  api.lua_pushinteger(L, at + 1);
  api.lua_pushinteger(L, at + pattern.length);
  return 2;
}

function pushFound(api, matcher, at, end) {
  api.lua_pushinteger(matcher.L, at + 1);
  api.lua_pushinteger(matcher.L, end);
  return 2 + pushEach(api, matcher, matcher.level, at, end);
}

/** Pushes the captures, or the whole match when the pattern has none. */
function pushCaptures(api, matcher, at, end) {
  return pushEach(api, matcher, matcher.level === 0 ? 1 : matcher.level, at, end);
}

function pushEach(api, matcher, count, at, end) {
  api.luaL_checkstack(matcher.L, count, 'too many captures');
  for (let index = 0; index < count; index++) {
    const capture = matcher.capture(index, at, end);
    if (typeof capture === 'number') api.lua_pushinteger(matcher.L, capture);
    else api.lua_pushtext(matcher.L, capture);
  }
  return count;
}

function gmatch(api, L) {
  const text = api.luaL_checktext(L, 1);
  const matcher = new PatternMatcher(L, text, api.luaL_checktext(L, 2), api.luaL_error);
  let from = beginOf(api.luaL_optinteger(L, 3, 1), text.length);
  let last = NONE;
  api.lua_pushcfunction(L, (thread) => {
    matcher.L = thread;
    for (let at = from; at <= text.length; at++) {
      const end = matcher.matchAt(at, 0);
      if (end === NONE || end === last) continue;
      from = end;
      last = end;
      return pushCaptures(api, matcher, at, end);
    }
    return 0;
  });
  return 1;
}

function gsub(api, L) {
  const text = api.luaL_checktext(L, 1);
  const pattern = api.luaL_checktext(L, 2);
  const most = api.luaL_optinteger(L, 4, text.length + 1);
  const replace = makeReplacement(api, L);
  const isAnchored = pattern.startsWith('^');
  const matcher = new PatternMatcher(L, text, pattern, api.luaL_error);
  let result = '';
  let kept = 0;
  let at = 0;
  let last = NONE;
  let count = 0;
  while (count < most) {
    const end = matcher.matchAt(at, isAnchored ? 1 : 0);
    if (end !== NONE && end !== last) {
      count += 1;
      result += text.slice(kept, at) + replace(matcher, at, end);
      if (result.length > meter.cap) api.luaL_checksize(L, result.length);
      at = end;
      last = end;
      kept = end;
    } else if (at < text.length) at += 1;
    else break;
    if (isAnchored) break;
  }
  if (count === 0) api.lua_pushvalue(L, 1);
  else api.lua_pushtext(L, result + text.slice(kept));
  api.lua_pushinteger(L, count);
  return 2;
}

/** How the third argument says what stands in place of a match. */
function makeReplacement(api, L) {
  const type = api.lua_type(L, 3);
  if (type === api.LUA_TFUNCTION)
    return (matcher, at, end) => {
      api.lua_pushvalue(L, 3);
      api.lua_call(L, pushCaptures(api, matcher, at, end), 1);
      return replacementValue(api, matcher, at, end);
    };
  if (type === api.LUA_TTABLE)
    return (matcher, at, end) => {
      pushEach(api, matcher, 1, at, end);
      api.lua_gettable(L, 3);
      return replacementValue(api, matcher, at, end);
    };
  if (type !== api.LUA_TSTRING && type !== api.LUA_TNUMBER) api.luaL_typeerror(L, 3, 'string/function/table');
  const text = api.lua_totext(L, 3);
  return text.includes('%') ? (matcher, at, end) => expand(api, text, matcher, at, end) : () => text;
}

function replacementValue(api, matcher, at, end) {
  const { L } = matcher;
  const keeps = !api.lua_toboolean(L, -1);
  if (!keeps && !api.lua_isstring(L, -1))
    api.luaL_error(L, 'invalid replacement value (a %s)', api.luaL_typename(L, -1));
  const value = keeps ? matcher.text.slice(at, end) : api.lua_totext(L, -1);
  api.lua_pop(L, 1);
  return value;
}

/** A replacement with %0 to %9 and %%. */
function expand(api, replacement, matcher, at, end) {
  let result = '';
  let from = 0;
  for (let mark = replacement.indexOf('%'); mark >= 0; mark = replacement.indexOf('%', from)) {
    result += replacement.slice(from, mark);
    const next = replacement[mark + 1] ?? '';
    if (next === '%') result += '%';
    else if (next === '0') result += matcher.text.slice(at, end);
    else if (next >= '1' && next <= '9') result += matcher.capture(next.charCodeAt(0) - 49, at, end);
    else api.luaL_error(matcher.L, "invalid use of '%c' in replacement string", 37);
    from = mark + 2;
  }
  return result + replacement.slice(from);
}
