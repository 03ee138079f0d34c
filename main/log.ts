import type { LogLevel } from '#framework';

/** The program's own log, one line each. Drivers log into their run's trace instead. */
export interface Log {
  info(text: string): void;
  warning(text: string): void;
  error(text: string): void;
}

const levelNames: Record<LogLevel, string> = {
  debug: 'Debug',
  info: 'Info',
  warning: 'Warning',
  error: 'Error',
};

/** A line in Dovecot's wording: `dovebell(alice): Debug: text`, without the parentheses when there is no user. */
export function formatLogLine(level: LogLevel, text: string, user?: string): string {
  return `dovebell${user ? `(${user})` : ''}: ${levelNames[level]}: ${text.replaceAll('\n', '\n  ')}`;
}

/** A log that hands each line to `sink`. */
export function createLog(sink: (line: string) => void): Log {
  const write = (level: LogLevel) => (text: string) => sink(formatLogLine(level, text));
  return { info: write('info'), warning: write('warning'), error: write('error') };
}

/** A log on standard error. */
export function createStderrLog(): Log {
  return createLog((line) => process.stderr.write(`${line}\n`));
}
