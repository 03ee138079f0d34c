/** Longest time a Node timer can wait. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs `start` with a function to call with the result, and answers that or, after the time, `onTimeout()`.
 *
 * With 0, what the event loop already has is taken in first. `start` may answer a function that is called at the end.
 */
export function withinTime<Result>(
  timeoutMs: number | null,
  onTimeout: () => Result,
  start: (settle: (result: Result) => void) => (() => void) | undefined,
): Promise<Result> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let isSettled = false;
    let stop: (() => void) | undefined;
    const settle = (result: Result): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      stop?.();
      resolve(result);
    };
    stop = start(settle);
    if (isSettled) return stop?.();
    if (timeoutMs === null) return;
    const expire = (): void => settle(onTimeout());
    // The poll phase, which reads sockets, comes between two rounds of immediates.
    if (timeoutMs <= 0) setImmediate(() => setImmediate(expire));
    else timer = setTimeout(expire, Math.min(timeoutMs, MAX_TIMER_MS));
  });
}
