import { describe, expect, it } from 'vitest';
import { createTransactionQueue, type QueuedReport } from '../main/transaction-queue.ts';

const report = (user: string, seq: number) => ({ user, seq }) as QueuedReport;
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

describe('the transaction queue', () => {
  it('runs the reports of one user one after another and those of others beside them', async () => {
    const log: string[] = [];
    const queue = createTransactionQueue(async ({ user, seq }) => {
      log.push(`${user}${seq} begins`);
      await pause();
      log.push(`${user}${seq} ends`);
    });
    for (const seq of [1, 2]) queue.add(report('a', seq), 0);
    queue.add(report('b', 3), 0);
    expect(queue.size).toBe(3);
    expect(log).toEqual([]);
    await queue.idle();
    expect(queue.size).toBe(0);
    expect(log.filter((line) => line.startsWith('a'))).toEqual([
      'a1 begins',
      'a1 ends',
      'a2 begins',
      'a2 ends',
    ]);
    expect(log.indexOf('b3 begins')).toBeLessThan(log.indexOf('a1 ends'));
  });

  it('takes what is added while it runs, and starts again after it was idle', async () => {
    const seen: number[] = [];
    const queue = createTransactionQueue(({ seq }) => {
      seen.push(seq);
      if (seq === 1) queue.add(report('a', 2), 0);
      return Promise.resolve();
    });
    queue.add(report('a', 1), 0);
    await queue.idle();
    queue.add(report('a', 3), 0);
    await queue.idle();
    expect(seen).toEqual([1, 2, 3]);
  });
});
