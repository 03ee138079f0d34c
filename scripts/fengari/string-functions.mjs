// Functions of Lua's string library on texts with one character for each byte.
import { formatFloat, formatInteger, formatText, quote, quoteFloat, readSpec } from './format-item.mjs';
import { and, MIN_INTEGER } from './integers.mjs';
import { meter } from './limits.mjs';
import { makePatternFunctions } from './pattern-functions.mjs';

/** Source: Lua 5.4 lstrlib.c, MAX_FORMAT less what it keeps for itself. */
const MAX_SPEC = 22;
/** A %s without precision keeps longer strings as they are. */
const LONG_TEXT = 100;

const specPattern = /[-+ #0-9.]*/y;

/** The functions, made of the parts of the API that they call. */
export function makeStringFunctions(lua, lauxlib) {
  const api = { ...lua, ...lauxlib };
  return {
    format: makeFormat(api),
    ...makeCutting(api),
    ...makePatternFunctions(api),
    rep: makeRep(api),
    lower: changeCase(api, /[A-Z]+/g, (part) => part.toLowerCase()),
    upper: changeCase(api, /[a-z]+/g, (part) => part.toUpperCase()),
  };
}

function makeFormat(api) {
  const convert = makeConversions(api);
  return (L) => {
    const format = api.luaL_checktext(L, 1);
    const top = api.lua_gettop(L);
    let result = '';
    let from = 0;
    let arg = 1;
    for (let at = format.indexOf('%'); at >= 0; at = format.indexOf('%', from)) {
      result += format.slice(from, at);
      if (format[at + 1] === '%') {
        result += '%';
        from = at + 2;
        continue;
      }
      arg += 1;
      if (arg > top) api.luaL_argerror(L, arg, 'no value');
      specPattern.lastIndex = at + 1;
      const [spec] = specPattern.exec(format);
      if (spec.length + 1 >= MAX_SPEC) api.luaL_error(L, "invalid format string to 'format'");
      const letter = format[at + 1 + spec.length] ?? '';
      result += convert(L, arg, spec, letter);
      api.luaL_checksize(L, result.length);
      from = at + 1 + spec.length + letter.length;
    }
    api.lua_pushtext(L, from === 0 ? format : result + format.slice(from));
    return 1;
  };
}

/** Each gets what stands between % and the letter; what it says is checked when C checks it. */
function makeConversions(api) {
  const byLetter = {
    a: floatFirst(api),
    A: floatFirst(api),
    c: (L, arg, spec, letter) => {
      const read = checkSpec(api, L, spec, letter);
      return formatText(String.fromCharCode(and(api.luaL_checkexact(L, arg), 0xff)), read);
    },
    s: (L, arg, spec, letter) => {
      const text = api.luaL_totext(L, arg);
      return spec === '' ? text : shortText(api, L, arg, { text, spec, letter });
    },
    p: (L, arg, spec, letter) =>
      formatText(api.luaL_pointertext(L, arg) ?? '(null)', checkSpec(api, L, spec, letter)),
    q: (L, arg, spec) => literal(api, L, arg, spec),
  };
  for (const letter of ['d', 'i', 'u', 'o', 'x', 'X'])
    byLetter[letter] = (L, arg, spec) =>
      formatInteger(letter, api.luaL_checkexact(L, arg), checkSpec(api, L, spec, letter));
  for (const letter of ['e', 'E', 'f', 'g', 'G'])
    byLetter[letter] = (L, arg, spec) =>
      formatFloat(letter, api.luaL_checknumber(L, arg), checkSpec(api, L, spec, letter));
  return (L, arg, spec, letter) =>
    byLetter[letter]
      ? byLetter[letter](L, arg, spec, letter)
      : api.luaL_error(L, "invalid conversion '%%%s' to 'format'", spec + letter);
}

function floatFirst(api) {
  return (L, arg, spec, letter) => {
    const read = checkSpec(api, L, spec, letter);
    return formatFloat(letter, api.luaL_checknumber(L, arg), read);
  };
}

function checkSpec(api, L, spec, letter) {
  return (
    readSpec(spec, letter) ?? api.luaL_error(L, "invalid conversion specification: '%%%s'", spec + letter)
  );
}

function shortText(api, L, arg, { text, spec, letter }) {
  if (text.includes('\0')) api.luaL_argerror(L, arg, 'string contains zeros');
  const read = checkSpec(api, L, spec, letter);
  return read.precision === undefined && text.length >= LONG_TEXT ? text : formatText(text, read);
}

/** %q */
function literal(api, L, arg, spec) {
  if (spec !== '') api.luaL_error(L, "specifier '%%q' cannot have modifiers");
  const type = api.lua_type(L, arg);
  if (type === api.LUA_TSTRING) return quote(api.lua_totext(L, arg));
  if (type === api.LUA_TNIL || type === api.LUA_TBOOLEAN) return api.luaL_totext(L, arg);
  if (type !== api.LUA_TNUMBER) return api.luaL_argerror(L, arg, 'value has no literal form');
  if (!api.lua_isinteger(L, arg)) return quoteFloat(api.lua_tonumber(L, arg));
  const value = api.luaL_checkexact(L, arg);
  return value === MIN_INTEGER ? '0x8000000000000000' : String(value);
}

function makeCutting(api) {
  return {
    sub(L) {
      const text = api.luaL_checktext(L, 1);
      const start = fromStart(api.luaL_checkinteger(L, 2), text.length);
      const end = fromEnd(api.luaL_optinteger(L, 3, -1), text.length);
      api.lua_pushtext(L, start <= end ? text.slice(start - 1, end) : '');
      return 1;
    },
    byte(L) {
      const text = api.luaL_checktext(L, 1);
      const first = api.luaL_optinteger(L, 2, 1);
      const start = fromStart(first, text.length);
      const end = fromEnd(api.luaL_optinteger(L, 3, first), text.length);
      if (start > end) return 0;
      api.luaL_checkstack(L, end - start + 1, 'string slice too long');
      meter.take(L, end - start + 1);
      for (let at = start; at <= end; at++) api.lua_pushinteger(L, text.charCodeAt(at - 1));
      return end - start + 1;
    },
    char(L) {
      const count = api.lua_gettop(L);
      let text = '';
      for (let arg = 1; arg <= count; arg++) {
        const code = api.luaL_checkinteger(L, arg);
        api.luaL_argcheck(L, code >= 0 && code <= 0xff, arg, 'value out of range');
        text += String.fromCharCode(code);
      }
      api.lua_pushtext(L, text);
      return 1;
    },
    len(L) {
      api.lua_pushinteger(L, api.luaL_checktext(L, 1).length);
      return 1;
    },
    reverse(L) {
      const text = api.luaL_checktext(L, 1);
      api.lua_pushstring(L, api.bytesOf(text).reverse());
      return 1;
    },
  };
}

/** Where a range begins: from 1, negative from the end. */
function fromStart(position, length) {
  if (position > 0) return position;
  return position === 0 || position < -length ? 1 : length + position + 1;
}

function fromEnd(position, length) {
  if (position > length) return length;
  if (position >= 0) return position;
  return position < -length ? 0 : length + position + 1;
}

function makeRep(api) {
  return (L) => {
    const text = api.luaL_checktext(L, 1);
    const count = api.luaL_checkinteger(L, 2);
    const separator = api.luaL_opttext(L, 3, '');
    if (count <= 0 || text.length + separator.length === 0) {
      api.lua_pushtext(L, '');
      return 1;
    }
    if ((text.length + separator.length) * count > meter.cap)
      return api.luaL_error(L, 'resulting string too large');
    api.lua_pushtext(L, separator === '' ? text.repeat(count) : (text + separator).repeat(count - 1) + text);
    return 1;
  };
}

const notAscii = /[\x80-\xff]/;

/** Letters of ASCII only: the locale is C. */
function changeCase(api, letters, change) {
  return (L) => {
    const text = api.luaL_checktext(L, 1);
    api.lua_pushtext(L, notAscii.test(text) ? text.replaceAll(letters, change) : change(text));
    return 1;
  };
}
