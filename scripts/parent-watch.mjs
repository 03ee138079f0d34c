const POLL_MS = 500;

/**
 * Ends this process in an orderly way (SIGTERM to itself) when npm, which started it, is gone: npm passes signals on
 * only to the shell between the two, and a server would live on and keep its port.
 */
export function endWithNpm() {
  if (!process.env.npm_command || process.platform === 'win32') return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, POLL_MS);
  timer.unref();
}
