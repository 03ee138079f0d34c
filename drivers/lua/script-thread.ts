import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import path from 'node:path';
import { rfc5423Events } from '#framework';
import type { HostCallName, HostCalls } from './host/host-calls.ts';
import {
  SHARED_CELLS,
  type MeanwhileMessage,
  type ScriptLine,
  type WorkerAnswer,
  type WorkerMessage,
  type WorkerRequest,
  type WorkerStart,
} from './protocol.ts';
import { HARD_LIMIT_GRACE_MS, THREAD_MEMORY_MB, WORKER_HEAP_MB } from './script-limits.ts';

/** Beside the entries of the program; see electron.vite.config.ts. */
export const WORKER_FILE = 'lua-worker.js';
/** How often a thread that is at work is looked at. */
const WATCH_INTERVAL_MS = 50;

/** Calls within calls in one thread; beyond, a request waits until the thread is free. */
const MAX_NESTED = 16;
/**
 * Those of one script: what it does makes it hear of it in the middle of its own call. Beyond, a request is refused,
 * because the call that it would wait for waits for it.
 */
const MAX_NESTED_OWN = 4;

/** A script caused itself to be called too often in the middle of its own call. */
export class CallsTooDeep extends Error {
  override readonly name = 'CallsTooDeep';
}

/** The thread is gone; the message says why, in words that fit after "script stopped: ". */
export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
  /** The position of the call that was under way in the request; undefined: the request was not begun. */
  readonly call: number | undefined;
  constructor(message: string, call?: number) {
    super(message);
    this.call = call;
  }
}

/** What a request needs besides itself. */
export interface RequestOptions {
  /** After this long without a new transaction the thread is ended, waiting for the main thread not counted. */
  readonly timeLimitMs: number;
  hear(lines: readonly ScriptLine[]): void;
}

/** Answers what a script asks the main thread for. */
export type AnswerHost = <Name extends HostCallName>(
  script: number,
  name: Name,
  argument: HostCalls[Name]['argument'],
) => unknown;

/** A thread with scripts in it. Requests are performed one after another. */
export interface ScriptThread {
  readonly isAlive: boolean;
  /** Requests under way and waiting. */
  readonly load: number;
  /** @throws ThreadEnded, CallsTooDeep */
  request(request: WorkerRequest, options: RequestOptions): Promise<WorkerMessage>;
  end(): Promise<void>;
}

/** Starts a thread; it is ready to take requests at once, and performs them when it runs. */
export function startScriptThread(workersDir: string, answerHost: AnswerHost): ScriptThread {
  return new WorkerThread(workersDir, answerHost);
}

interface UnderWay {
  readonly script: number;
  readonly options: RequestOptions;
  readonly resolve: (message: WorkerMessage) => void;
  readonly reject: (error: ThreadEnded) => void;
}

class WorkerThread implements ScriptThread {
  readonly #worker: Worker;
  readonly #answers: MessagePort;
  readonly #answerHost: AnswerHost;
  readonly #cells: Int32Array;
  #queue: Promise<unknown>;
  #load = 0;
  /** Questions of scripts that have no answer yet. */
  #atHost = 0;
  /** The last one runs; those before it wait for it to end. */
  readonly #underWay: UnderWay[] = [];
  #ended: ThreadEnded | undefined;

  constructor(workersDir: string, answerHost: AnswerHost) {
    const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * SHARED_CELLS.COUNT);
    const { port1, port2 } = new MessageChannel();
    this.#cells = new Int32Array(shared);
    this.#answers = port1;
    this.#answerHost = answerHost;
    const events = rfc5423Events.map(({ name }) => name);
    const workerData: WorkerStart = { events, shared, answers: port2 };
    this.#worker = new Worker(path.join(workersDir, WORKER_FILE), {
      workerData,
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
    });
    this.#worker.on('error', (error) => this.#over(describeEnd(error)));
    this.#worker.on('exit', () => this.#over('its thread ended'));
    this.#queue = new Promise<void>((resolve) => {
      this.#worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'ready') resolve();
        else this.#receive(message);
      });
      this.#worker.on('exit', () => resolve());
    });
    // Listening has made it count again.
    this.#worker.unref();
    port1.unref();
  }

  get isAlive(): boolean {
    return this.#ended === undefined;
  }

  get load(): number {
    return this.#load;
  }

  request(request: WorkerRequest, options: RequestOptions): Promise<WorkerMessage> {
    // While a script waits, others in the same thread go on, and the script itself may be called again.
    if (this.#atHost > 0) {
      const own = this.#underWay.filter(({ script }) => script === request.script).length;
      if (own >= MAX_NESTED_OWN) return Promise.reject(new CallsTooDeep());
      if (own > 0 || this.#underWay.length < MAX_NESTED) {
        return this.#perform(request, options, () => this.#sendMeanwhile({ request }));
      }
    }
    this.#load += 1;
    // The program must not end while somebody waits for a script.
    this.#worker.ref();
    const answer = this.#queue.then(() =>
      this.#perform(request, options, () => this.#worker.postMessage(request)),
    );
    const settled = () => {
      this.#load -= 1;
      if (this.#load === 0) this.#worker.unref();
    };
    this.#queue = answer.then(settled, settled);
    return answer;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
    this.#answers.close();
  }

  async #perform(
    { script }: WorkerRequest,
    options: RequestOptions,
    send: () => void,
  ): Promise<WorkerMessage> {
    if (this.#ended) throw new ThreadEnded(this.#ended.message);
    const stopWatching = this.#watch(options.timeLimitMs);
    try {
      return await new Promise<WorkerMessage>((resolve, reject) => {
        this.#underWay.push({ script, options, resolve, reject });
        send();
      });
    } finally {
      stopWatching();
    }
  }

  #receive(message: Exclude<WorkerMessage, { kind: 'ready' }>): void {
    if (message.kind === 'lines') this.#underWay.at(-1)?.options.hear(message.lines);
    else if (message.kind === 'host') void this.#answer(message);
    else this.#resolve(message);
  }

  #resolve(answer: WorkerAnswer): void {
    this.#underWay.pop()?.resolve(answer);
    if (answer.isSpent) this.#stop(`it used more than ${THREAD_MEMORY_MB} MB of memory`);
  }

  #sendMeanwhile(message: MeanwhileMessage): void {
    this.#answers.postMessage(message);
    Atomics.add(this.#cells, SHARED_CELLS.ANSWERED, 1);
    Atomics.notify(this.#cells, SHARED_CELLS.ANSWERED);
  }

  async #answer({ script, call, name, argument }: WorkerMessage & { kind: 'host' }): Promise<void> {
    if (call === undefined) {
      await this.#ask(script, name, argument).catch(() => undefined);
      return;
    }
    this.#atHost += 1;
    const answer = await this.#ask(script, name, argument).then(
      (result) => ({ call, result }),
      (error: unknown) => ({ call, error: error instanceof Error ? error.message : String(error) }),
    );
    this.#atHost -= 1;
    // Whoever asked may have been ended meanwhile.
    if (this.isAlive) this.#sendMeanwhile(answer);
  }

  async #ask(script: number, name: HostCallName, argument: unknown): Promise<unknown> {
    return this.#answerHost(script, name, argument as never);
  }

  /** Ends the thread when it is at work for too long without anything new. */
  #watch(timeLimitMs: number): () => void {
    let progress = Atomics.load(this.#cells, SHARED_CELLS.PROGRESS);
    let workedMs = 0;
    let lookedAtMs = performance.now();
    const look = () => {
      const nowMs = performance.now();
      const passedMs = Math.min(nowMs - lookedAtMs, 2 * WATCH_INTERVAL_MS);
      lookedAtMs = nowMs;
      const current = Atomics.load(this.#cells, SHARED_CELLS.PROGRESS);
      if (current !== progress) workedMs = 0;
      else if (Atomics.load(this.#cells, SHARED_CELLS.AT_HOST) === 0) workedMs += passedMs;
      progress = current;
      if (workedMs < timeLimitMs + HARD_LIMIT_GRACE_MS) return;
      this.#stop(`it ran longer than ${timeLimitMs} ms inside one library function`);
    };
    const timer = setInterval(look, WATCH_INTERVAL_MS);
    return () => clearInterval(timer);
  }

  /** Ends it, for a reason. */
  #stop(reason: string): void {
    this.#over(reason);
    void this.#worker.terminate();
  }

  #over(reason: string): void {
    this.#ended ??= new ThreadEnded(reason, Atomics.load(this.#cells, SHARED_CELLS.CALL));
    for (const { reject } of this.#underWay.splice(0)) reject(this.#ended);
  }
}

function describeEnd(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `it used far more than ${THREAD_MEMORY_MB} MB of memory`;
  return `its thread failed: ${message}`;
}
