import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type {
  TimelineAnswer,
  TimelineMessage,
  TimelineRequestName,
  TimelineRequests,
} from './timeline-protocol.ts';

/** Calls into the thread that owns the database. */
export interface TimelineDb {
  request<Name extends TimelineRequestName>(
    name: Name,
    argument: TimelineRequests[Name][0],
  ): Promise<TimelineRequests[Name][1]>;
  /** Ends the thread after everything asked for before; never rejects. */
  close(): Promise<void>;
}

/** The thread holds one batch at a time; with node's own limit (48 MB) garbage lies until that is reached. */
const WORKER_LIMITS = { maxYoungGenerationSizeMb: 3 };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the thread; `workersDir` holds the built `timeline-worker.js`. */
export function startTimelineDb(workersDir: string): TimelineDb {
  const worker = new Worker(path.join(workersDir, 'timeline-worker.js'), { resourceLimits: WORKER_LIMITS });
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let ended: Error | undefined;

  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('message', (answer: TimelineAnswer) => {
    const call = waiting.get(answer.call);
    waiting.delete(answer.call);
    if ('error' in answer) call?.reject(new Error(answer.error));
    else call?.resolve(answer.value);
  });
  worker.on('error', (error) => end(new Error(`The timeline stopped: ${error.message}`, { cause: error })));
  worker.on('exit', () => end(new Error('The timeline is closed')));

  const request: TimelineDb['request'] = (name, argument) =>
    new Promise((resolve, reject) => {
      if (ended) {
        reject(ended);
        return;
      }
      const call = ++calls;
      waiting.set(call, { resolve: resolve as Waiting['resolve'], reject });
      worker.postMessage({ call, name, argument } as TimelineMessage);
    });
  return {
    request,
    async close() {
      await request('close', undefined).catch(() => undefined);
      await worker.terminate();
    },
  };
}
