import { lua, type LuaCFunction, type LuaState } from '#fengari';
import type { LogLevel } from '#framework';
import { checkCount, nameBytes } from '../binding.ts';
import type { ScriptContext } from '../script-context.ts';
import { checkCString, checkCText } from './c-string.ts';
import { clockFunctions } from './clock-functions.ts';
import { openEvents } from './event-object.ts';
import { flagFunctions } from './flag-functions.ts';
import { furtherLibraries } from './further-libraries.ts';
import { pushHttp } from './http-client.ts';
import { openUsers } from './mail-user.ts';
import { callMail, pushMailText } from './mail-host.ts';
import { toMailText } from './mail-text.ts';
import { openMailboxes } from './mailbox-object.ts';
import { restrictGlobals } from './restrict-globals.ts';
import { pushStorage, setLibraryMetatable } from './storage-constants.ts';
import { pickNames, surfaceOf } from './surface.ts';
import { textFunctions } from './text-functions.ts';

/** What the driver needs of the interface of one script. */
export interface DovecotInterface {
  /** To be called after each call into the script, whether it went well or not. */
  endCall(): void;
}

/**
 * Sets the global `dovecot` and registers the objects of Dovecot's Lua interface. Which names there are depends on
 * the dialect and on `strict`; see surface.ts.
 *
 * Source: Dovecot lib-lua/dlua-dovecot.c, lib-storage/mail-storage-lua.c; observed in 2.3.19.1 and 2.4.1.
 */
export function openDovecot(context: ScriptContext): DovecotInterface {
  const { L } = context;
  const surface = surfaceOf(context);
  const events = openEvents(context);
  openUsers(context);
  openMailboxes(context);
  const functions: Record<string, LuaCFunction> = {
    ...logFunctions(context),
    ...flagFunctions,
    ...textFunctions,
    ...clockFunctions(() => context.clock()),
    event: events.create,
    restrict_global_variables: restrictGlobals,
    var_expand: expander(context),
  };
  lua.lua_newtable(L);
  pushStorage(L, surface.constants);
  lua.lua_setfield(L, -2, nameBytes('storage'));
  pushHttp(context, events);
  lua.lua_setfield(L, -2, nameBytes('http'));
  for (const [name, push] of Object.entries(pickNames(furtherLibraries, surface.libraries))) {
    push(L);
    lua.lua_setfield(L, -2, nameBytes(name));
  }
  setLibraryMetatable(L, 'dovecot', pickNames(functions, surface.dovecot));
  lua.lua_setglobal(L, nameBytes('dovecot'));
  return { endCall: () => events.endCall() };
}

/** `dovecot.i_info` and its like: lines of the process, without a prefix. */
function logFunctions(context: ScriptContext): Record<string, LuaCFunction> {
  const write =
    (level: LogLevel): LuaCFunction =>
    (L: LuaState) => {
      checkCount(L, 1);
      context.log(level, checkCText(L, 1), { isForced: true });
      return 0;
    };
  return {
    i_debug: write('debug'),
    i_info: write('info'),
    i_warning: write('warning'),
    i_error: write('error'),
  };
}

// 2.4.5 knows no variable here. Those of the session do no harm, and this is not there in strict mode.
function expander(context: ScriptContext): LuaCFunction {
  return (L) => {
    checkCount(L, 1);
    const template = toMailText(checkCString(L, 1));
    const failed = (reason: string) => `failed to expand '${template}': ${reason}`;
    pushMailText(L, callMail(context, L, 'mail.expand', template, failed));
    return 1;
  };
}
