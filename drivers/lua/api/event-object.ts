import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import type { LogLevel } from '#framework';
import { checkCount } from '../binding.ts';
import type { ScriptContext } from '../script-context.ts';
import { callerPlace } from './caller-place.ts';
import { checkCText } from './c-string.ts';
import { createObjectKind, type ObjectKind } from './lua-object.ts';
import { createChildEvent, createScriptEvent, linePrefix, type LogEvent } from './log-event.ts';
import { pickNames, surfaceOf } from './surface.ts';

/** An event that is used for one line. */
interface PassthroughEvent {
  readonly event: LogEvent;
  /** Where it was made: `script.lua:5`. */
  readonly place: string;
}

const eventKind = createObjectKind<LogEvent>('struct event');
const passthroughKind = createObjectKind<PassthroughEvent>('struct event_passthrough', {
  isCollected: false,
  calledInErrors: eventKind.type,
});

/** The event objects of one script. */
export interface ScriptEvents {
  /** The script's own event. */
  readonly root: LogEvent;
  /** `dovecot.event`. */
  readonly create: LuaCFunction;
  /** The event of an argument. @throws a Lua error in Dovecot's words. */
  check(L: LuaState, arg: number): LogEvent;
  /** Writes a line of an event. */
  write(event: LogEvent, level: LogLevel, text: string): void;
  /** To be called after each call into the script: a passthrough event that was not logged is an error. */
  endCall(): void;
}

/**
 * Makes `dovecot.event` and its objects. Fields and names go nowhere: event export is not part of this program.
 *
 * Source: Dovecot lib-lua/dlua-dovecot.c. Unlike 2.3.19 and 2.4.1, which die of it, a passthrough event that is
 * never logged is reported as in 2.4.5.
 */
export function openEvents(context: ScriptContext): ScriptEvents {
  const root = createScriptEvent();
  const write = (event: LogEvent, level: LogLevel, text: string) => {
    const { text: prefix, replacesProcess } = linePrefix(event);
    const isForced = level === 'debug' && event.isDebugForced;
    context.log(level, prefix + text, { replacesProcess, isForced });
  };
  let pending: PassthroughEvent | undefined;
  const endCall = () => {
    if (pending) write(root, 'error', `Passthrough event leaked by Lua script at ${pending.place}`);
    pending = undefined;
  };
  const surface = surfaceOf(context);
  const methods = methodsOf(eventKind, (event) => event, write);
  eventKind.define(context.L, {
    ...pickNames(methods, surface.event),
    passthrough_event(L) {
      checkCount(L, 1);
      const event = createChildEvent(eventKind.check(L, 1));
      endCall();
      pending = { event, place: callerPlace(L) };
      passthroughKind.push(L, pending);
      return 1;
    },
  });
  const writeOnce: Write = (event, level, text) => {
    pending = undefined;
    write(event, level, text);
  };
  const passthroughMethods = methodsOf(passthroughKind, ({ event }) => event, writeOnce);
  passthroughKind.define(context.L, pickNames(passthroughMethods, surface.passthrough));
  return {
    root,
    write,
    endCall,
    check: (L, arg) => eventKind.check(L, arg),
    create(L) {
      checkCount(L, 0, 1);
      const parent = lua.lua_gettop(L) === 1 ? eventKind.check(L, 1) : root;
      eventKind.push(L, createChildEvent(parent));
      return 1;
    },
  };
}

type Write = ScriptEvents['write'];

/** The methods that both kinds have, by name. All give the object again. */
function methodsOf<Item extends object>(
  kind: ObjectKind<Item>,
  eventOf: (item: Item) => LogEvent,
  write: Write,
): Record<string, LuaCFunction> {
  const method =
    (args: number, use: (L: LuaState, event: LogEvent) => void): LuaCFunction =>
    (L) => {
      checkCount(L, args);
      use(L, eventOf(kind.check(L, 1)));
      lua.lua_pushvalue(L, 1);
      return 1;
    };
  const log = (level: LogLevel) => method(2, (L, event) => write(event, level, checkCText(L, 2)));
  const addInteger = method(3, (L) => {
    lauxlib.luaL_checklstring(L, 2);
    lauxlib.luaL_checkinteger(L, 3);
  });
  const setPrefix = (replacesParents: boolean) =>
    method(2, (L, event) => void Object.assign(event, { prefix: checkCText(L, 2), replacesParents }));
  const forceDebug = (isDebugForced: boolean) =>
    method(1, (_L, event) => void (event.isDebugForced = isDebugForced));
  return {
    append_log_prefix: setPrefix(false),
    set_append_log_prefix: setPrefix(false),
    replace_log_prefix: setPrefix(true),
    // The source of a line goes to event export only.
    set_always_log_source: method(1, () => undefined),
    set_forced_debug: forceDebug(true),
    unset_forced_debug: forceDebug(false),
    set_name: method(2, (L) => void lauxlib.luaL_checklstring(L, 2)),
    add_str: method(3, (L) => {
      lauxlib.luaL_checklstring(L, 2);
      lauxlib.luaL_checklstring(L, 3);
    }),
    add_int: addInteger,
    add_timeval: addInteger,
    inc_int: addInteger,
    log_debug: log('debug'),
    log_info: log('info'),
    log_warning: log('warning'),
    log_error: log('error'),
  };
}
