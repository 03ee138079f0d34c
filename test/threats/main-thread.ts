import { readFileSync } from 'node:fs';

/** How often the event loop is to come round. */
const INTERVAL_MS = 5;

/** Watches whether this thread's event loop comes round. */
export interface MainThreadWatch {
  /** The longest time since the last call that it did not come round, other processes' time taken off. */
  takeLongestMs(): number;
  stop(): void;
}

/**
 * Measures gaps between the ticks of a timer. On a busy machine most of a gap is the time that this thread was ready
 * to run and others ran; Linux counts that for each thread (/proc/thread-self/schedstat, its second number), and it
 * is taken off. What is left is time in which this thread itself ran or slept: what somebody made it do, or wait for.
 * Elsewhere the whole gap counts.
 */
export function watchMainThread(): MainThreadWatch {
  let longestMs = 0;
  let lastMs = performance.now();
  let lastWaitedMs = readWaitedMs();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const waitedMs = readWaitedMs();
    longestMs = Math.max(longestMs, nowMs - lastMs - INTERVAL_MS - (waitedMs - lastWaitedMs));
    lastMs = nowMs;
    lastWaitedMs = waitedMs;
  }, INTERVAL_MS);
  return {
    takeLongestMs() {
      const taken = longestMs;
      longestMs = 0;
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}

function readWaitedMs(): number {
  if (process.platform !== 'linux') return 0;
  return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6;
}
