import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, pushText, raiseHere, setFunctions } from '../binding.ts';
import { toBinaryText } from './binary-text.ts';
import { streamMethods } from './socket-methods.ts';
import { checkSocket, defineClass, pushSocket, socketAt } from './socket-objects.ts';
import type { TcpSocket } from './tcp-socket.ts';

/**
 * `ssl`, as much as a client needs: `wrap(socket, parameters)` and the connection's `sni`, `dohandshake`, `send`,
 * `receive`, `settimeout` and `close`.
 *
 * Of the parameters `verify` counts: "peer" checks the certificate against the authorities that Node trusts, and
 * anything else, "none" above all, checks nothing. Protocols and ciphers are Node's.
 *
 * Source: LuaSec 1.2.0, ssl.lua and ssl.c.
 */
export function openSsl(L: LuaState): number {
  defineClass(L, 'SSL:Connection', connectionMethods());
  lua.lua_newtable(L);
  setFunctions(L, {
    wrap,
    newcontext: notHere('newcontext'),
    loadcertificate: notHere('loadcertificate'),
  });
  for (const [name, text] of [
    ['_VERSION', '1.2.0'],
    ['_COPYRIGHT', 'see LuaSec'],
  ] as const) {
    pushText(L, text);
    lua.lua_setfield(L, -2, nameBytes(name));
  }
  return 1;
}

function notHere(name: string): LuaCFunction {
  return (L) =>
    raiseHere(L, `ssl.${name} is not available here (it works on the server); ssl.wrap takes a table`);
}

interface Handshake {
  serverName: string;
  readonly verifies: boolean;
}

const handshakes = new WeakMap<TcpSocket, Handshake>();

function wrap(L: LuaState): number {
  const socket = socketAt(L, 1);
  if (!socket) {
    lua.lua_pushnil(L);
    pushText(L, 'invalid server socket');
    return 2;
  }
  lauxlib.luaL_checktype(L, 2, lua.LUA_TTABLE);
  handshakes.set(socket, { serverName: '', verifies: verifiesPeer(L) });
  pushSocket(L, socket, 'SSL:Connection');
  return 1;
}

/** `verify` is a text or a list of texts. */
function verifiesPeer(L: LuaState): boolean {
  const type = lua.lua_getfield(L, 2, nameBytes('verify'));
  if (type === lua.LUA_TTABLE) lua.lua_geti(L, -1, 1);
  const verify = lua.lua_isstring(L, -1) ? toBinaryText(lua.lua_tostring(L, -1) ?? new Uint8Array()) : 'none';
  lua.lua_settop(L, 2);
  return verify === 'peer';
}

function connectionMethods(): Readonly<Record<string, LuaCFunction>> {
  const check = (L: LuaState, arg: number): TcpSocket => checkSocket(L, arg, 'SSL:Connection');
  return {
    ...streamMethods('SSL:Connection', check),
    sni: (L) => {
      const handshake = handshakes.get(check(L, 1));
      if (handshake && lua.lua_isstring(L, 2))
        handshake.serverName = toBinaryText(lauxlib.luaL_checkstring(L, 2));
      return 0;
    },
    dohandshake: (L) => {
      const socket = check(L, 1);
      const { serverName, verifies } = handshakes.get(socket) ?? { serverName: '', verifies: false };
      const error = socket.startTls(serverName, verifies);
      lua.lua_pushboolean(L, error === undefined);
      if (error === undefined) return 1;
      pushText(L, error);
      return 2;
    },
    want: (L) => {
      pushText(L, 'nothing');
      return 1;
    },
  };
}
