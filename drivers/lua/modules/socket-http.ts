import { lua, type LuaCFunction } from '#fengari';
import { setFunctions } from '../binding.ts';
import type { ScriptContext } from '../script-context.ts';
import { exchangeTracker } from './exchange-tracker.ts';
import { openLtn12 } from './ltn12.ts';
import { runLuaSource } from './lua-source.ts';
import { openMime } from './mime.ts';
import { pushOwnModule } from './own-module.ts';
import { openSocketHeaders } from './socket-headers.ts';
import { httpSource } from './socket-http-source.ts';
import { openSocketUrl } from './socket-url.ts';
import { openSocket } from './socket.ts';

/**
 * `socket.http`: `request(url, body)` and `request{…}`, `open`, `genericform`, `schemes`, TIMEOUT, USERAGENT and
 * PROXY.
 *
 * Source: LuaSocket 3.1.0, socket/http.lua; RFC 9110 and 9112. Unlike LuaSocket, a request whose method, target or
 * header fields hold CR, LF or NUL is not sent: nil and the reason.
 */
export function openSocketHttp(context: Pick<ScriptContext, 'host' | 'clock'>): LuaCFunction {
  return (L) => {
    pushOwnModule(L, 'socket', openSocket(context));
    pushOwnModule(L, 'socket.url', openSocketUrl);
    pushOwnModule(L, 'ltn12', openLtn12);
    pushOwnModule(L, 'mime', openMime);
    pushOwnModule(L, 'socket.headers', openSocketHeaders);
    lua.lua_newtable(L);
    setFunctions(L, exchangeTracker(context.host));
    runLuaSource(L, httpSource, 6, 1);
    return 1;
  };
}
