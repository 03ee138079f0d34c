import { lauxlib, lua, type LuaState } from '#fengari';
import { pushText } from '../binding.ts';
import type { HostPort } from '../host/host-calls.ts';
import { socketAt, checkAnySocket } from './socket-objects.ts';

/**
 * `socket.select(receivers, senders, timeout)`: those that would not wait, as lists that also map a socket to its
 * place; and "timeout" when there is none. A socket can always send here.
 *
 * Source: LuaSocket 3.1.0, select.c.
 */
export function select(L: LuaState, host: HostPort): number {
  lua.lua_settop(L, 3);
  const seconds = lauxlib.luaL_optnumber(L, 3, -1);
  const receivers = itemsOf(L, 1);
  const senders = itemsOf(L, 2);
  const waiting = receivers.filter((index) => !isBuffered(L, index)).flatMap((index) => idAt(L, index) ?? []);
  const mustWait = senders.length === 0 && waiting.length === receivers.length;
  const timeoutMs = !mustWait ? 0 : seconds < 0 ? null : seconds * 1000;
  const { ids } = host.call('socket.ready', { ids: waiting, timeoutMs });
  const ready = receivers.filter((index) => isBuffered(L, index) || ids.includes(idAt(L, index) ?? -1));
  pushItems(L, 1, ready);
  pushItems(L, 2, senders);
  if (ready.length + senders.length > 0) return 2;
  pushText(L, 'timeout');
  return 3;

  function isBuffered(state: LuaState, index: number): boolean {
    lua.lua_rawgeti(state, 1, index);
    const socket = checkAnySocket(state, -1);
    lua.lua_pop(state, 1);
    return socket.input.hasBytes() || socket.id() === undefined;
  }
}

/** The places of a list; nil is an empty one. */
function itemsOf(L: LuaState, arg: number): number[] {
  if (lua.lua_isnil(L, arg)) return [];
  lauxlib.luaL_checktype(L, arg, lua.LUA_TTABLE);
  return Array.from({ length: lua.lua_rawlen(L, arg) }, (_, index) => index + 1);
}

function idAt(L: LuaState, index: number): number | undefined {
  lua.lua_rawgeti(L, 1, index);
  const id = socketAt(L, -1)?.id();
  lua.lua_pop(L, 1);
  return id;
}

function pushItems(L: LuaState, from: number, indexes: readonly number[]): void {
  lua.lua_newtable(L);
  indexes.forEach((index, place) => {
    lua.lua_rawgeti(L, from, index);
    lua.lua_pushvalue(L, -1);
    lua.lua_rawseti(L, -3, place + 1);
    lua.lua_pushnumber(L, place + 1);
    lua.lua_rawset(L, -3);
  });
}
