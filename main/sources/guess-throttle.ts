/** A person mistypes a few times; a guesser does not stop. */
const FREE_FAILURES = 3;
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 2000;
/** Answers that may be held back at once; beyond it a guess is answered at once rather than kept in memory. */
const MAX_HELD = 64;
const MAX_PEERS = 1000;

/** Slows whoever presents wrong credentials. Right ones are never held back, whatever their address did before. */
export interface GuessThrottle {
  /** Resolves when the refusal may be sent. */
  delayRefusal(peer: string): Promise<void>;
  /** The peer presented the right credentials. */
  clear(peer: string): void;
}

/** `sleep` waits the given number of milliseconds. */
export function createGuessThrottle(sleep: (delayMs: number) => Promise<void>): GuessThrottle {
  const failures = new Map<string, number>();
  let held = 0;
  return {
    async delayRefusal(peer) {
      const count = (failures.get(peer) ?? 0) + 1;
      failures.delete(peer);
      failures.set(peer, count);
      if (failures.size > MAX_PEERS) failures.delete(failures.keys().next().value as string);
      const delayMs = refusalDelayMs(count);
      if (delayMs === 0 || held >= MAX_HELD) return;
      held += 1;
      await sleep(delayMs);
      held -= 1;
    },
    clear(peer) {
      failures.delete(peer);
    },
  };
}

function refusalDelayMs(failures: number): number {
  if (failures <= FREE_FAILURES) return 0;
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - FREE_FAILURES - 1));
}
