import { hostname } from 'node:os';
import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, pushText } from '../binding.ts';
import type { HostPort } from '../host/host-calls.ts';
import { parseIpAddress } from '../net/ip-address.ts';
import { toBinaryText } from './binary-text.ts';

/** `socket.dns`. Source: LuaSocket 3.1.0, inet.c. */
export function dnsFunctions(host: HostPort): Readonly<Record<string, LuaCFunction>> {
  return {
    gethostname: (L) => {
      pushText(L, hostname());
      return 1;
    },
    toip: (L) => {
      const name = toBinaryText(lauxlib.luaL_checkstring(L, 1));
      const found = host.call('socket.lookup', { host: name, family: 'inet' });
      if ('error' in found) return notFound(L);
      const addresses = found.endPoints.map(({ address }) => address);
      pushText(L, addresses[0]);
      pushResolved(L, canonicalName(host, name), addresses);
      return 2;
    },
    tohostname: (L) => {
      const address = toBinaryText(lauxlib.luaL_checkstring(L, 1));
      const found = host.call('socket.reverse', { address });
      if ('error' in found) return notFound(L);
      pushText(L, found.name);
      pushResolved(L, found.name, [address]);
      return 2;
    },
    getaddrinfo: (L) => {
      const name = toBinaryText(lauxlib.luaL_checkstring(L, 1));
      const found = host.call('socket.lookup', { host: name, family: 'any' });
      if ('error' in found) return pushTrouble(L, found.error);
      lua.lua_newtable(L);
      found.endPoints.forEach(({ address, family }, index) => {
        lua.lua_newtable(L);
        pushText(L, family);
        lua.lua_setfield(L, -2, nameBytes('family'));
        pushText(L, address);
        lua.lua_setfield(L, -2, nameBytes('addr'));
        lua.lua_rawseti(L, -2, index + 1);
      });
      return 1;
    },
    getnameinfo: (L) => {
      const address = toBinaryText(lauxlib.luaL_checkstring(L, 1));
      const found = host.call('socket.reverse', { address });
      if ('error' in found) return pushTrouble(L, found.error);
      pushList(L, [found.name]);
      return 1;
    },
  };
}

function canonicalName(host: HostPort, name: string): string {
  if (parseIpAddress(name) === undefined) return name;
  const found = host.call('socket.reverse', { address: name });
  return 'error' in found ? name : found.name;
}

function notFound(L: LuaState): number {
  return pushTrouble(L, 'host not found');
}

function pushTrouble(L: LuaState, error: string): number {
  lua.lua_pushnil(L);
  pushText(L, error);
  return 2;
}

function pushResolved(L: LuaState, name: string, addresses: readonly string[]): void {
  lua.lua_newtable(L);
  pushText(L, name);
  lua.lua_setfield(L, -2, nameBytes('name'));
  lua.lua_newtable(L);
  lua.lua_setfield(L, -2, nameBytes('alias'));
  pushList(L, addresses);
  lua.lua_setfield(L, -2, nameBytes('ip'));
}

function pushList(L: LuaState, texts: readonly string[]): void {
  lua.lua_newtable(L);
  texts.forEach((text, index) => {
    pushText(L, text);
    lua.lua_rawseti(L, -2, index + 1);
  });
}
