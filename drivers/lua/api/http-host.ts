import type { LuaState } from '#fengari';
import { raise } from '../binding.ts';
import { HostCallError, type HostCalls } from '../host/host-calls.ts';
import type { HttpCalls } from '../host/http-calls.ts';
import type { ScriptContext } from '../script-context.ts';
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
  try {
    return context.host.call(name, argument);
  } catch (error) {
    if (!(error instanceof HostCallError)) throw error;
    return raise(L, failed(error.message));
  }
}
