import { lauxlib, lua, type LuaState } from '#fengari';
import { checkCount, nameBytes, raise, setFunctions, toText } from '../binding.ts';
import type { GivenSetting, ScriptHttpClient } from '../host/http-calls.ts';
import type { ScriptContext } from '../script-context.ts';
import { cutAtNul } from './c-string.ts';
import type { ScriptEvents } from './event-object.ts';
import { callHttp, type HttpContext } from './http-host.ts';
import { pushRequest } from './http-request.ts';
import { linePrefix, type LogEvent } from './log-event.ts';
import { createObjectKind } from './lua-object.ts';

interface ClientHandle {
  readonly client: ScriptHttpClient;
  /** Lines about requests begin as its lines do. */
  readonly event: LogEvent;
}

const clientKind = createObjectKind<ClientHandle>('struct http_client');

/**
 * Pushes the table `dovecot.http`. Its objects have no metatable: their functions are in them.
 *
 * Source: Dovecot lib-lua/dlua-dovecot-http.c.
 */
export function pushHttp(context: ScriptContext, events: ScriptEvents): void {
  const http = { context, events };
  lua.lua_newtable(context.L);
  setFunctions(context.L, {
    client(L) {
      checkCount(L, 1);
      lauxlib.luaL_checktype(L, 1, lua.LUA_TTABLE);
      const event = findParent(L, http) ?? events.root;
      const settings = givenSettings(L);
      const client = callHttp(
        http,
        L,
        'http.client',
        settings,
        (reason) => `Invalid HTTP client setting: ${reason}`,
      );
      clientKind.push(L, { client, event });
      setFunctions(L, { request: (caller) => makeRequest(caller, http) });
      return 1;
    },
  });
}

// 2.4 takes anything that is no table for nothing. What 2.3 makes of it kills its process.
function findParent(L: LuaState, { context, events }: HttpContext): LogEvent | undefined {
  lua.lua_getfield(L, 1, nameBytes('event_parent'));
  const isNothing = lua.lua_isnil(L, -1) || (context.dialect === '2.4' && !lua.lua_istable(L, -1));
  const event = isNothing ? undefined : events.check(L, -1);
  lua.lua_pop(L, 1);
  return event;
}

function givenSettings(L: LuaState): GivenSetting[] {
  const settings: GivenSetting[] = [];
  lua.lua_pushnil(L);
  while (lua.lua_next(L, 1)) {
    // A copy: a number that becomes text in its place would end the walk.
    lua.lua_pushvalue(L, -2);
    const key = toText(cutAtNul(lauxlib.luaL_tolstring(L, -1)));
    lua.lua_pop(L, 2);
    if (key !== 'event_parent') settings.push({ key, ...readValue(L) });
    lua.lua_pop(L, 1);
  }
  return settings;
}

function readValue(L: LuaState): Pick<GivenSetting, 'type' | 'text'> {
  if (lua.lua_isboolean(L, -1)) return { type: 'boolean', text: String(lua.lua_toboolean(L, -1)) };
  const type = lua.lua_type(L, -1) === lua.LUA_TNUMBER ? 'number' : 'string';
  const bytes = lua.lua_tostring(L, -1);
  return bytes ? { type, text: toText(cutAtNul(bytes)) } : { type: 'other' };
}

function makeRequest(L: LuaState, http: HttpContext): number {
  checkCount(L, 2);
  const { client, event } = clientKind.check(L, 1);
  lauxlib.luaL_checktype(L, 2, lua.LUA_TTABLE);
  const url = textField(L, 'url');
  if (url === undefined) return raise(L, 'cannot create request: url not specified');
  const method = textField(L, 'method') ?? 'GET';
  const id = callHttp(http, L, 'http.request', url, (reason) => `Failed to parse url ${url}: ${reason}`);
  const logPrefix = () => linePrefix(event).text;
  pushRequest(L, http, { client, id, method, url, logPrefix });
  return 1;
}

function textField(L: LuaState, name: string): string | undefined {
  lua.lua_getfield(L, 2, nameBytes(name));
  const text = lua.lua_isnil(L, -1) ? undefined : toText(cutAtNul(lauxlib.luaL_checklstring(L, -1)));
  lua.lua_pop(L, 1);
  return text;
}
