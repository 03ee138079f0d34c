import type { HostCallName, HostCalls, HostHandlers } from './host/host-calls.ts';
import { BEGIN_TXN, END_TXN, eventFunction } from './notify-functions.ts';
import type {
  CallOutcome,
  LoadOutcome,
  ScriptCall,
  ScriptLine,
  WorkerMessage,
  WorkerRequest,
} from './protocol.ts';
import type { ScriptSetup } from './script-context.ts';
import { DEFAULT_LIMITS, type ScriptLimits } from './script-limits.ts';
import { CallsTooDeep, ThreadEnded, type ScriptThread } from './script-thread.ts';
import { createThreadPool, type ThreadPool } from './thread-pool.ts';

/** How many times a request is tried that was waiting while its thread was ended by another script. */
const MAX_STARTS = 3;
const CLOSED = 'script stopped: the program ends';

/** Runs scripts in threads of their own. The thread that calls never waits for Lua. */
export interface LuaEngine {
  /** Loads a script for one user. An error of the script is part of the outcome; nothing is kept then. */
  open(options: OpenOptions): Promise<{ readonly script: RunningScript; readonly outcome: LoadOutcome }>;
  /** Ends all threads; scripts that still run are ended with them. */
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly setup: ScriptSetup;
  /** The default ones where absent. */
  readonly limits?: Partial<ScriptLimits>;
  /** Answers what the script asks for. */
  readonly host: HostHandlers<HostCalls>;
  /** Called when the script is closed, or did not load. */
  readonly onEnd?: () => void;
  /** The time that the script sees, asked at each start; the machine's when absent. */
  readonly clock?: () => number;
  readonly hear: (line: ScriptLine) => void;
}

/** A loaded script of one user. */
export interface RunningScript {
  /**
   * Performs calls one after another; their lines are heard as they come. When the script is stopped by a limit,
   * the call under way has that as its error, those after it are not made, and the script starts anew with the
   * next request.
   */
  perform(calls: readonly ScriptCall[], options: PerformOptions): Promise<readonly CallOutcome[]>;
  /** script_deinit. */
  close(options: PerformOptions): Promise<LoadOutcome>;
}

export interface PerformOptions {
  /** Whether outcomes are to say what functions were called with and gave. */
  readonly traced?: boolean;
  readonly hear: (line: ScriptLine) => void;
}

export function createLuaEngine(workersDir: string): LuaEngine {
  const hosts = new Map<number, HostHandlers<HostCalls>>();
  const answerHost = async (script: number, name: HostCallName, argument: unknown): Promise<unknown> => {
    const handler = hosts.get(script)?.[name] as ((argument: unknown) => unknown) | undefined;
    if (!handler) throw new Error(`nobody answers ${String(name)} here`);
    return handler(argument);
  };
  const pool = createThreadPool(workersDir, answerHost);
  let scripts = 0;
  return {
    async open(options) {
      const id = ++scripts;
      hosts.set(id, options.host);
      const script = new ThreadScript(id, pool, options, () => {
        hosts.delete(id);
        options.onEnd?.();
      });
      const outcome = await script.start(options);
      if (outcome.error !== undefined) script.forget();
      return { script, outcome };
    },
    close: () => pool.close(),
  };
}

class ThreadScript implements RunningScript {
  readonly #id: number;
  readonly #pool: ThreadPool;
  readonly #options: OpenOptions;
  readonly #limits: ScriptLimits;
  readonly #forget: () => void;
  #thread: ScriptThread | undefined;
  /** How often it was started; a transaction belongs to one start. */
  #starts = 0;
  readonly #begunIn = new Map<number, number>();

  constructor(id: number, pool: ThreadPool, options: OpenOptions, forget: () => void) {
    this.#id = id;
    this.#pool = pool;
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#forget = forget;
  }

  /** It did not load. */
  forget(): void {
    this.#forget();
  }

  async start({ hear }: PerformOptions): Promise<LoadOutcome> {
    const { setup, clock } = this.#options;
    if (this.#pool.isClosed) return { lines: [], error: CLOSED };
    this.#starts += 1;
    this.#thread = this.#pool.take(setup.file);
    const request: WorkerRequest = {
      kind: 'open',
      script: this.#id,
      setup,
      limits: this.#limits,
      ...(clock && { nowMs: clock() }),
    };
    const outcome = await this.#load(request, hear);
    this.#pool.warm();
    for (const line of outcome.lines) hear(line);
    if (outcome.error !== undefined) this.#leave();
    return outcome;
  }

  async perform(calls: readonly ScriptCall[], options: PerformOptions): Promise<readonly CallOutcome[]> {
    for (let start = 1; ; start++) {
      const problem = await this.#startAnew(options);
      if (problem !== undefined) return calls.map(() => ({ lines: [], error: problem }));
      try {
        return await this.#performIn(this.#thread as ScriptThread, calls, options);
      } catch (error) {
        if (error instanceof CallsTooDeep) return reportTooDeep(calls, options);
        if (!(error instanceof ThreadEnded)) throw error;
        if (error.call !== undefined || start === MAX_STARTS) return reportEnd(error, calls, options);
      }
    }
  }

  async close({ hear }: PerformOptions): Promise<LoadOutcome> {
    try {
      if (!this.#thread?.isAlive) return { lines: [] };
      const outcome = await this.#load({ kind: 'close', script: this.#id }, hear);
      for (const line of outcome.lines) hear(line);
      return outcome;
    } finally {
      this.#leave();
      this.#forget();
    }
  }

  async #load(request: WorkerRequest, hear: PerformOptions['hear']): Promise<LoadOutcome> {
    try {
      const message = await this.#request(this.#thread as ScriptThread, request, hear);
      return message.kind === 'opened' || message.kind === 'closed' ? message.outcome : { lines: [] };
    } catch (error) {
      if (!(error instanceof ThreadEnded)) throw error;
      return { lines: [], error: `script stopped: ${error.message}` };
    }
  }

  /** Starts the script again when its thread is gone; what keeps it from running is said. */
  async #startAnew(options: PerformOptions): Promise<string | undefined> {
    if (this.#thread?.isAlive) return undefined;
    this.#leave();
    if (this.#pool.isClosed) return CLOSED;
    const { file } = this.#options.setup;
    options.hear({
      level: 'warning',
      text: `lua: Starting ${file} anew: its global variables are as at the start`,
    });
    const { error } = await this.start(options);
    if (error !== undefined) options.hear({ level: 'error', text: `lua: ${error}` });
    return error;
  }

  async #performIn(
    thread: ScriptThread,
    calls: readonly ScriptCall[],
    { hear, traced = false }: PerformOptions,
  ): Promise<readonly CallOutcome[]> {
    for (const { kind, txn } of calls) if (kind === 'begin') this.#begunIn.set(txn, this.#starts);
    const callsJson = JSON.stringify(calls);
    const request = { kind: 'perform', script: this.#id, callsJson, traced } as const;
    const message = await this.#request(thread, request, hear);
    const outcomes =
      message.kind === 'performed' ? (JSON.parse(message.outcomesJson) as readonly CallOutcome[]) : [];
    for (const { lines } of outcomes) for (const line of lines) hear(line);
    return outcomes.map((outcome, at) => this.#checkStart(outcome, calls[at], hear));
  }

  /** A transaction that began before the script was started anew is unknown to it. */
  #checkStart(outcome: CallOutcome, call: ScriptCall | undefined, hear: PerformOptions['hear']): CallOutcome {
    if (!call) return outcome;
    const isOld = this.#begunIn.get(call.txn) !== this.#starts;
    if (call.kind === 'end') this.#begunIn.delete(call.txn);
    if (!isOld) return outcome;
    const error = `${functionOf(call)} was not called: the script was started anew since the transaction began`;
    hear({ level: 'error', text: `lua: ${error}` });
    return { lines: [], error };
  }

  #request(
    thread: ScriptThread,
    request: WorkerRequest,
    hear: PerformOptions['hear'],
  ): Promise<WorkerMessage> {
    return thread.request(request, {
      timeLimitMs: this.#limits.timeLimitMs,
      hear: (lines) => lines.forEach((line) => hear(line)),
    });
  }

  #leave(): void {
    if (this.#thread) this.#pool.release(this.#thread);
    this.#thread = undefined;
  }
}

/** What there is to say of calls that ended with their thread. */
function reportEnd(
  { message, call: under = 0 }: ThreadEnded,
  calls: readonly ScriptCall[],
  { hear }: PerformOptions,
): readonly CallOutcome[] {
  return calls.map((call, at) => {
    if (at < under) return { lines: [] };
    if (at > under) return { lines: [], error: `${functionOf(call)} was not called: the script was stopped` };
    const error = `lua_pcall(${signatureOf(call)}) failed: script stopped: ${message}`;
    hear({ level: 'error', text: `lua: ${error}` });
    return { lines: [], error };
  });
}

function reportTooDeep(calls: readonly ScriptCall[], { hear }: PerformOptions): readonly CallOutcome[] {
  return calls.map((call) => {
    const error = `${functionOf(call)} was not called: too many calls in the middle of a call`;
    hear({ level: 'error', text: `lua: ${error}` });
    return { lines: [], error };
  });
}

function functionOf(call: ScriptCall): string {
  if (call.kind === 'event') return eventFunction(call.event.name);
  return call.kind === 'begin' ? BEGIN_TXN : END_TXN;
}

function signatureOf(call: ScriptCall): string {
  return `${functionOf(call)}, ${call.kind === 'begin' ? '1, 1' : '2, 0'}`;
}
