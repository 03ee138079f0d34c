/** What one script may use. Times are milliseconds, sizes bytes. */
export interface ScriptLimits {
  /** Of Lua's own time in one transaction; waiting for the network or the mail store does not count. */
  readonly timeLimitMs: number;
  /** Of strings and buffers alive in the script's thread. */
  readonly stringBytes: number;
  /** Lines that one call may write; what comes after is counted, not kept. */
  readonly logLines: number;
  /** Characters of one line. */
  readonly logLineLength: number;
}

/**
 * Long enough for any honest script: Dovecot holds the LMTP answer while one runs, and its own HTTP time-out for
 * notifications is two seconds as well.
 */
export const DEFAULT_TIME_LIMIT_MS = 2000;

export const DEFAULT_LIMITS: ScriptLimits = {
  timeLimitMs: DEFAULT_TIME_LIMIT_MS,
  stringBytes: 128 * 1024 * 1024,
  logLines: 1000,
  logLineLength: 64 * 1024,
};

/** One string at most: no mail that a script could want to build a request from is longer. */
export const LONGEST_STRING_BYTES = 64 * 1024 * 1024;

/** Heap of a script's thread for tables, in megabytes: the thread ends beyond. */
export const WORKER_HEAP_MB = 128;
/**
 * How long a thread that is over its time may go on before it is ended: inside a library function the limit
 * cannot raise an error.
 */
export const HARD_LIMIT_GRACE_MS = 500;
