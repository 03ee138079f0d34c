import { lauxlib, lua, type LuaState } from '#fengari';
import type { LogLevel, PushEvent } from '#framework';
import { createCallTracer, type CallTracer } from './call-trace.ts';
import type { Deadline } from './deadline.ts';
import type { Environment } from './environment.ts';
import { createEventDecorations } from './event-superset.ts';
import { pushEventTable, type EventTableOptions } from './event-table.ts';
import { createLuaCaller, type LuaCaller, type LuaFailure } from './lua-caller.ts';
import { BEGIN_TXN, END_TXN, eventFunction } from './notify-functions.ts';
import type { CallOutcome, LoadOutcome, ScriptCall, ScriptLine } from './protocol.ts';
import type { ScriptContext } from './script-context.ts';
import { prefixLines } from './log-prefix.ts';
import { loadScript } from './script-loader.ts';

/** One script of one user, running. Dovecot: struct dlua_push_notification_context with its script. */
export interface ScriptSession {
  /** Runs the script and its script_init. */
  load(): LoadOutcome;
  perform(call: ScriptCall, traced: boolean): CallOutcome;
  /** script_deinit. */
  close(): LoadOutcome;
}

export interface SessionParts {
  /** See WorkerStart. */
  readonly events: readonly string[];
  readonly context: ScriptContext;
  readonly deadline: Deadline;
  /** Hands over what was written since the last call. */
  readonly takeLines: () => readonly ScriptLine[];
  readonly environment: Environment;
}

/** Creates the session of a state whose libraries are open. The script is not loaded yet. */
export function createScriptSession(parts: SessionParts): ScriptSession {
  return new LuaSession(parts);
}

type Outcome = Omit<CallOutcome, 'lines' | 'called'>;

class LuaSession implements ScriptSession {
  readonly #parts: SessionParts;
  readonly #L: LuaState;
  readonly #caller: LuaCaller;
  readonly #tracer: CallTracer;
  readonly #tables: EventTableOptions;
  /** The function for each event, in the order of registration. */
  readonly #functions: ReadonlyMap<string, string>;
  /** What begin_txn gave for each open transaction, as references. */
  readonly #contexts = new Map<number, number>();

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#functions = new Map(parts.events.map((event) => [event, eventFunction(event)]));
    const { L, dialect, strict } = parts.context;
    const { pushUser } = parts.environment;
    this.#L = L;
    this.#caller = createLuaCaller(L);
    this.#tracer = createCallTracer(L);
    this.#tables = { dialect, strict, pushUser, ...(strict ? {} : createEventDecorations(L, pushUser)) };
  }

  load(): LoadOutcome {
    this.#parts.deadline.start();
    const base = lua.lua_gettop(this.#L);
    const outcome = loadScript(this.#parts.context, this.#caller, this.#parts.environment.pushUser);
    lua.lua_settop(this.#L, base);
    this.#parts.environment.endCall();
    return { ...outcome, lines: this.#parts.takeLines() };
  }

  perform(call: ScriptCall, traced: boolean): CallOutcome {
    // Not 0 while a function of this script waits for somebody else: a call in the middle of a call.
    const base = lua.lua_gettop(this.#L);
    this.#tracer.reset(traced);
    if (call.kind === 'begin') this.#parts.deadline.start();
    else this.#parts.deadline.resume();
    const outcome = this.#dispatch(call);
    this.#parts.deadline.stop();
    lua.lua_settop(this.#L, base);
    // The values of a call that failed are still in the slots of the stack.
    if (outcome.error !== undefined) lua.lua_gc(this.#L, lua.LUA_GCCOLLECT, 0);
    this.#parts.environment.endCall();
    const called = this.#tracer.take();
    return { ...outcome, lines: this.#parts.takeLines(), ...(called && { called }) };
  }

  close(): LoadOutcome {
    this.#parts.deadline.start();
    const fn = 'script_deinit';
    const failure = this.#caller.isFunction(fn) ? this.#caller.call(fn, 0, 0) : undefined;
    const error = failure && { error: `script_deinit() failed: ${failure.error}` };
    this.#parts.environment.endCall();
    this.#parts.environment.close();
    return { lines: this.#parts.takeLines(), ...error };
  }

  #dispatch(call: ScriptCall): Outcome {
    if (call.kind === 'begin') return this.#begin(call.txn);
    // A transaction that did not begin, or began before the script was started anew.
    if (!this.#contexts.has(call.txn)) return {};
    return call.kind === 'event' ? this.#event(call.txn, call.event) : this.#end(call.txn, call.success);
  }

  // Source: Dovecot push-notification-driver-lua.c, push_notification_driver_lua_begin_txn.
  #begin(txn: number): Outcome {
    if (!this.#caller.isFunction(BEGIN_TXN)) return this.#missing(BEGIN_TXN);
    const handled = [...this.#functions].filter(([, fn]) => this.#caller.isFunction(fn));
    for (const [event, fn] of handled) this.#log('debug', `Found ${fn}, handling ${event} event`);
    if (handled.length === 0) {
      const refusal = 'No event handlers found in script';
      this.#log('debug', refusal);
      return { refusal };
    }
    this.#log('debug', `Calling ${BEGIN_TXN}(${this.#parts.context.user.username})`);
    const failure = this.#call(BEGIN_TXN, 1, 1, this.#parts.environment.pushUser);
    const handles = handled.map(([event]) => event);
    if (failure) return { ...failure, handles };
    this.#contexts.set(txn, lauxlib.luaL_ref(this.#L, lua.LUA_REGISTRYINDEX));
    this.#log('debug', `Called ${BEGIN_TXN}`);
    return { handles };
  }

  #event(txn: number, event: PushEvent): Outcome {
    const fn = this.#functions.get(event.name) ?? eventFunction(event.name);
    const uid = 'uid' in event ? `,uid=${event.uid}` : '';
    this.#log('debug', `Calling ${fn}(ctx, event[name=${event.name},mailbox=${event.mailbox}${uid}])`);
    const failure = this.#call(fn, 2, 0, () => {
      this.#pushContext(txn);
      pushEventTable(this.#L, event, this.#tables);
    });
    if (failure) return failure;
    this.#log('debug', `Called ${fn}`);
    return {};
  }

  #end(txn: number, success: boolean): Outcome {
    const outcome = this.#caller.isFunction(END_TXN) ? this.#callEnd(txn, success) : this.#missing(END_TXN);
    lauxlib.luaL_unref(this.#L, lua.LUA_REGISTRYINDEX, this.#contexts.get(txn) ?? lauxlib.LUA_NOREF);
    this.#contexts.delete(txn);
    return outcome;
  }

  #callEnd(txn: number, success: boolean): Outcome {
    this.#log('debug', `Calling ${END_TXN}`);
    const failure = this.#call(END_TXN, 2, 0, () => {
      this.#pushContext(txn);
      lua.lua_pushboolean(this.#L, success);
    });
    if (failure) return failure;
    this.#log('debug', `Called ${END_TXN}`);
    return {};
  }

  #call(fn: string, args: number, results: number, pushArgs: () => void): LuaFailure | undefined {
    const failure = this.#caller.call(fn, args, results, () => {
      pushArgs();
      this.#tracer.enter(fn, args);
    });
    this.#tracer.leave(results, failure?.error);
    if (failure) this.#log('error', failure.error);
    return failure;
  }

  #missing(fn: string): Outcome {
    const error = `Missing function ${fn}`;
    this.#log('error', error);
    return { error };
  }

  // nil has no reference of its own: LUA_REFNIL gives it back.
  #pushContext(txn: number): void {
    lua.lua_rawgeti(this.#L, lua.LUA_REGISTRYINDEX, this.#contexts.get(txn) ?? lauxlib.LUA_REFNIL);
  }

  #log(level: LogLevel, text: string): void {
    this.#parts.context.log(level, prefixLines(text, this.#parts.context.dialect));
  }
}
