import type { LuaState } from '#fengari';
import { runLuaSource } from './lua-source.ts';

/**
 * `ltn12` 1.0.3: filters, sources, sinks and pumps over chunks of bytes.
 *
 * A source is called for the next chunk: a string, nil at the end, nil and an error. A sink is called with a chunk,
 * or nil at the end, and answers a true value, or nil and an error. A filter gets a chunk (nil at the end) and
 * answers one; "" asks for more input.
 *
 * Source: LuaSocket 3.1.0, ltn12.lua; Lua Technical Note 012.
 */
export function openLtn12(L: LuaState): number {
  runLuaSource(L, { file: '/usr/share/lua/5.4/ltn12.lua', text: source }, 0, 1);
  return 1;
}

const source = String.raw`
local filter, source, sink, pump = {}, {}, {}, {}
local ltn12 = {
  filter = filter, source = source, sink = sink, pump = pump,
  BLOCKSIZE = 2048, _VERSION = "LTN12 1.0.3",
}
local assert, error, select, type = assert, error, select, type
local insert, remove, unpack, sub = table.insert, table.remove, table.unpack, string.sub

local function nothing() return nil end
local function accept() return 1 end
local function failing(reason)
  return function() return nil, reason end
end

--@ 35
function filter.cycle(low, context, extra)
  assert(low)
  return function(chunk)
    local out
    out, context = low(context, chunk, extra)
    return out
  end
end

-- The filters before "first" have seen the end of the input; "at" is the one that works next.
function filter.chain(...)
  local filters, count = { ... }, select("#", ...)
  local first, at, refill = 1, 1, ""
  return function(chunk)
    if not chunk then refill = chunk end
    while true do
      local leads = at == first
      if not leads then chunk = chunk or "" end
      chunk = filters[at](chunk)
      if leads and (chunk == "" or first == count) then return chunk end
      if chunk == "" then
        at, chunk = at - 1, refill
      elseif chunk then
        if at == count then return chunk end
        at = at + 1
      elseif leads then
        first = first + 1
        at = first
      else
--@ 70
        error("filter returned inappropriate nil")
      end
    end
  end
end

function source.empty() return nothing end
function source.error(reason) return failing(reason) end

--@ 93
function source.file(handle, reason)
  if not handle then return source.error(reason or "unable to open file") end
  return function()
    local chunk = handle:read(ltn12.BLOCKSIZE)
    if not chunk then handle:close() end
    return chunk
  end
end

--@ 107
function source.simplify(src)
  assert(src)
  return function()
    local chunk, successor = src()
    src = successor or src
    if not chunk then return nil, successor end
    return chunk
  end
end
--@ 116
function source.string(text)
  if not text then return source.empty() end
  local at = 1
  return function()
    local from = at
    at = at + ltn12.BLOCKSIZE
    local chunk = sub(text, from, at - 1)
    if chunk ~= "" then return chunk end
    return nil
  end
end

--@ 131
function source.table(list)
  assert("table" == type(list))
  local at = 0
  return function()
    at = at + 1
    return list[at]
  end
end

--@ 141
function source.rewind(src)
  assert(src)
  local returned = {}
  return function(chunk)
    if chunk then insert(returned, chunk) return end
    chunk = remove(returned)
    if chunk then return chunk end
    return src()
  end
end

--@ 156
function source.chain(src, f, ...)
  if ... then f = filter.chain(f, ...) end
  assert(src and f)
  local given, made, draining, reason = "", "", false
  return function()
    if not made then error("source is empty!", 2) end
    while true do
      if not draining then given, reason = src() end
      if reason then return nil, reason end
      made = f(given)
      if not made then
        if not given then return nil end
--@ 173
        if not draining then error("filter returned inappropriate nil") end
      elseif made ~= "" then
        if not draining and given then given = "" end
        draining = true
        return made
      end
--@ 188
      if made == "" and draining and given ~= "" then error('filter returned ""') end
--@ 192
      if not made then error("filter returned inappropriate nil") end
      draining = false
    end
  end
end

function source.cat(...)
  local sources, at = { ... }, 1
  return function()
    while sources[at] do
      local chunk, reason = sources[at]()
      if chunk then return chunk end
      if reason then return nil, reason end
      at = at + 1
    end
  end
end

function sink.table(list)
  list = list or {}
  return function(chunk)
    if chunk then insert(list, chunk) end
    return 1
  end, list
end

--@ 234
function sink.simplify(snk)
  assert(snk)
  return function(chunk, reason)
    local taken, successor = snk(chunk, reason)
    if not taken then return nil, successor end
    snk = successor or snk
    return 1
  end
end

--@ 246
function sink.file(handle, reason)
  if not handle then return sink.error(reason or "unable to open file") end
  return function(chunk)
    if chunk then return handle:write(chunk) end
    handle:close()
    return 1
  end
end

function sink.null() return accept end
function sink.error(reason) return failing(reason) end

--@ 273
function sink.chain(f, snk, ...)
  if ... then
    local all = { f, snk, ... }
    snk = remove(all, #all)
    f = filter.chain(unpack(all))
  end
  assert(f and snk)
  return function(chunk, reason)
    if chunk == "" then return 1 end
    local more = chunk and ""
    local out = f(chunk)
    while true do
      local taken, refusal = snk(out, reason)
      if not taken then return nil, refusal end
      if out == more then return 1 end
      out = f(more)
    end
  end
end

--@ 298
function pump.step(src, snk)
  local chunk, reason = src()
  local taken, refusal = snk(chunk, reason)
  if chunk and taken then return 1 end
  return nil, reason or refusal
end

--@ 306
function pump.all(src, snk, step)
  assert(src and snk)
  step = step or pump.step
  while true do
    local going, reason = step(src, snk)
    if not going then
      if reason then return nil, reason end
      return 1
    end
  end
end

return ltn12
`;
