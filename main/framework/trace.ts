/** Levels of Dovecot's log. */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** One log line of a driver. `atMs` is milliseconds since 1970, with a fraction where the clock has one. */
export interface TraceEntry {
  readonly atMs: number;
  readonly level: LogLevel;
  readonly text: string;
  /** Written although nobody asked for debug lines. */
  readonly isForced?: boolean;
  /** The text begins with what takes the place of the process's name in the log. */
  readonly replacesProcess?: boolean;
}

/** What is special about a line. */
export type LineStyle = Pick<TraceEntry, 'isForced' | 'replacesProcess'>;

/** What a driver writes its log lines to. */
export interface DriverLog {
  debug(text: string, style?: LineStyle): void;
  info(text: string, style?: LineStyle): void;
  warning(text: string, style?: LineStyle): void;
  error(text: string, style?: LineStyle): void;
}

/** A log that remembers: `take` hands over what was written since the last call. */
export interface Trace extends DriverLog {
  take(): TraceEntry[];
}

/** Who wrote a line: the name of a driver, or the framework itself. */
export type LogSource = string;

/** The framework's own lines. No driver may have this name. */
export const FRAMEWORK_SOURCE = 'push-notification';

/** Hears every line at the moment it is written: one order for all drivers and the framework. */
export type LogSink = (source: LogSource, entry: TraceEntry) => void;

/** Creates a recorder; `clock` gives milliseconds since 1970. `listen` hears each line as it is written. */
export function createTrace(clock: () => number, listen?: (entry: TraceEntry) => void): Trace {
  let entries: TraceEntry[] = [];
  const write = (level: LogLevel) => (text: string, style?: LineStyle) => {
    const entry: TraceEntry = { atMs: clock(), level, text, ...style };
    entries.push(entry);
    listen?.(entry);
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
