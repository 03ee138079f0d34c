import { lua, type LuaState } from '#fengari';
import { decodeFriedlJson } from './friedl-json-decode.ts';
import { encodeFriedlJson } from './friedl-json-encode.ts';
import { runLuaSource } from './lua-source.ts';

/**
 * `JSON` (by Jeffrey Friedl): `JSON:encode(value)`, `JSON:encode_pretty(value)`, `JSON:decode(text)`, `JSON:new()`,
 * and the methods that are called on errors, which a script may replace.
 *
 * Numbers as objects or strings (decodeNumbersAsObjects and its like) are not there.
 *
 * Source: JSON.lua 20161109.21 and its documentation.
 */
export function openFriedlJson(L: LuaState): number {
  lua.lua_pushcfunction(L, decodeFriedlJson);
  lua.lua_pushcfunction(L, encodeFriedlJson);
  runLuaSource(L, { file: 'JSON.lua', text: source }, 2, 1);
  return 1;
}

const source = String.raw`
local decodetext, encodevalue = ...
local error, find, format, pairs, setmetatable, type =
  error, string.find, string.format, pairs, setmetatable, type
local JSON = { VERSION = "20161109.21" }
JSON.__index = JSON

local arrays = { __tostring = function() return "JSON array" end }
local objects = { __tostring = function() return "JSON object" end }
arrays.__index, objects.__index = arrays, objects

function JSON:newArray(list) return setmetatable(list or {}, arrays) end
function JSON:newObject(fields) return setmetatable(fields or {}, objects) end

local function report(self, message, etc)
  if etc ~= nil then message = message .. " (" .. JSON:encode(etc) .. ")" end
  if self.assert then self.assert(false, message) else error(message, 0) end
end

function JSON:onDecodeError(message, text, location, etc)
  if text and location then
    message = format("%s at byte %d of: %s", message, location, text)
  elseif text then
    message = format("%s: %s", message, text)
  end
  report(self, message, etc)
end
JSON.onDecodeOfNilError, JSON.onDecodeOfHTMLError = JSON.onDecodeError, JSON.onDecodeError

function JSON:onTrailingGarbage(text, location, value, etc)
  return self:onDecodeError("trailing garbage", text, location, etc)
end
function JSON:onEncodeError(message, etc) report(self, message, etc) end

local function isobject(self) return type(self) == "table" and self.__index == JSON end

function JSON:decode(text, etc, options)
  etc = etc == nil and type(options) == "table" and options.etc or etc
  if not isobject(self) then
    return nil, JSON:onDecodeError("JSON:decode must be called in method format", nil, nil, etc)
  end
  if text == nil then
    local message = "nil passed to JSON:decode()"
    self:onDecodeOfNilError(message, nil, nil, etc)
    return nil, message
  elseif type(text) ~= "string" then
    local message = "expected string argument to JSON:decode()"
    self:onDecodeError(message .. ", got " .. type(text), nil, nil, etc)
    return nil, message
  elseif find(text, "^%s*$") then
    return nil
  elseif find(text, "^%s*<") then
    local message = "HTML passed to JSON:decode()"
    self:onDecodeOfHTMLError(message, text, nil, etc)
    return nil, message
  elseif find(text, "^.?\0") then
    local message = "JSON package groks only UTF-8, sorry"
    self:onDecodeError(message, text, nil, etc)
    return nil, message
  end
  local strict = self.strictTypes
  local fine, value, location = decodetext(text, strict and arrays, strict and objects)
  if fine then return value, nil end
  if value == "trailing garbage" then return self:onTrailingGarbage(text, location, nil, etc) end
  self:onDecodeError(value, text, location, etc)
  return nil, value
end

local function encode(self, value, etc, options, name)
  if not isobject(self) then JSON:onEncodeError("JSON:" .. name .. " must be called in method format", etc) end
  local fine, text = encodevalue(value, options, arrays, objects, self.noKeyConversion)
  if fine then return text end
  self:onEncodeError(text, etc)
end

function JSON:encode(value, etc, options)
  return encode(self, value, etc, type(options) == "table" and options or {}, "encode")
end

local pretty = { pretty = true, indent = "  ", align_keys = false, array_newline = false }
function JSON:encode_pretty(value, etc, options)
  return encode(self, value, etc, type(options) == "table" and options or pretty, "encode_pretty")
end

function JSON.__tostring() return "JSON encode/decode package" end

function JSON:new(fields)
  local new = {}
  for name, value in pairs(fields or {}) do new[name] = value end
  return setmetatable(new, JSON)
end

return JSON:new()
`;
