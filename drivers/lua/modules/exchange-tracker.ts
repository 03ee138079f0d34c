import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { nameBytes, toText } from '../binding.ts';
import type { HostPort } from '../host/host-calls.ts';
import { exchangeBody } from '../net/script-exchange.ts';
import { createByteBuilder, type ByteBuilder } from './byte-builder.ts';
import { binaryTextAt } from './binary-text.ts';
import { socketAt } from './socket-objects.ts';
import type { TcpSocket } from './tcp-socket.ts';

/** Bytes of a body that a record keeps; what is longer is cut, and its headers tell the length. */
const MAX_RECORDED_BODY_BYTES = 256 * 1024;

interface OpenExchange {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ByteBuilder;
  readonly startMs: number;
  socket?: TcpSocket;
}

/**
 * What `socket.http` tells about each request it makes, so that it can be recorded:
 * `begin(method, url, headers)`, `attach(connection, proxied host or nil)` before connecting, `body(chunk)`,
 * `note(…)`, which answers what it gets and ends a request whose first value is false with the second as reason,
 * `finish(status)`, and `abandon(reason)`, which also closes the connection.
 */
export function exchangeTracker(host: HostPort): Readonly<Record<string, LuaCFunction>> {
  let open: OpenExchange | undefined;
  const finish = (status: number | null, error: string | undefined): void => {
    if (!open) return;
    const { method, url, headers, body, startMs, socket } = open;
    open = undefined;
    host.tell('socket.record', {
      method,
      url,
      headers,
      ...exchangeBody(body.finish()),
      status,
      ...(error !== undefined && { error }),
      captured: socket?.isCaptured() ?? false,
      durationMs: Math.round(performance.now() - startMs),
    });
  };
  return {
    begin: (L) => {
      finish(null, 'not finished');
      open = {
        method: textAt(L, 1),
        url: textAt(L, 2),
        headers: headersAt(L, 3),
        body: createByteBuilder(),
        startMs: performance.now(),
      };
      return 0;
    },
    attach: (L) => {
      const socket = socketOf(L, 1);
      if (!socket) return 0;
      socket.purpose = 'http';
      socket.behindProxy = lua.lua_isnoneornil(L, 2) ? undefined : textAt(L, 2);
      if (open) open.socket = socket;
      return 0;
    },
    body: (L) => {
      const bytes = lua.lua_tostring(L, 1);
      const room = MAX_RECORDED_BODY_BYTES - (open?.body.length ?? 0);
      if (open && bytes && room > 0) open.body.bytes(bytes, 0, Math.min(bytes.length, room));
      return 0;
    },
    note: (L) => {
      if (!lua.lua_toboolean(L, 1)) finish(null, textAt(L, 2));
      return lua.lua_gettop(L);
    },
    finish: (L) => {
      finish(lua.lua_tonumber(L, 1), undefined);
      return 0;
    },
    abandon: (L) => {
      const socket = open?.socket;
      finish(null, textAt(L, 1));
      socket?.close();
      return 0;
    },
  };
}

/** The socket of a connection object: itself, or what LuaSec's kind of object has as `sock`. */
function socketOf(L: LuaState, index: number): TcpSocket | undefined {
  if (!lua.lua_istable(L, index)) return socketAt(L, index);
  lua.lua_getfield(L, index, nameBytes('sock'));
  const socket = socketAt(L, -1);
  lua.lua_pop(L, 1);
  return socket;
}

function textAt(L: LuaState, index: number): string {
  const text = toText(lauxlib.luaL_tolstring(L, index));
  lua.lua_pop(L, 1);
  return text;
}

function headersAt(L: LuaState, index: number): (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = [];
  lua.lua_pushnil(L);
  while (lua.lua_next(L, index)) {
    if (binaryTextAt(L, -2) !== undefined) headers.push([textAt(L, -2), textAt(L, -1)]);
    lua.lua_pop(L, 1);
  }
  return headers;
}
