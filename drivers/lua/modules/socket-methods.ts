import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, pushText, raiseHere, toText } from '../binding.ts';
import { toBinaryText } from './binary-text.ts';
import { checkAnySocket, checkSocket, setClass, type SocketClass } from './socket-objects.ts';
import type { Received } from './socket-input.ts';
import type { TcpSocket } from './tcp-socket.ts';

/**
 * The methods of TCP sockets; results and errors as in LuaSocket. Answers that are numbers are floats there too.
 *
 * Source: LuaSocket 3.1.0, tcp.c, buffer.c, timeout.c.
 */
export function tcpMethods(): Readonly<Record<string, LuaCFunction>> {
  return {
    connect,
    ...streamMethods('tcp{client}', checkAnySocket),
    getfamily: (L) => {
      pushText(L, checkAnySocket(L, 1).family === 'inet6' ? 'inet6' : 'inet4');
      return 1;
    },
    setoption,
    getoption: (L) => {
      checkAnySocket(L, 1);
      lua.lua_pushboolean(L, optionNames.has(checkOption(L)));
      return 1;
    },
    accept: (L) => lauxlib.luaL_argerror(L, 1, nameBytes('tcp{server} expected')),
    bind: serverOnly('bind'),
    listen: serverOnly('listen'),
    setpeername: connect,
    setsockname: serverOnly('setsockname'),
  };
}

/** The methods that plain and TLS connections share. */
export function streamMethods(
  streamClass: SocketClass,
  checkAny: (L: LuaState, arg: number) => TcpSocket,
): Readonly<Record<string, LuaCFunction>> {
  return {
    send: (L) => send(L, checkSocket(L, 1, streamClass)),
    receive: (L) => receive(L, checkSocket(L, 1, streamClass)),
    close: (L) => {
      checkAny(L, 1).close();
      return succeed(L);
    },
    shutdown: (L) => {
      const socket = checkSocket(L, 1, streamClass);
      const how = toText(lauxlib.luaL_optstring(L, 2, nameBytes('both')) ?? new Uint8Array());
      if (!['both', 'send', 'receive'].includes(how)) invalidOption(L, 2, how);
      if (how !== 'receive') socket.finish();
      return succeed(L);
    },
    settimeout: (L) => setTimeouts(L, checkAny(L, 1)),
    gettimeout: (L) => {
      const { block, total } = checkAny(L, 1).timeouts;
      lua.lua_pushnumber(L, block);
      lua.lua_pushnumber(L, total);
      return 2;
    },
    getpeername: (L) => pushEnd(L, checkAny(L, 1), 'peer'),
    getsockname: (L) => pushEnd(L, checkAny(L, 1), 'local'),
    getstats: (L) => {
      const { received, sent, sinceMs } = checkAny(L, 1).traffic;
      for (const value of [received, sent, (Date.now() - sinceMs) / 1000]) lua.lua_pushnumber(L, value);
      return 3;
    },
    setstats: (L) => {
      const { traffic } = checkAny(L, 1);
      traffic.received = Math.trunc(lauxlib.luaL_optnumber(L, 2, traffic.received));
      traffic.sent = Math.trunc(lauxlib.luaL_optnumber(L, 3, traffic.sent));
      return succeed(L);
    },
    dirty: (L) => {
      lua.lua_pushboolean(L, checkAny(L, 1).input.hasBytes());
      return 1;
    },
    getfd: (L) => {
      lua.lua_pushnumber(L, checkAny(L, 1).id() ?? -1);
      return 1;
    },
    setfd: (L) => {
      checkAny(L, 1);
      return 0;
    },
  };
}

function succeed(L: LuaState): number {
  lua.lua_pushnumber(L, 1);
  return 1;
}

function refuse(L: LuaState, error: string): number {
  lua.lua_pushnil(L);
  pushText(L, error);
  return 2;
}

function invalidOption(L: LuaState, arg: number, option: string): never {
  return lauxlib.luaL_argerror(L, arg, nameBytes(`invalid option '${option}'`));
}

function connect(L: LuaState): number {
  const socket = checkAnySocket(L, 1);
  const host = toBinaryText(lauxlib.luaL_checkstring(L, 2));
  const port = toBinaryText(lauxlib.luaL_checkstring(L, 3));
  const error = socket.connect(host, port);
  // As in the original: connecting makes it a client even when it fails.
  setClass(L, 1, 'tcp{client}');
  return error === undefined ? succeed(L) : refuse(L, error);
}

function send(L: LuaState, socket: TcpSocket): number {
  const bytes = lauxlib.luaL_checklstring(L, 2);
  const from = Math.max(fromEnd(Math.trunc(lauxlib.luaL_optnumber(L, 3, 1)), bytes.length), 1);
  const to = Math.min(fromEnd(Math.trunc(lauxlib.luaL_optnumber(L, 4, -1)), bytes.length), bytes.length);
  const part = bytes.slice(from - 1, Math.max(to, from - 1));
  const error = part.length === 0 && socket.ends() ? undefined : socket.send(part);
  if (error === undefined) {
    lua.lua_pushnumber(L, part.length + from - 1);
    lua.lua_pushnil(L);
    lua.lua_pushnil(L);
  } else {
    refuse(L, error);
    lua.lua_pushnumber(L, from - 1);
  }
  return 3;
}

function fromEnd(position: number, length: number): number {
  return position < 0 ? length + position + 1 : position;
}

function receive(L: LuaState, socket: TcpSocket): number {
  lua.lua_settop(L, 3);
  const prefix = (lauxlib.luaL_optstring(L, 3, new Uint8Array()) ?? new Uint8Array()).slice();
  const { bytes, error } = receivePattern(L, socket, prefix);
  if (error === undefined) {
    lua.lua_pushstring(L, bytes);
    lua.lua_pushnil(L);
    lua.lua_pushnil(L);
  } else {
    refuse(L, error);
    lua.lua_pushstring(L, bytes);
  }
  return 3;
}

function receivePattern(L: LuaState, socket: TcpSocket, prefix: Uint8Array): Received {
  if (lua.lua_type(L, 2) === lua.LUA_TNUMBER) {
    const count = lua.lua_tonumber(L, 2);
    if (count < 0) lauxlib.luaL_argerror(L, 2, nameBytes('invalid receive pattern'));
    return socket.input.count(Math.trunc(count), prefix);
  }
  const pattern = toBinaryText(lauxlib.luaL_optstring(L, 2, nameBytes('*l')) ?? new Uint8Array());
  if (pattern.startsWith('*l')) return socket.input.line(prefix);
  if (pattern.startsWith('*a')) return socket.input.all(prefix);
  // A string that is a number counts as one.
  if (lua.lua_isnumber(L, 2)) return socket.input.count(Math.trunc(lua.lua_tonumber(L, 2)), prefix);
  return lauxlib.luaL_argerror(L, 2, nameBytes('invalid receive pattern'));
}

function setTimeouts(L: LuaState, { timeouts }: TcpSocket): number {
  const seconds = lauxlib.luaL_optnumber(L, 2, -1);
  const mode = toBinaryText(lauxlib.luaL_optstring(L, 3, nameBytes('b')) ?? new Uint8Array());
  if (mode.startsWith('b')) timeouts.block = seconds;
  else if (mode.startsWith('r') || mode.startsWith('t')) timeouts.total = seconds;
  else lauxlib.luaL_argerror(L, 3, nameBytes('invalid timeout mode'));
  return succeed(L);
}

function pushEnd(L: LuaState, socket: TcpSocket, end: 'peer' | 'local'): number {
  const ends = socket.ends();
  if (!ends) return refuse(L, 'Bad file descriptor');
  pushText(L, ends[end].address);
  // One is a number and the other text, as in the original.
  if (end === 'peer') lua.lua_pushinteger(L, ends[end].port);
  else pushText(L, String(ends[end].port));
  pushText(L, ends[end].family);
  return 3;
}

/** Options that are taken, and have no effect here: nothing of them can be seen in a script. */
const optionNames: ReadonlySet<string> = new Set([
  'keepalive',
  'reuseaddr',
  'reuseport',
  'tcp-nodelay',
  'linger',
]);

function checkOption(L: LuaState): string {
  const option = toText(lauxlib.luaL_checkstring(L, 2));
  if (optionNames.has(option)) return option;
  return lauxlib.luaL_argerror(L, 2, nameBytes(`unsupported option \`${option}'`));
}

function setoption(L: LuaState): number {
  checkAnySocket(L, 1);
  checkOption(L);
  return succeed(L);
}

function serverOnly(method: string): LuaCFunction {
  return (L) => {
    checkSocket(L, 1, 'tcp{master}');
    return raiseHere(L, `${method}: scripts can connect here, not listen (on the server they can)`);
  };
}
