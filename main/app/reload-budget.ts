/** A page that crashes right after every start would burn a processor for nothing. */
export const MAX_RELOADS = 3;
export const RELOAD_WINDOW_MS = 60_000;

/** Says how long to wait before the next reload of a crashed page: 0 for the first few within a minute. */
export function createReloadBudget(clock: () => number): { nextDelayMs(): number } {
  let reloadsAtMs: number[] = [];
  return {
    nextDelayMs() {
      const nowMs = clock();
      // A planned reload lies in the future, though not further than this; else the clock was set back.
      reloadsAtMs = reloadsAtMs.filter(
        (atMs) => atMs > nowMs - RELOAD_WINDOW_MS && atMs <= nowMs + RELOAD_WINDOW_MS,
      );
      const [oldest = nowMs] = reloadsAtMs;
      const delayMs = reloadsAtMs.length < MAX_RELOADS ? 0 : oldest + RELOAD_WINDOW_MS - nowMs;
      reloadsAtMs.push(nowMs + delayMs);
      if (reloadsAtMs.length > MAX_RELOADS) reloadsAtMs.shift();
      return delayMs;
    },
  };
}
