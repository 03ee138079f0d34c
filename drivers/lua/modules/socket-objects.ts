import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, pushText, setFunctions } from '../binding.ts';
import type { TcpSocket } from './tcp-socket.ts';

/** LuaSocket's classes of sockets, as they stand in its messages. */
export type SocketClass = 'tcp{master}' | 'tcp{client}' | 'SSL:Connection';

/** Where the socket of a userdata is kept on it. */
const SOCKET = 'tcpSocket';

/** Makes objects look as if they had an address in memory, each its own. */
let lastAddress = 0x5581a0c00000;

/** Pushes a new object of a class; its methods come from `defineClass`. */
export function pushSocket(L: LuaState, socket: TcpSocket, className: SocketClass): void {
  const object = lua.lua_newuserdata(L, 0);
  object[SOCKET] = socket;
  object['address'] = lastAddress += 0xd8;
  lauxlib.luaL_setmetatable(L, nameBytes(className));
}

/** Makes the metatable of a class, once a state. */
export function defineClass(
  L: LuaState,
  className: SocketClass,
  methods: Readonly<Record<string, LuaCFunction>>,
): void {
  lauxlib.luaL_newmetatable(L, nameBytes(className));
  lua.lua_newtable(L);
  setFunctions(L, methods);
  pushText(L, className);
  lua.lua_setfield(L, -2, nameBytes('class'));
  lua.lua_setfield(L, -2, nameBytes('__index'));
  setFunctions(L, { __tostring: describe });
  pushText(L, className);
  lua.lua_setfield(L, -2, nameBytes('__name'));
  lua.lua_pop(L, 1);
}

function describe(L: LuaState): number {
  const object = objectAt(L, 1);
  lua.lua_getmetatable(L, 1);
  lua.lua_getfield(L, -1, nameBytes('__name'));
  pushText(L, `: 0x${Number(object?.['address'] ?? 0).toString(16)}`);
  lua.lua_concat(L, 2);
  return 1;
}

/** Changes the class of an object: a master that connects becomes a client. */
export function setClass(L: LuaState, index: number, className: SocketClass): void {
  const at = lua.lua_absindex(L, index);
  lauxlib.luaL_getmetatable(L, nameBytes(className));
  lua.lua_setmetatable(L, at);
}

/** The socket of an argument that must be of the class. @throws a Lua error in LuaSocket's words */
export function checkSocket(L: LuaState, arg: number, className: SocketClass): TcpSocket {
  const socket = lauxlib.luaL_testudata(L, arg, nameBytes(className)) ? socketAt(L, arg) : undefined;
  return socket ?? lauxlib.luaL_argerror(L, arg, nameBytes(`${className} expected`));
}

/** The socket of an argument of any TCP class. @throws a Lua error in LuaSocket's words */
export function checkAnySocket(L: LuaState, arg: number): TcpSocket {
  return socketAt(L, arg) ?? lauxlib.luaL_argerror(L, arg, nameBytes('tcp{any} expected'));
}

/** The socket of whatever stands there; undefined when it is none. */
export function socketAt(L: LuaState, index: number): TcpSocket | undefined {
  return objectAt(L, index)?.[SOCKET] as TcpSocket | undefined;
}

function objectAt(L: LuaState, index: number): Record<string, unknown> | undefined {
  if (lua.lua_type(L, index) !== lua.LUA_TUSERDATA) return undefined;
  return lua.lua_touserdata(L, index) as Record<string, unknown>;
}
