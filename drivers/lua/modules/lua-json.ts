import { lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes } from '../binding.ts';
import { decodeLuaJson } from './lua-json-decode.ts';
import { encodeLuaJson } from './lua-json-encode.ts';
import { runLuaSource } from './lua-source.ts';
import { pushOwnModule } from './own-module.ts';

/**
 * `json` (lua-json 1.3.4): `json.encode`, `json.decode`, `json.util`; both also as `require "json.decode"` and so on.
 *
 * The options of both are looked at as far as they are switches; encoders, decoders and calls of one's own are not.
 * As the original, it sets the global `json` too.
 *
 * Source: lua-json as Debian packages it.
 */
export function openLuaJson(L: LuaState): number {
  lua.lua_pushcfunction(L, decodeLuaJson);
  lua.lua_pushcfunction(L, encodeLuaJson);
  runLuaSource(L, { file: '/usr/share/lua/5.4/json.lua', text: source }, 2, 1);
  return 1;
}

/** A part of it as a module: `json.decode`, `json.encode`, `json.util`. */
export function openLuaJsonPart(part: string): LuaCFunction {
  return (L) => {
    pushOwnModule(L, 'json', openLuaJson);
    lua.lua_getfield(L, -1, nameBytes(part));
    return 1;
  };
}

const source = String.raw`
local decodetext, encodevalue = ...
local getmetatable, pairs, pcall, select, setmetatable, tonumber, type =
  getmetatable, pairs, pcall, select, setmetatable, tonumber, type
local arraymeta, callmeta = {}, {}
local util = {}

-- Both are their own result, so that they survive being called.
function util.null() return util.null end
function util.undefined() return util.undefined end
local null, undefined = util.null, util.undefined

function util.InitArray(list) return setmetatable(list, arraymeta) end
function util.IsArray(value)
  if type(value) ~= "table" then return false end
  local meta = getmetatable(value)
  local marked = meta == arraymeta or (meta ~= nil and meta.__is_luajson_array)
  if marked then return marked end
  if #value == 0 then return false end
end
function util.buildCall(name, ...)
  return setmetatable({ name = name, parameters = { n = select("#", ...), ... } }, callmeta)
end
function util.isCall(value) return getmetatable(value) == callmeta end
function util.decodeCall(call)
  if util.isCall(call) then return call.name, call.parameters end
end
function util.merge(target, ...)
  for index = 1, select("#", ...) do
    for key, value in pairs((select(index, ...)) or {}) do target[key] = value end
  end
  return target
end
function util.clone(value) return util.merge({}, value) end

local decode = { simple = { others = { null = false, undefined = false } } }
decode.strict = {
  initialObject = true, array = { trailingComma = false },
  object = { trailingComma = false, number = false, identifier = false },
  number = { nan = false, inf = false }, others = { allowUndefined = false }, strings = { strict_quotes = true },
}

local function switch(group, name, default)
  local value = (group or {})[name]
  if value == nil then return default end
  return value
end

function decode.getDecoder(mode)
  if mode == true then mode = decode.strict end
  mode = mode or {}
  local number, others, strings = mode.number, mode.others, mode.strings
  local flags = {
    tonumber = tonumber, arrayMeta = arraymeta, initialObject = mode.initialObject,
    unicodeWhitespace = switch(mode, "unicodeWhitespace", true),
    allowUndefined = switch(others, "allowUndefined", true),
    null = switch(others, "null", null) or nil, undefined = switch(others, "undefined", undefined) or nil,
    arrayTrailingComma = switch(mode.array, "trailingComma", true),
    objectTrailingComma = switch(mode.object, "trailingComma", true),
    numberKeys = switch(mode.object, "number", true), identifiers = switch(mode.object, "identifier", true),
    singleQuotes = not switch(strings, "strict_quotes", false), controls = not switch(strings, "strict_quotes", false),
    nan = switch(number, "nan", true), inf = switch(number, "inf", true), hex = switch(number, "hex", false),
    frac = switch(number, "frac", true), exp = switch(number, "exp", true),
  }
  if not mode.nothrow then return function(text) return decodetext(text, flags) end end
  return function(text)
    local fine, value = pcall(decodetext, text, flags)
    if fine then return value end
    return nil, value
  end
end
function decode.decode(text, mode) return decode.getDecoder(mode)(text) end
decode.util = util
setmetatable(decode, { __call = function(_, ...) return decode.decode(...) end })

local encode = { default = {} }
encode.strict = {
  initialObject = true, number = { nan = false, inf = false }, others = { allowUndefined = false },
}
function encode.getEncoder(options)
  options = options or {}
  local flags = {
    arrayMeta = arraymeta, null = null, undefined = undefined, initialObject = options.initialObject,
    nan = switch(options.number, "nan", true), inf = switch(options.number, "inf", true),
    allowUndefined = switch(options.others, "allowUndefined", true),
  }
  return function(value) return encodevalue(value, flags) end
end
function encode.encode(value, options) return encode.getEncoder(options)(value) end
setmetatable(encode, { __call = function(_, ...) return encode.encode(...) end })

json = {
  _VERSION = "1.3.4", _DESCRIPTION = "LuaJSON : customizable JSON decoder/encoder",
  decode = decode, encode = encode, util = util,
}
return json
`;
