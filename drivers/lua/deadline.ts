import { lua, type LuaState } from '#fengari';
import { raiseHere } from './binding.ts';
import type { ScriptLimits } from './script-limits.ts';

/** Between two looks at the clock. Fewer cost time in tight loops, more let a loop of slow steps run on. */
const INSTRUCTIONS_PER_LOOK = 1000;
/** Looks at the clock between two looks at the memory, which are dear. */
const LOOKS_PER_MEMORY_CHECK = 64;
/** What a call gets at least, so that the end of a transaction can still be told to a script that was slow. */
const MIN_CALL_MS = 50;

/**
 * The soft limits of one state: whoever is over them gets a Lua error with a traceback. It cannot be caught for
 * good: from then on the next instruction raises it again, until the call is over.
 */
export interface Deadline {
  /** A transaction begins: all of its time is there. To be called before Lua runs. */
  start(): void;
  /** The next call of the same transaction. */
  resume(): void;
  /** A call is over. */
  stop(): void;
  /** The clock stands until the returned function is called; calls of the same state may come between. */
  pause(): () => void;
  /** Raises the error when the time is over; for library functions that run long. */
  check(L: LuaState): void;
}

/** `onLook` is called whenever the clock is looked at: what must not wait for the end of a long call. */
export function createDeadline(L: LuaState, limits: ScriptLimits, onLook: () => void): Deadline {
  let endsAtMs = 0;
  let looks = 0;

  const raiseOver = (state: LuaState, text: string) => {
    lua.lua_sethook(state, look, lua.LUA_MASKCOUNT, 1);
    return raiseHere(state, text);
  };
  const check = (state: LuaState) => {
    if (performance.now() > endsAtMs) {
      raiseOver(state, `script stopped: it ran longer than ${limits.timeLimitMs} ms`);
    }
  };
  const look = (state: LuaState) => {
    onLook();
    check(state);
    looks = (looks + 1) % LOOKS_PER_MEMORY_CHECK;
    if (looks === 0 && process.memoryUsage().arrayBuffers > limits.stringBytes) {
      raiseOver(state, 'script stopped: not enough memory');
    }
  };
  const arm = () => lua.lua_sethook(L, look, lua.LUA_MASKCOUNT, INSTRUCTIONS_PER_LOOK);
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
      const leftMs = endsAtMs - performance.now();
      return () => {
        endsAtMs = performance.now() + leftMs;
        arm();
      };
    },
    check,
  };
}
