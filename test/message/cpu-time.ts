/**
 * Milliseconds of processor time that a function takes. Unlike time on the clock they hardly depend on what
 * else the machine does.
 */
export function cpuTime(run: () => unknown): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Far more than linear work on the tests' long inputs takes, far less than quadratic work. */
export const LINEAR_MS = 3000;
