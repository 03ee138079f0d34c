// The load generator's side in this process; the generator itself runs in its own (load-process.mjs), so that
// whoever measures does not share an event loop with whoever reports.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endProcess } from '../../scripts/run-process.mjs';

const SCRIPT = fileURLToPath(new URL('./load-process.mjs', import.meta.url));

/**
 * Starts the generator. `run(job)` resolves to `{ rate, latenciesMs, firstUid, lastUid }`: every uid from the
 * first to the last was answered 200, and none is ever used twice. It rejects for any other answer.
 *
 * A job is `{ port, connections, durationMs, requestsPerSecond? , count? }`: a closed loop, in which each
 * connection sends when it was answered, or an open one at a fixed rate; `count` ends it earlier.
 */
export function startLoad(defer) {
  const child = fork(SCRIPT, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  defer(() => endProcess(child));
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        const onExit = (code) => reject(new Error(`the load generator ended with ${code}`));
        child.once('exit', onExit);
        child.once('message', ({ result, problem }) => {
          child.off('exit', onExit);
          if (problem === undefined) resolve(result);
          else reject(new Error(problem));
        });
        child.send(job);
      }),
  };
}
