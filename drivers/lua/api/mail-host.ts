import { lua, type LuaState } from '#fengari';
import type { HostCalls } from '../host/host-calls.ts';
import type { MailCalls } from '../host/mail-calls.ts';
import type { ScriptContext } from '../script-context.ts';
import { callHost } from './call-host.ts';
import { fromMailText } from './mail-text.ts';

/** Asks the main thread; a refusal becomes a Lua error with the text that `failed` makes of the reason. */
export function callMail<Name extends keyof MailCalls>(
  { host }: ScriptContext,
  L: LuaState,
  name: Name,
  argument: HostCalls[Name]['argument'],
  failed: (reason: string) => string,
): HostCalls[Name]['result'] {
  return callHost(host, name, argument, (reason) => raiseMail(L, failed(reason)));
}

export function pushMailText(L: LuaState, text: string): void {
  lua.lua_pushstring(L, fromMailText(text));
}

/** As `raise`, for a text that may hold names and values of the mail store. */
export function raiseMail(L: LuaState, text: string): never {
  pushMailText(L, text);
  return lua.lua_error(L);
}
