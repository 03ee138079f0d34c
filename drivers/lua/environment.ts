import { openDovecot } from './api/dovecot-table.ts';
import { pushUser } from './api/mail-user.ts';
import { moduleOpeners } from './modules/index.ts';
import { openLibraries } from './sandbox/open-libraries.ts';
import type { ScriptContext } from './script-context.ts';

/** Everything that a script sees, open. */
export interface Environment {
  /** Pushes a new object for the session's user. */
  readonly pushUser: () => void;
  /** After each call of the script: what it has printed is shown, what it has left open is said. */
  readonly endCall: () => void;
  /** With the state: its files are closed. */
  readonly close: () => void;
}

/** Opens the libraries, the modules that a script may require, and Dovecot's own interface. */
export function openEnvironment(context: ScriptContext): Environment {
  const libraries = openLibraries(context, moduleOpeners(context));
  const dovecot = openDovecot(context);
  return {
    pushUser: () => pushUser(context),
    endCall() {
      dovecot.endCall();
      libraries.flush();
    },
    close: () => libraries.close(),
  };
}
