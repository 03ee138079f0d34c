import { startLoad } from './load.mjs';
import { startServe } from './server-process.mjs';
import { percentile } from './statistics.mjs';

const REQUESTS_PER_SECOND = 200;
const DURATION_MS = 10_000;
const WARM_UP_MS = 2_000;
/** More than are ever under way at once unless the server stalls for longer than the target allows. */
const CONNECTIONS = 32;

/** How long a notification waits for its answer at a rate that a busy mail server has. */
export async function measureLatency(defer) {
  const { port } = await startServe(defer);
  const load = startLoad(defer);
  const job = { port, connections: CONNECTIONS, requestsPerSecond: REQUESTS_PER_SECOND };
  await load.run({ ...job, durationMs: WARM_UP_MS });
  const { latenciesMs, rate } = await load.run({ ...job, durationMs: DURATION_MS });
  const baselines = { 'requests/s': rate };
  return [
    { name: 'latency.p50', value: percentile(latenciesMs, 0.5), unit: 'ms', baselines },
    { name: 'latency.p99', value: percentile(latenciesMs, 0.99), unit: 'ms', atMost: 25, baselines },
  ];
}
