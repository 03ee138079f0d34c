/** What one script may use. Times are milliseconds, sizes bytes. */
export interface ScriptLimits {
  /** Of Lua's own time in one transaction; waiting for the network or the mail store does not count. */
  readonly timeLimitMs: number;
  /** Lines that one call may write; what comes after is counted, not kept. */
  readonly logLines: number;
  /** Characters of one line. */
  readonly logLineLength: number;
  /** Characters of all lines of one call. */
  readonly logLength: number;
}

/**
 * Long enough for any honest script: Dovecot holds the LMTP answer while one runs, and its own HTTP time-out for
 * notifications is two seconds as well.
 */
export const DEFAULT_TIME_LIMIT_MS = 2000;

export const DEFAULT_LIMITS: ScriptLimits = {
  timeLimitMs: DEFAULT_TIME_LIMIT_MS,
  logLines: 1000,
  logLineLength: 64 * 1024,
  logLength: 1024 * 1024,
};

/** One string at most: twice as long as what a request may carry. */
export const LONGEST_STRING_BYTES = 32 * 1024 * 1024;
/** Of the text of an error, which goes to the log and into reports; what is longer is cut. */
export const LONGEST_ERROR_BYTES = 64 * 1024;

/**
 * What the scripts of one thread may hold together: tables, strings and buffers, in megabytes. One that wants more
 * gets a Lua error; when that much is still held after its call the thread ends. The state of a user takes some
 * 0.1 MB.
 */
export const THREAD_MEMORY_MB = 128;
/**
 * The heap of a script's thread: V8 ends the thread beyond, and the whole program when a single allocation is far
 * beyond. So there must be room for whatever comes between two looks at the memory: several of the longest strings,
 * or a table of THREAD_MEMORY_MB that doubles.
 */
export const WORKER_HEAP_MB = 768;
/**
 * How long a thread that is over its time may go on before it is ended: inside a library function the limit
 * cannot raise an error.
 */
export const HARD_LIMIT_GRACE_MS = 500;
