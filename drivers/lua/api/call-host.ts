import { HostCallError, type HostCallName, type HostCalls, type HostPort } from '../host/host-calls.ts';

/** Asks the main thread; `refused` raises the Lua error for the reason of a refusal. */
export function callHost<Name extends HostCallName>(
  host: HostPort,
  name: Name,
  argument: HostCalls[Name]['argument'],
  refused: (reason: string) => never,
): HostCalls[Name]['result'] {
  try {
    return host.call(name, argument);
  } catch (error) {
    if (!(error instanceof HostCallError)) throw error;
    return refused(error.message);
  }
}
