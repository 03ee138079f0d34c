import type { LuaCFunction } from '#fengari';
import { raiseHere } from '../binding.ts';

/** How a person lets a script do what the sandbox refuses. */
export const TRUST_HINT =
  'Allow it for this script with trusted mode: dovebell lua rules SCRIPT --trusted yes';

/** os.exit never ends this program. */
export const EXIT_TEXT = 'os.exit called; on the server this ends the mail process';

/** A function of the library that exists and only says why it does not run. */
export function blocked(name: string): LuaCFunction {
  return (L) => raiseHere(L, `${name} is blocked here; on the server it runs. ${TRUST_HINT}`);
}

/** What no mode has: `reason` says why. */
export function impossible(name: string, reason: string): LuaCFunction {
  return (L) => raiseHere(L, `${name} does not work in this program: ${reason}`);
}
