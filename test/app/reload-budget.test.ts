import { describe, expect, it } from 'vitest';
import { createReloadBudget, MAX_RELOADS, RELOAD_WINDOW_MS } from '../../main/app/reload-budget.ts';

describe('createReloadBudget', () => {
  it('allows a few reloads at once, then one per place that becomes free', () => {
    const budget = createReloadBudget(() => 1_000);
    const delays = Array.from({ length: MAX_RELOADS + 2 }, () => budget.nextDelayMs());
    expect(delays).toEqual([0, 0, 0, RELOAD_WINDOW_MS, RELOAD_WINDOW_MS]);
  });

  it('never lets more than its number of reloads happen within a window', () => {
    let nowMs = 0;
    const budget = createReloadBudget(() => nowMs);
    const reloadsAtMs: number[] = [];
    for (let at = 0; at < 50; at += 1) {
      nowMs += budget.nextDelayMs();
      reloadsAtMs.push(nowMs);
      nowMs += 100;
    }
    for (const atMs of reloadsAtMs) {
      const within = reloadsAtMs.filter((other) => other >= atMs && other < atMs + RELOAD_WINDOW_MS);
      expect(within.length).toBeLessThanOrEqual(MAX_RELOADS);
    }
  });
});
