// What keeps a script from taking the machine's memory or time inside one call of a library function.

/** Steps of inner loops between two calls of the tick: some tenths of a millisecond. */
const TICK_STEPS = 10_000;
/** Bytes of a new string that count as one step, as a power of two: a tick comes for each 640 KB at least. */
const STEP_BYTES_LOG2 = 6;

export const DEFAULT_STRING_CAP = 64 * 1024 * 1024;

/**
 * Counted down by the inner loops of the libraries: `if (--meter.left < 0) meter.expire(L)`.
 * `cap` is the longest string in bytes, `allocated` the bytes of all strings made so far.
 */
export const meter = {
  left: TICK_STEPS,
  tick: undefined,
  cap: DEFAULT_STRING_CAP,
  allocated: 0,
  expire(L) {
    meter.left = TICK_STEPS;
    // Outside of a protected call nobody could catch what it raises.
    if (L.errorJmp !== null) meter.tick?.(L);
  },
  /** Many steps are made at once. */
  take(L, steps) {
    meter.left -= steps;
    if (meter.left < 0) meter.expire(L);
  },
  /** A string was made. */
  charge(L, bytes) {
    meter.allocated += bytes;
    meter.take(L, bytes >> STEP_BYTES_LOG2);
  },
};

/**
 * Sets what is called about every ten thousand inner steps of pattern matching, sorting, moving and joining, and
 * when many or long strings are made, with the running thread. It may raise a Lua error. undefined: nothing.
 */
export function setTick(tick) {
  meter.tick = tick;
}

/** The longest string a script can make, in bytes. */
export function setStringCap(bytes) {
  meter.cap = bytes;
}

/** How many bytes of strings were made so far in this thread. It only grows. */
export function allocatedBytes() {
  return meter.allocated;
}
