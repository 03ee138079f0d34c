import { parentPort, workerData } from 'node:worker_threads';
import { createBlockingPort } from './blocking-port.ts';
import { setStringCap, setTick } from '#fengari';
import { createMemoryGauge } from './memory-gauge.ts';
import { LONGEST_STRING_BYTES, THREAD_MEMORY_MB } from './script-limits.ts';
import { openScript, type OpenScript } from './open-script.ts';
import {
  SHARED_CELLS,
  type ScriptCall,
  type WorkerAnswer,
  type WorkerMessage,
  type WorkerRequest,
  type WorkerStart,
} from './protocol.ts';

/** The thread that runs scripts: one state for each. */
const port = parentPort;
if (!port) throw new Error('worker.ts runs as a worker thread only');

const { events, shared, answers } = workerData as WorkerStart;
const cells = new Int32Array(shared);
const scripts = new Map<number, OpenScript>();
const memory = createMemoryGauge(THREAD_MEMORY_MB);
/** The scripts whose calls are under way: the last one runs, the others wait for it. */
const running: OpenScript[] = [];

const post = (message: WorkerMessage) => port.postMessage(message);
const hostFor = createBlockingPort({
  cells,
  answers,
  post(message) {
    // What the script wrote before it asks comes before what the asking brings.
    running.at(-1)?.flush();
    post(message);
  },
  meanwhile: (request) => answer(request),
});

setStringCap(LONGEST_STRING_BYTES);
setTick((L) => running.at(-1)?.deadline.check(L));

port.on('message', answer);
post({ kind: 'ready' });

function answer(request: WorkerRequest): void {
  Atomics.add(cells, SHARED_CELLS.PROGRESS, 1);
  const script = request.kind === 'open' ? open(request) : scripts.get(request.script);
  if (!script) throw new Error(`There is no script ${request.script} in this thread`);
  running.push(script);
  const answered = perform(script, request);
  running.pop();
  // What is held goes on being held. Whoever waits further up is still to get its answer.
  const isSpent = running.length === 0 && memory.isStillFull();
  post(isSpent ? { ...answered, isSpent } : answered);
}

function open({ script, setup, limits, nowMs }: WorkerRequest & { kind: 'open' }): OpenScript {
  const opened = openScript({ setup, limits, memory, nowMs, events, host: hostFor(script), post });
  scripts.set(script, opened);
  return opened;
}

function perform({ session }: OpenScript, request: WorkerRequest): WorkerAnswer {
  if (request.kind === 'perform') {
    const calls = JSON.parse(request.callsJson) as readonly ScriptCall[];
    const outcomes = calls.map((call, position) => {
      Atomics.store(cells, SHARED_CELLS.CALL, position);
      if (call.kind === 'begin') Atomics.add(cells, SHARED_CELLS.PROGRESS, 1);
      return session.perform(call, request.traced);
    });
    return { kind: 'performed', outcomesJson: JSON.stringify(outcomes) };
  }
  if (request.kind === 'close') {
    scripts.delete(request.script);
    return { kind: 'closed', outcome: session.close() };
  }
  const outcome = session.load();
  if (outcome.error !== undefined) scripts.delete(request.script);
  return { kind: 'opened', outcome };
}
