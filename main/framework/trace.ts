/** Levels of Dovecot's log. */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** One log line of a driver. `atMs` is milliseconds since 1970, with a fraction where the clock has one. */
export interface TraceEntry {
  readonly atMs: number;
  readonly level: LogLevel;
  readonly text: string;
}

/** What a driver writes its log lines to. */
export interface DriverLog {
  debug(text: string): void;
  info(text: string): void;
  warning(text: string): void;
  error(text: string): void;
}

/** A log that remembers: `take` hands over what was written since the last call. */
export interface Trace extends DriverLog {
  take(): TraceEntry[];
}

/** Creates a recorder; `clock` gives milliseconds since 1970. */
export function createTrace(clock: () => number): Trace {
  let entries: TraceEntry[] = [];
  const write = (level: LogLevel) => (text: string) => {
    entries.push({ atMs: clock(), level, text });
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warning: write('warning'),
    error: write('error'),
    take() {
      const taken = entries;
      entries = [];
      return taken;
    },
  };
}
