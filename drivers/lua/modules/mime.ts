import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, setFunctions } from '../binding.ts';
import { pushBinaryText, toBinaryText } from './binary-text.ts';
import { openLtn12 } from './ltn12.ts';
import { runLuaSource } from './lua-source.ts';
import {
  CRLF,
  decodeBase64Groups,
  decodeQuotedPrintable,
  encodeBase64,
  encodeBase64Groups,
  encodeQuotedPrintable,
  endQuotedPrintable,
  normalizeLineEnds,
  stuffDots,
  wrapQuotedPrintable,
  wrapText,
  type Converted,
} from './mime-codecs.ts';
import { pushOwnModule } from './own-module.ts';

/** Bytes a line may have when a script does not say; RFC 2045 §6.7 (5). */
const LINE_LENGTH = 76;

/**
 * `mime` 1.0.3, which is one table with `mime.core`: base64, quoted-printable, line ends, line wrapping and dots,
 * as functions and as ltn12 filters.
 *
 * Source: LuaSocket 3.1.0, mime.lua and mime.c. As there, counts that are handed on are floats.
 */
export function openMime(L: LuaState): number {
  pushOwnModule(L, 'mime.core', openMimeCore, 'mime');
  lua.lua_pushvalue(L, -1);
  pushOwnModule(L, 'ltn12', openLtn12);
  runLuaSource(L, { file: '/usr/share/lua/5.4/mime.lua', text: filters }, 2, 0);
  return 1;
}

export function openMimeCore(L: LuaState): number {
  lua.lua_newtable(L);
  setFunctions(L, functions);
  pushBinaryText(L, 'MIME 1.0.3');
  lua.lua_setfield(L, -2, nameBytes('_VERSION'));
  return 1;
}

const functions: Readonly<Record<string, LuaCFunction>> = {
  b64: (L) => convert(L, encodeBase64Groups, encodeBase64),
  unb64: (L) => convert(L, decodeBase64Groups, () => ''),
  qp: (L) => {
    const marker = optionalText(L, 3) ?? CRLF;
    return convert(L, (text) => encodeQuotedPrintable(text, marker), endQuotedPrintable);
  },
  unqp: (L) => convert(L, decodeQuotedPrintable, () => ''),
  wrp: (L) => wrap(L, wrapText, CRLF),
  qpwrp: (L) => wrap(L, wrapQuotedPrintable, `=${CRLF}`),
  eol: normalize,
  dot,
};

function optionalText(L: LuaState, arg: number): string | undefined {
  const bytes = lauxlib.luaL_optstring(L, arg, null);
  return bytes === null ? undefined : toBinaryText(bytes);
}

/** A, B = codec(C, D): C .. D converted as far as possible, and what is left; to the end when D is nil. */
function convert(L: LuaState, codec: (text: string) => Converted, end: (rest: string) => string): number {
  const first = optionalText(L, 1);
  if (first === undefined) return pushPair(L, undefined, undefined);
  const second = optionalText(L, 2);
  const { out, rest } = codec(first + (second ?? ''));
  if (second !== undefined) return pushPair(L, out, rest);
  const whole = out + end(rest);
  return pushPair(L, whole === '' ? undefined : whole, undefined);
}

function pushPair(L: LuaState, first: string | undefined, second: string | number | undefined): number {
  if (first === undefined) lua.lua_pushnil(L);
  else pushBinaryText(L, first);
  if (second === undefined) lua.lua_pushnil(L);
  else if (typeof second === 'number') lua.lua_pushnumber(L, second);
  else pushBinaryText(L, second);
  return 2;
}

type Wrap = (text: string, left: number, length: number) => { out: string; left: number };

function wrap(L: LuaState, wrapper: Wrap, ending: string): number {
  const left = Math.trunc(lauxlib.luaL_checknumber(L, 1));
  const text = optionalText(L, 2);
  const length = Math.trunc(lauxlib.luaL_optnumber(L, 3, LINE_LENGTH));
  if (text === undefined) return pushPair(L, left < length ? ending : undefined, length);
  const wrapped = wrapper(text, left, length);
  return pushPair(L, wrapped.out, wrapped.left);
}

function normalize(L: LuaState): number {
  const context = lauxlib.luaL_checkinteger(L, 1);
  const text = optionalText(L, 2);
  const marker = optionalText(L, 3) ?? CRLF;
  if (text === undefined) return pushPair(L, undefined, 0);
  const normalized = normalizeLineEnds(text, context, marker);
  return pushPair(L, normalized.out, normalized.context);
}

function dot(L: LuaState): number {
  const state = lauxlib.luaL_checknumber(L, 1);
  const text = optionalText(L, 2);
  if (text === undefined) return pushPair(L, undefined, 2);
  const stuffed = stuffDots(text, state);
  return pushPair(L, stuffed.out, stuffed.state);
}

const filters = String.raw`
local mime, ltn12 = ...
local cycle, error, tostring, type = ltn12.filter.cycle, error, tostring, type
local encodet, decodet, wrapt = {}, {}, {}
mime.encodet, mime.decodet, mime.wrapt = encodet, decodet, wrapt

--@ 23
local function chooser(filters)
  return function(name, first, second)
    if type(name) ~= "string" then
      name, first, second = "default", name, first
    end
    local filter = filters[name]
--@ 30
    if not filter then error("unknown key (" .. tostring(name) .. ")", 3) end
    return filter(first, second)
  end
end
mime.encode, mime.decode, mime.wrap = chooser(encodet), chooser(decodet), chooser(wrapt)

encodet["base64"] = function() return cycle(mime.b64, "") end
encodet["quoted-printable"] = function(mode)
  return cycle(mime.qp, "", mode == "binary" and "=0D=0A" or "\r\n")
end
decodet["base64"] = function() return cycle(mime.unb64, "") end
decodet["quoted-printable"] = function() return cycle(mime.unqp, "") end

local function wrap(length)
  length = length or 76
  return cycle(mime.wrp, length, length)
end
wrapt["text"], wrapt["base64"], wrapt["default"] = wrap, wrap, wrap
wrapt["quoted-printable"] = function() return cycle(mime.qpwrp, 76, 76) end

function mime.normalize(marker) return cycle(mime.eol, 0, marker) end
function mime.stuff() return cycle(mime.dot, 2) end
`;
