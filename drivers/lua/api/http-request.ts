import { lauxlib, lua, type LuaState } from '#fengari';
import { checkBytes, checkCount, pushText, raise, setFunctions } from '../binding.ts';
import type { ScriptHttpClient, ScriptHttpResponse } from '../host/http-calls.ts';
import { checkCString } from './c-string.ts';
import { callHttp, type HttpContext } from './http-host.ts';
import { createObjectKind } from './lua-object.ts';

/** What a request is made of. */
export interface RequestParts {
  readonly client: ScriptHttpClient;
  readonly id: number;
  readonly method: string;
  readonly url: string;
  /** What lines about it begin with, at the time when it is sent. */
  readonly logPrefix: () => string;
}

interface RequestHandle extends RequestParts {
  /** By name in lower case: a header that is set again keeps its place. */
  readonly headers: Map<string, readonly [name: string, value: string]>;
  payload: Uint8Array | undefined;
  expectsContinue: boolean;
  isSubmitted: boolean;
}

const requestKind = createObjectKind<RequestHandle>('struct http_client_request');
const responseKind = createObjectKind<ScriptHttpResponse>('struct dlua_http_response');

/**
 * Pushes a request that can be sent once.
 *
 * Source: Dovecot lib-lua/dlua-dovecot-http.c. Unlike Dovecot, whose process dies of it, a second payload, a
 * second submit and what would break the head of a request are errors.
 */
export function pushRequest(L: LuaState, http: HttpContext, parts: RequestParts): void {
  const { dialect, strict } = http.context;
  requestKind.push(L, {
    ...parts,
    headers: new Map(),
    payload: undefined,
    expectsContinue: false,
    isSubmitted: false,
  });
  setFunctions(L, {
    add_header: addHeader,
    remove_header: removeHeader,
    set_payload(caller) {
      const count = checkCount(caller, 2, dialect === '2.4' || !strict ? 3 : 2);
      const request = checkUnsent(caller);
      const payload = checkCString(caller, 2);
      if (request.payload) return raise(caller, 'The request has a payload already');
      request.payload = payload;
      const isAsked = count > 2 ? lua.lua_toboolean(caller, 3) : dialect !== '2.4';
      request.expectsContinue = isAsked && payload.length > 0;
      return 0;
    },
    submit: (caller) => submit(caller, http),
  });
}

function checkUnsent(L: LuaState): RequestHandle {
  const request = requestKind.check(L, 1);
  return request.isSubmitted ? raise(L, 'The request was submitted already') : request;
}

function addHeader(L: LuaState): number {
  checkCount(L, 3);
  const request = checkUnsent(L);
  const name = latin1(checkBytes(L, 2));
  const value = latin1(checkBytes(L, 3));
  if (name === '' || name.includes(':') || [name, value].some(breaksHead))
    return raise(L, 'A header must have a name without a colon, and no CR, LF or NUL');
  const known = request.headers.get(name.toLowerCase());
  request.headers.set(name.toLowerCase(), [known?.[0] ?? name, value]);
  return 0;
}

const breaksHead = (text: string) => text.includes('\r') || text.includes('\n') || text.includes('\0');

function removeHeader(L: LuaState): number {
  checkCount(L, 2);
  checkUnsent(L).headers.delete(latin1(checkCString(L, 2)).toLowerCase());
  return 0;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function submit(L: LuaState, http: HttpContext): number {
  checkCount(L, 1);
  const request = checkUnsent(L);
  request.isSubmitted = true;
  const { client, id, method, url, headers, payload, expectsContinue } = request;
  const argument = {
    client,
    id,
    method,
    url,
    headers: [...headers.values()],
    expectsContinue,
    logPrefix: request.logPrefix(),
    ...(payload && { payload }),
  };
  const response = callHttp(http, L, 'http.submit', argument, (reason) => reason);
  logPayload(response, http);
  pushResponse(L, response);
  return 1;
}

function logPayload({ payload, problem }: ScriptHttpResponse, { events }: HttpContext): void {
  if (problem !== undefined)
    events.write(events.root, 'error', `ERROR: REQUEST PAYLOAD READ ERROR: ${problem}`);
  else if (payload) events.write(events.root, 'debug', 'DEBUG: REQUEST: Finished');
}

function pushResponse(L: LuaState, response: ScriptHttpResponse): void {
  responseKind.push(L, response);
  const reading =
    (args: number, push: (caller: LuaState, read: ScriptHttpResponse) => void) => (caller: LuaState) => {
      checkCount(caller, args);
      push(caller, responseKind.check(caller, 1));
      return 1;
    };
  setFunctions(L, {
    status: reading(1, (caller, { status }) => lua.lua_pushinteger(caller, status)),
    reason: reading(1, (caller, { reason }) => pushText(caller, reason)),
    payload: reading(1, (caller, { payload }) =>
      lua.lua_pushstring(caller, payload?.slice() ?? new Uint8Array()),
    ),
    header: reading(2, (caller, { headers }) => {
      const name = latin1(lauxlib.luaL_checklstring(caller, 2)).toLowerCase();
      const value = headers.find(([one]) => one.toLowerCase() === name)?.[1] ?? '';
      lua.lua_pushstring(caller, new Uint8Array(Buffer.from(value, 'latin1')));
    }),
  });
}
