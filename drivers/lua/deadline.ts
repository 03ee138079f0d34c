import { lauxlib, lua, type LuaState } from '#fengari';
import { pushText } from './binding.ts';
import type { MemoryGauge } from './memory-gauge.ts';
import type { ScriptLimits } from './script-limits.ts';

/** Between two looks at the clock. Fewer cost time in tight loops, more let a loop of slow steps run on. */
const INSTRUCTIONS_PER_LOOK = 1000;
/** Looks at the clock for one at the memory, which is dear. */
const LOOKS_PER_MEMORY_CHECK = 16;
/** What asking the main thread takes at most where nothing is to be waited for. */
const MAX_ASKING_MS = 1;
/** What a call gets at least, so that the end of a transaction can still be told to a script that was slow. */
const MIN_CALL_MS = 50;

/**
 * The soft limits of one state: whoever is over them gets a Lua error with a traceback. That the time is over cannot
 * be caught for good: from then on the next instruction raises it again, until the call is over.
 */
export interface Deadline {
  /** A transaction begins: all of its time is there. To be called before Lua runs. */
  start(): void;
  /** The next call of the same transaction. */
  resume(): void;
  /** A call is over. */
  stop(): void;
  /**
   * The clock stands until the returned function is called; calls of the same state may come between. Asking is not
   * free: the first MAX_ASKING_MS of each time count, so that a loop of questions has an end.
   */
  pause(): () => void;
  /** Raises the error when the time is over or the memory full; for library functions that run long. */
  check(L: LuaState): void;
}

export interface DeadlineOptions {
  readonly limits: ScriptLimits;
  readonly memory: MemoryGauge;
  /** Called whenever the clock is looked at: what must not wait for the end of a long call. */
  readonly onLook: () => void;
}

export function createDeadline(L: LuaState, { limits, memory, onLook }: DeadlineOptions): Deadline {
  let endsAtMs = 0;
  let looks = 0;

  const raise = (state: LuaState, text: string) => {
    // In the middle of an instruction the frame may have no room for a text.
    lua.lua_checkstack(state, lua.LUA_MINSTACK);
    // A hook comes in a function of the script, a tick in one of a library that the script has called.
    lauxlib.luaL_where(state, 0);
    if (lua.lua_rawlen(state, -1) === 0) {
      lua.lua_pop(state, 1);
      lauxlib.luaL_where(state, 1);
    }
    pushText(state, `script stopped: ${text}`);
    lua.lua_concat(state, 2);
    lua.lua_error(state);
  };
  const checkTime = (state: LuaState) => {
    if (performance.now() <= endsAtMs) return;
    lua.lua_sethook(state, look, lua.LUA_MASKCOUNT, 1);
    raise(state, `it ran longer than ${limits.timeLimitMs} ms`);
  };
  const checkMemory = (state: LuaState) => {
    if (!memory.isFull()) return;
    raise(state, `it used more than ${memory.limitMb} MB of memory`);
  };
  const look = (state: LuaState) => {
    onLook();
    checkTime(state);
    looks = (looks + 1) % LOOKS_PER_MEMORY_CHECK;
    if (looks === 0) checkMemory(state);
  };
  const arm = (instructions = INSTRUCTIONS_PER_LOOK) =>
    lua.lua_sethook(L, look, lua.LUA_MASKCOUNT, instructions);
  const run = (leftMs: number) => {
    endsAtMs = performance.now() + leftMs;
    arm();
  };
  // What is left between two calls of a transaction.
  let leftMs = limits.timeLimitMs;
  return {
    start: () => run(limits.timeLimitMs),
    resume: () => run(Math.max(MIN_CALL_MS, leftMs)),
    stop() {
      leftMs = endsAtMs - performance.now();
    },
    pause() {
      const sinceMs = performance.now();
      const leftMs = endsAtMs - sinceMs;
      return () => {
        const nowMs = performance.now();
        endsAtMs = nowMs + leftMs - Math.min(nowMs - sinceMs, MAX_ASKING_MS);
        arm(nowMs > endsAtMs ? 1 : INSTRUCTIONS_PER_LOOK);
      };
    },
    check(state) {
      checkTime(state);
      checkMemory(state);
    },
  };
}
