import { setTimeout as sleep } from 'node:timers/promises';
import { startLoad } from './load.mjs';
import { residentMegabytes } from './process-usage.mjs';
import { startServe } from './server-process.mjs';

const FIRST_EVENTS = 200;
const EVENTS = 20_000;
const CONNECTIONS = 32;
const MAX_DURATION_MS = 60_000;
/** Memory counts once it has not grown for this long. */
const SETTLE_MS = 2_000;
const SETTLE_LIMIT_MS = 12_000;

/** How much `serve` grows from its first events to twenty thousand. */
export async function measureMemory(defer) {
  const { port, pid } = await startServe(defer);
  const load = startLoad(defer);
  const job = { port, connections: CONNECTIONS, durationMs: MAX_DURATION_MS };
  await load.run({ ...job, count: FIRST_EVENTS });
  const before = await settledMemory(pid);
  await load.run({ ...job, count: EVENTS });
  const after = await settledMemory(pid);
  const baselines = { [`after ${FIRST_EVENTS}`]: before, [`after ${EVENTS}`]: after };
  return [{ name: 'memory.serve-growth', value: after - before, unit: 'MB', atMost: 60, baselines }];
}

/** The lowest resident memory until it stops falling, in MB. */
async function settledMemory(pid) {
  const limitAt = Date.now() + SETTLE_LIMIT_MS;
  let lowest = await residentMegabytes(pid);
  for (;;) {
    await sleep(SETTLE_MS);
    const now = await residentMegabytes(pid);
    if (now >= lowest - 0.5 || Date.now() > limitAt) return Math.min(lowest, now);
    lowest = now;
  }
}
