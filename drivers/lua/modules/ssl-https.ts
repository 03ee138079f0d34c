import type { LuaCFunction } from '#fengari';
import type { ScriptContext } from '../script-context.ts';
import { openLtn12 } from './ltn12.ts';
import { runLuaSource } from './lua-source.ts';
import { pushOwnModule } from './own-module.ts';
import { openSocketHttp } from './socket-http.ts';
import { openSocketUrl } from './socket-url.ts';
import { openSocket } from './socket.ts';
import { openSsl } from './ssl.ts';

/**
 * `ssl.https`: `request` as in `socket.http` over TLS, `tcp` for its `create`, PORT and TIMEOUT.
 *
 * As with LuaSec, the certificate of the server is not looked at unless the request says `verify = "peer"`.
 *
 * Source: LuaSec 1.2.0, https.lua.
 */
export function openSslHttps(context: Pick<ScriptContext, 'host' | 'clock'>): LuaCFunction {
  return (L) => {
    pushOwnModule(L, 'socket', openSocket(context));
    pushOwnModule(L, 'ssl', openSsl);
    pushOwnModule(L, 'ltn12', openLtn12);
    pushOwnModule(L, 'socket.http', openSocketHttp(context));
    pushOwnModule(L, 'socket.url', openSocketUrl);
    runLuaSource(L, { file: '/usr/share/lua/5.4/ssl/https.lua', text: source }, 5, 1);
    return 1;
  };
}

const source = String.raw`
local socket, ssl, ltn12, http, url = ...
local getmetatable, pairs, type, try, concat = getmetatable, pairs, type, socket.try, table.concat
local https = { PORT = 443, TIMEOUT = 60, _VERSION = "1.2.0", _COPYRIGHT = "see LuaSec" }

local defaults = {
  mode = "client", protocol = "any", verify = "none", options = { "all", "no_sslv2", "no_sslv3", "no_tlsv1" },
}

-- Answers a function that makes a connection object for socket.http: TLS begins once it has connected.
function https.tcp(params)
  params = params or {}
  for name, value in pairs(defaults) do params[name] = params[name] or value end
  params.mode = "client"
  return function()
    local connection = { sock = try(socket.tcp()) }
    function connection:settimeout() return self.sock:settimeout(https.TIMEOUT) end
    function connection:close() return self.sock:close() end
    function connection:connect(host, port)
      try(self.sock:connect(host, port))
      local secure = try(ssl.wrap(self.sock, params))
      self.sock = secure
      secure:sni(host)
      secure:settimeout(https.TIMEOUT)
      try(secure:dohandshake())
      for _, name in pairs({ "send", "receive", "getfd", "dirty", "getpeername", "getsockname", "settimeout" }) do
        self[name] = function(_, ...) return secure[name](secure, ...) end
      end
      return 1
    end
    return connection
  end
end

local function withport(text) return url.build(url.parse(text, { port = https.PORT })) end

function https.request(request, body)
  local chunks
  if type(request) == "string" then
    chunks = {}
    local u = request
    request = { url = withport(u), method = body and "POST" or "GET", sink = ltn12.sink.table(chunks) }
    if body then
      request.source = ltn12.source.string(body)
      request.headers = {
        ["content-length"] = #body, ["content-type"] = "application/x-www-form-urlencoded",
      }
    end
  else
    request.url = withport(request.url)
  end
  if http.PROXY or request.proxy then return nil, "proxy not supported" end
  if request.redirect then return nil, "redirect not supported" end
  if request.create then return nil, "create function not permitted" end
  request.create = https.tcp(request)
  local result, code, headers, status = http.request(request)
  if result and chunks then result = concat(chunks) end
  return result, code, headers, status
end

return https
`;
