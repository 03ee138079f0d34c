import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, pushText, raiseHere, setFunctions, toText } from '../binding.ts';
import type { SocketFamily } from '../host/socket-calls.ts';
import type { ScriptContext } from '../script-context.ts';
import { toBinaryText } from './binary-text.ts';
import { runLuaSource } from './lua-source.ts';
import { pushOwnModule } from './own-module.ts';
import { dnsFunctions } from './socket-dns.ts';
import { tcpMethods } from './socket-methods.ts';
import { defineClass, pushSocket } from './socket-objects.ts';
import { protectFunctions } from './socket-protect.ts';
import { select } from './socket-select.ts';
import { createTcpSocket } from './tcp-socket.ts';

/** What a script can wait for at most, in seconds: more than any transaction may take. */
const MAX_SLEEP_SECONDS = 86_400;

type ModuleContext = Pick<ScriptContext, 'host' | 'clock'>;

/**
 * `socket`, which is one table with `socket.core`: blocking TCP clients, name lookup, time, exceptions, and sources
 * and sinks over sockets. Listening and UDP raise an error that says so.
 *
 * Source: LuaSocket 3.1.0 as Debian packages it (its _VERSION says 3.0.0).
 */
export function openSocket(context: ModuleContext): LuaCFunction {
  return (L) => {
    pushOwnModule(L, 'socket.core', openSocketCore(context), 'socket');
    lua.lua_pushvalue(L, -1);
    runLuaSource(L, { file: '/usr/share/lua/5.4/socket.lua', text: streams }, 1, 0);
    return 1;
  };
}

export function openSocketCore(context: ModuleContext): LuaCFunction {
  return (L) => {
    const methods = tcpMethods();
    defineClass(L, 'tcp{master}', methods);
    defineClass(L, 'tcp{client}', methods);
    lua.lua_newtable(L);
    setFunctions(L, protectFunctions);
    setFunctions(L, coreFunctions(context));
    lua.lua_newtable(L);
    setFunctions(L, dnsFunctions(context.host));
    lua.lua_setfield(L, -2, nameBytes('dns'));
    pushText(L, 'LuaSocket 3.0.0');
    lua.lua_setfield(L, -2, nameBytes('_VERSION'));
    for (const [name, value] of [
      ['_SETSIZE', 1024],
      ['_SOCKETINVALID', -1],
      ['_DATAGRAMSIZE', 8192],
    ] as const) {
      lua.lua_pushinteger(L, value);
      lua.lua_setfield(L, -2, nameBytes(name));
    }
    return 1;
  };
}

function coreFunctions(context: ModuleContext): Readonly<Record<string, LuaCFunction>> {
  const create = (family: SocketFamily): LuaCFunction => {
    return (L) => {
      pushSocket(L, createTcpSocket(context.host, family, context.clock), 'tcp{master}');
      return 1;
    };
  };
  return {
    tcp: create('any'),
    tcp4: create('inet'),
    tcp6: create('inet6'),
    connect: (L) => connect(L, context),
    select: (L) => select(L, context.host),
    gettime: (L) => {
      lua.lua_pushnumber(L, context.clock() / 1000);
      return 1;
    },
    sleep: (L) => {
      const seconds = Math.min(Math.max(lauxlib.luaL_checknumber(L, 1), 0), MAX_SLEEP_SECONDS);
      context.host.call('socket.sleep', { durationMs: seconds * 1000 });
      return 0;
    },
    bind: notHere('bind'),
    udp: notHere('udp'),
    udp4: notHere('udp4'),
    udp6: notHere('udp6'),
    __unload: () => 0,
  };
}

function notHere(name: string): LuaCFunction {
  return (L) =>
    raiseHere(L, `socket.${name}: scripts can only make TCP connections here (it works on the server)`);
}

const families: Readonly<Record<string, SocketFamily>> = { unspec: 'any', inet: 'inet', inet6: 'inet6' };

function connect(L: LuaState, context: ModuleContext): number {
  const host = toBinaryText(lauxlib.luaL_checkstring(L, 1));
  const port = toBinaryText(lauxlib.luaL_checkstring(L, 2));
  const name = toText(lauxlib.luaL_optstring(L, 5, nameBytes('unspec')) ?? new Uint8Array());
  const family = families[name];
  if (!family) return lauxlib.luaL_argerror(L, 5, nameBytes(`invalid option '${name}'`));
  const socket = createTcpSocket(context.host, family, context.clock);
  const error = socket.connect(host, port);
  if (error === undefined) {
    pushSocket(L, socket, 'tcp{client}');
    return 1;
  }
  lua.lua_pushnil(L);
  pushText(L, error);
  return 2;
}

const streams = String.raw`
local socket = ...
local error, min, setmetatable, tostring, type = error, math.min, setmetatable, tostring, type
local sourcet, sinkt = {}, {}
socket.sourcet, socket.sinkt, socket.BLOCKSIZE = sourcet, sinkt, 2048

function socket.connect4(host, port, ...)
  local ownHost, ownPort = ...
  return socket.connect(host, port, ownHost, ownPort, "inet")
end
function socket.connect6(host, port, ...)
  local ownHost, ownPort = ...
  return socket.connect(host, port, ownHost, ownPort, "inet6")
end
socket.try = socket.newtry()

--@ 57
function socket.choose(kinds)
  return function(name, first, second)
    if type(name) ~= "string" then
      name, first, second = "default", name, first
    end
    local kind = kinds[name]
--@ 64
    if not kind then error("unknown key (" .. tostring(name) .. ")", 3) end
    return kind(first, second)
  end
end
socket.source, socket.sink = socket.choose(sourcet), socket.choose(sinkt)

-- What can be called and still be asked for its descriptor, for those who select over it.
local function stream(connection, call)
  local methods = {
    getfd = function() return connection:getfd() end,
    dirty = function() return connection:dirty() end,
  }
  return setmetatable(methods, { __call = call })
end

local function whole(connection)
  return stream(connection, function(_, chunk)
    if chunk then return connection:send(chunk) end
    return 1
  end)
end
sinkt["keep-open"], sinkt["default"] = whole, whole

sinkt["close-when-done"] = function(connection)
  return stream(connection, function(_, chunk)
    if chunk then return connection:send(chunk) end
    connection:close()
    return 1
  end)
end

sourcet["by-length"] = function(connection, length)
  return stream(connection, function()
    if length <= 0 then return nil end
    local chunk, reason = connection:receive(min(socket.BLOCKSIZE, length))
    if reason then return nil, reason end
    length = length - #chunk
    return chunk
  end)
end

local function rest(connection)
  local done = false
  return stream(connection, function()
    if done then return nil end
    local chunk, reason, partial = connection:receive(socket.BLOCKSIZE)
    if not reason then return chunk end
    if reason ~= "closed" then return nil, reason end
    connection:close()
    done = true
    return partial
  end)
end
sourcet["until-closed"], sourcet["default"] = rest, rest
`;
