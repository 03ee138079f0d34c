import { Worker } from 'node:worker_threads';
import type { ToastWorkerAnswer, ToastWorkerRequest } from './toast-worker.ts';
import type { Toast } from './toast.ts';

/** Helpers of a notification service that hangs pile up; three toasts fill a screen anyway. */
const MAX_AT_ONCE = 3;
/** The policy lets four through in ten seconds; more waiting than this means that nothing gets through. */
const MAX_WAITING = 20;
/** For a worker that hangs; longer than its own limits for the service (3 s) and for a helper (5 s). */
const TIME_LIMIT_MS = 10_000;
/** Toasts whose click is still listened for. */
const MAX_CLICKABLE = 20;
const CLOSE_LIMIT_MS = 1_000;

interface Call {
  readonly id: number;
  readonly toast: Toast;
  readonly onClick: () => void;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
  timer?: NodeJS.Timeout;
}

/**
 * This side of `toast-worker.ts`; the thread starts when it is first needed. One that ends, for whatever
 * reason, fails the calls it had; the next call starts another.
 */
export class NotifierThread {
  readonly #script: string;
  readonly #waiting: Call[] = [];
  readonly #running = new Map<number, Call>();
  readonly #clickable = new Map<number, () => void>();
  #worker: Worker | undefined;
  #lastId = 0;
  #isClosed = false;

  constructor(script: string) {
    this.#script = script;
  }

  show(toast: Toast, onClick: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new Error('The program is ending'));
      if (this.#waiting.length >= MAX_WAITING)
        return reject(new Error('Too many toasts are waiting already'));
      this.#waiting.push({ id: ++this.#lastId, toast, onClick, resolve, reject });
      this.#runNext();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    this.#failAll('The program is ending');
    if (!worker) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    this.#post(worker, 'close');
    const timer = setTimeout(() => void worker.terminate(), CLOSE_LIMIT_MS);
    await ended;
    clearTimeout(timer);
  }

  #runNext(): void {
    while (this.#running.size < MAX_AT_ONCE) {
      const call = this.#waiting.shift();
      if (!call) return;
      this.#running.set(call.id, call);
      this.#worker ??= this.#start();
      call.timer = setTimeout(() => this.#abandon('The notification thread does not answer'), TIME_LIMIT_MS);
      const { title, body } = call.toast;
      this.#post(this.#worker, { id: call.id, text: { title, body } });
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#script);
    worker.unref();
    worker.on('message', (answer: ToastWorkerAnswer) => this.#settle(answer));
    // An uncaught exception of the worker; `exit` follows.
    worker.on('error', (error) => {
      if (worker === this.#worker) this.#abandon(`The notification thread crashed: ${error.message}`);
    });
    worker.on('exit', () => {
      if (worker === this.#worker) this.#abandon('The notification thread ended');
    });
    return worker;
  }

  #post(worker: Worker, request: ToastWorkerRequest): void {
    worker.postMessage(request);
  }

  #settle({ id, event, problem }: ToastWorkerAnswer): void {
    if (event === 'clicked') return this.#clickable.get(id)?.();
    const call = this.#running.get(id);
    if (!call) return;
    this.#running.delete(id);
    clearTimeout(call.timer);
    if (event === 'taken') {
      this.#keepClickable(call);
      call.resolve();
    } else {
      call.reject(new Error(problem));
    }
    this.#runNext();
  }

  #keepClickable({ id, onClick }: Call): void {
    this.#clickable.set(id, onClick);
    const [oldest] = this.#clickable.keys();
    if (this.#clickable.size > MAX_CLICKABLE && oldest !== undefined) this.#clickable.delete(oldest);
  }

  #abandon(problem: string): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    const failed = [...this.#running.values()];
    this.#running.clear();
    for (const call of failed) this.#fail(call, problem);
    this.#runNext();
  }

  #failAll(problem: string): void {
    const failed = [...this.#running.values(), ...this.#waiting];
    this.#running.clear();
    this.#waiting.length = 0;
    for (const call of failed) this.#fail(call, problem);
  }

  #fail(call: Call, problem: string): void {
    clearTimeout(call.timer);
    call.reject(new Error(problem));
  }
}
