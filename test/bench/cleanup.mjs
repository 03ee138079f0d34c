/** Closers of everything that is open now, the newest last. */
const open = [];

/**
 * Runs a measure and then, in reverse order, whatever it handed to `defer`, however it ended.
 *
 * @template T
 * @param {(defer: (close: () => unknown) => void) => Promise<T>} run
 */
export async function withCleanup(run) {
  const before = open.length;
  try {
    return await run((close) => open.push(close));
  } finally {
    await closeDownTo(before);
  }
}

async function closeDownTo(count) {
  while (open.length > count) {
    try {
      await open.pop()();
    } catch (error) {
      console.error(`bench: cleaning up: ${error.message}`);
    }
  }
}

for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
]) {
  process.once(signal, () => void closeDownTo(0).finally(() => process.exit(128 + number)));
}
