import type { LuaSource } from './lua-source.ts';

/** The conversation of `socket.http`, over whatever connection object a script may supply (`create`). */
export const httpSource: LuaSource = {
  file: '/usr/share/lua/5.4/socket/http.lua',
  text: String.raw`
local socket, url, ltn12, mime, headers, exchange = ...
local assert, error, pairs, pcall, setmetatable, tonumber, tostring, type =
  assert, error, pairs, pcall, setmetatable, tonumber, tostring, type
local concat, find, format, gsub, len, lower, match, require =
  table.concat, string.find, string.format, string.gsub, string.len, string.lower, string.match, require
local http = { TIMEOUT = 60, USERAGENT = socket._VERSION }
socket.http = http

local DEFAULT_REDIRECTS = 5
local REDIRECTS = { [301] = true, [302] = true, [303] = true, [307] = true }

local schemes = {
  http = { port = 80, create = function() return socket.tcp end },
  https = {
    port = 443,
    create = function(request)
--@ 38
      local https = assert(require("ssl.https"), "LuaSocket: LuaSec not found")
      return assert(https.tcp, "LuaSocket: Function tcp() not available from LuaSec")(request)
    end,
  },
}
http.schemes = schemes

-- Reads header fields up to the empty line; folded lines are joined, repeated fields too.
local function readfields(connection, fields)
  fields = fields or {}
  local line, reason = connection:receive()
  if reason then return nil, reason end
  while line ~= "" do
    local name, value = match(line, "^(.-):%s*(.*)")
    if not name then return nil, "malformed reponse headers" end
    name = lower(name)
    line, reason = connection:receive()
    if reason then return nil, reason end
--@ 63
    while find(line, "^%s") do
      value, line = value .. line, connection:receive()
    end
    local known = fields[name]
    fields[name] = known and known .. ", " .. value or value
  end
  return fields
end

local function stream(connection, call)
  local methods = {
    getfd = function() return connection:getfd() end,
    dirty = function() return connection:dirty() end,
  }
  return setmetatable(methods, { __call = call })
end

socket.sourcet["http-chunked"] = function(connection, fields)
  return stream(connection, function()
    local line, reason = connection:receive()
    if reason then return nil, reason end
    local size = tonumber((gsub(line, ";.*", "")), 16)
    if not size then return nil, "invalid chunk size" end
    if size > 0 then
      local chunk
      chunk, reason = connection:receive(size)
      if chunk then connection:receive() end
      return chunk, reason
    end
    fields, reason = readfields(connection, fields)
    if not fields then return nil, reason end
  end)
end

socket.sinkt["http-chunked"] = function(connection)
  return stream(connection, function(_, chunk)
    if not chunk then return connection:send("0\r\n\r\n") end
    return connection:send(format("%X\r\n", len(chunk)) .. chunk .. "\r\n")
  end)
end

-- Why a request may not be sent: a line break would let a value add lines to the request.
local function refusal(what, text)
  local isText = type(text) == "string" or type(text) == "number"
  if isText and find(text, "[\r\n\0]") then return what .. " holds a line break or NUL" end
end

--@ 122
local methods = {}
local function connect(host, port, create, target)
  local c = socket.try(create())
  local h = setmetatable({ c = c }, { __index = methods })
  local try = socket.newtry(function() h:close() end)
  h.try = function(...) return try(exchange.note(...)) end
  exchange.attach(c, target)
  h.try(c:settimeout(http.TIMEOUT))
  h.try(c:connect(host, port))
  return h
end
function http.open(host, port, create) return connect(host, port, create) end
function methods:sendheaders(fields)
  local canonic = headers.canonic
  local lines = "\r\n"
  for f, v in pairs(fields) do
--@ 144
    lines = (canonic[f] or f) .. ": " .. v .. "\r\n" .. lines
    local reason = refusal("a header name", f) or refusal("the header " .. f, v)
    self.try(not reason, reason)
  end
  self.try(self.c:send(lines))
  return 1
end

function methods:sendrequestline(method, target)
  method = method or "GET"
  local reason = refusal("the method", method) or refusal("the request target", target)
  self.try(not reason, reason)
  return self.try(self.c:send(format("%s %s HTTP/1.1\r\n", method, target)))
end

function methods:sendbody(fields, source, step)
  local mode = fields["content-length"] and "keep-open" or "http-chunked"
  source = source or ltn12.source.empty()
  return self.try(ltn12.pump.all(source, socket.sink(mode, self.c), step or ltn12.pump.step))
end

-- Answers the status and its line; nil and what was read when it is not HTTP/1 (a body without head: HTTP/0.9).
function methods:receivestatusline()
  local start = self.try(self.c:receive(5))
  if start ~= "HTTP/" then return nil, start end
  local line = self.try(self.c:receive("*l", start))
  return self.try(tonumber(match(line, "HTTP/%d*%.%d* (%d%d%d)")), line)
end

function methods:receiveheaders() return self.try(readfields(self.c)) end

function methods:receivebody(fields, sink, step)
  local length, encoding = tonumber(fields["content-length"]), fields["transfer-encoding"]
  local mode = length and "by-length" or "default"
  if encoding and encoding ~= "identity" then mode = "http-chunked" end
  local source = socket.source(mode, self.c, length)
  return self.try(ltn12.pump.all(source, sink or ltn12.sink.null(), step or ltn12.pump.step))
end

function methods:receive09body(start, sink, step)
  local source = ltn12.source.rewind(socket.source("until-closed", self.c))
  source(start)
  return self.try(ltn12.pump.all(source, sink, step))
end

function methods:close() return self.c:close() end

local function basic(user, password) return "Basic " .. mime.b64(user .. ":" .. password) end

--@ 228
local function headersof(request, isProxied, proxy)
  local host, port = request.host, tostring(request.port)
  if port ~= tostring(schemes[request.scheme].port) then host = host .. ":" .. port end
  local fields = {
    ["user-agent"] = http.USERAGENT, host = host, connection = "close, TE", te = "trailers",
  }
  if request.user and request.password then
    fields.authorization = basic(request.user, url.unescape(request.password))
  end
--@ 250
  if isProxied and proxy.user and proxy.password then
    fields["proxy-authorization"] = basic(proxy.user, proxy.password)
  end
--@ 256
  for i, v in pairs(request.headers or fields) do
    fields[lower(i)] = v
  end
  return fields
end

--@ 267
-- Completes what the script asked for; answers the request, and the host and port to connect to.
local function complete(reqt)
--@ 270
  local request = reqt.url and url.parse(reqt.url, { path = "/", scheme = "http" }) or {}
  for name, value in pairs(reqt) do request[name] = value end
  local schemedefs, host, port, method = schemes[request.scheme], request.host, request.port, request.method
--@ 276
  if not request.create then request.create = schemedefs.create(request) end
  if not port or port == "" then request.port = schemedefs.port end
  if not method or method == "" then request.method = "GET" end
  if not host or host == "" then socket.try(nil, "invalid host '" .. tostring(host) .. "'") end
  local isProxied, proxy = request.proxy or http.PROXY, nil
  if isProxied then
    proxy = url.parse(isProxied)
    request.uri, request.target = reqt.uri or url.build(request), host
  else
    local path = socket.try(request.path, "invalid path 'nil'")
    local parts = { path = path, params = request.params, query = request.query, fragment = request.fragment }
    request.uri, request.target = reqt.uri or url.build(parts), nil
  end
  request.headers = headersof(request, isProxied, proxy)
  local sent = request.headers
  if request.source and not sent["content-length"] and not sent["transfer-encoding"] then
    sent["transfer-encoding"] = "chunked"
  end
  if isProxied then return request, proxy.host, proxy.port or 3128 end
  return request, request.host, request.port
end

-- The URL of a request as it is recorded.
local function spell(request)
  if request.target then return request.uri end
  local port = request.port
  if tostring(port) == tostring(schemes[request.scheme].port) then port = nil end
  return url.build({ scheme = request.scheme, host = request.host, port = port }) .. request.uri
end

local function leadson(request, code, fields)
  local location = gsub(fields.location or "", "%s", "")
  if location == "" or request.redirect == false or not REDIRECTS[code] then return false end
  local scheme = url.parse(location).scheme
  if scheme and not schemes[scheme] then return false end
  if request.scheme == "https" and scheme ~= "https" then return false end
  if request.method ~= "GET" and request.method ~= "HEAD" then return false end
  local limit = request.maxredirects
  return limit == false or (request.nredirects or 0) < (limit or DEFAULT_REDIRECTS)
end

local function hasbody(request, code)
  return request.method ~= "HEAD" and code ~= 204 and code ~= 304 and not (code >= 100 and code < 200)
end

local perform

local function follow(reqt, location)
  local target = url.absolute(reqt.url, location)
  local isSame = url.parse(target).scheme == reqt.scheme
  local result, code, fields, line = perform({
    url = target, source = reqt.source, sink = reqt.sink, headers = reqt.headers, proxy = reqt.proxy,
    maxredirects = reqt.maxredirects, nredirects = (reqt.nredirects or 0) + 1,
    create = isSame and reqt.create or nil,
  })
  fields = fields or {}
  fields.location = fields.location or location
  return result, code, fields, line
end

local function watched(source)
  return function()
    local chunk, reason = source()
    if chunk then exchange.body(chunk) end
    return chunk, reason
  end
end

function perform(reqt)
  local request, host, port = complete(reqt)
  exchange.begin(request.method, spell(request), request.headers)
  local h = connect(host, port, request.create, request.target)
  h:sendrequestline(request.method, request.uri)
  h:sendheaders(request.headers)
  if request.source then h:sendbody(request.headers, watched(request.source), request.step) end
  local code, line = h:receivestatusline()
  if not code then
    h:receive09body(line, request.sink, request.step)
    exchange.finish(200)
    return 1, 200
  end
  while code == 100 do
    h:receiveheaders()
    code, line = h:receivestatusline()
  end
  local fields = h:receiveheaders()
  if not request.source and leadson(request, code, fields) then
    exchange.finish(code)
    h:close()
    return follow(reqt, fields.location)
  end
  if hasbody(request, code) then h:receivebody(fields, request.sink, request.step) end
  exchange.finish(code)
  h:close()
  return 1, code, fields, line
end

--@ 390
function http.genericform(u, body)
  local target = {}
  local request = { url = u, sink = ltn12.sink.table(target), target = target }
  if body then
    request.source, request.method = ltn12.source.string(body), "POST"
    request.headers = {
      ["content-type"] = "application/x-www-form-urlencoded",
--@ 402
      ["content-length"] = len(body),
    }
  end
  return request
end

local function simple(u, body)
  local request = http.genericform(u, body)
  local _, code, fields, line = perform(request)
  return concat(request.target), code, fields, line
end

-- An error that is not about the network ends the request too, and goes on as it is.
local function settle(fine, ...)
  if fine then return ... end
  local reason = ...
  exchange.abandon(type(reason) == "string" and reason or "failed")
  error(reason, 0)
end

http.request = socket.protect(function(reqt, body)
  return settle(pcall(type(reqt) == "string" and simple or perform, reqt, body))
end)

return http
`,
};
