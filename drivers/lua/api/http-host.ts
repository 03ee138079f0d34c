import type { LuaState } from '#fengari';
import { raise } from '../binding.ts';
import type { HostCalls } from '../host/host-calls.ts';
import type { HttpCalls } from '../host/http-calls.ts';
import type { ScriptContext } from '../script-context.ts';
import { callHost } from './call-host.ts';
import type { ScriptEvents } from './event-object.ts';

/** What the objects of dovecot.http work with. */
export interface HttpContext {
  readonly context: ScriptContext;
  readonly events: ScriptEvents;
}

/** Asks the main thread; a refusal becomes a Lua error with the text that `failed` makes of the reason. */
export function callHttp<Name extends keyof HttpCalls>(
  { context }: HttpContext,
  L: LuaState,
  name: Name,
  argument: HostCalls[Name]['argument'],
  failed: (reason: string) => string,
): HostCalls[Name]['result'] {
  return callHost(context.host, name, argument, (reason) => raise(L, failed(reason)));
}
