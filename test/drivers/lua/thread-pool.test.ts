import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createThreadPool, type ThreadPool } from '../../../drivers/lua/thread-pool.ts';
import type { ScriptThread } from '../../../drivers/lua/script-thread.ts';
import { makeSetup, workersDir } from './script-engine.ts';

let pool: ThreadPool;
beforeEach(() => void (pool = createThreadPool(workersDir, () => new Promise(() => undefined))));
afterEach(() => pool.close());

let scripts = 0;
/** Opens a script that waits for an answer that never comes. */
const occupy = (thread: ScriptThread) => {
  const request = {
    kind: 'open',
    script: ++scripts,
    setup: makeSetup('require("socket").sleep(1)'),
  } as const;
  const limits = { timeLimitMs: 1000, logLines: 1, logLineLength: 1, logLength: 1 };
  const ended = thread.request({ ...request, limits }, { timeLimitMs: 1000, hear: () => undefined });
  return ended.catch((error: unknown) => (error as Error).message);
};

describe('the threads of scripts', () => {
  it('are one for an idle file, and others for other files', () => {
    const [one, two, other] = [pool.take('/x.lua'), pool.take('/x.lua'), pool.take('/y.lua')];
    expect(two).toBe(one);
    expect(other).not.toBe(one);
  });

  it('are two for a file whose script is at work, and no more', async () => {
    const one = pool.take('/x.lua');
    const first = occupy(one);
    const two = pool.take('/x.lua');
    expect(two).not.toBe(one);
    const second = occupy(two);
    expect([one, two]).toContain(pool.take('/x.lua'));
    await pool.close();
    expect(await Promise.all([first, second])).toEqual(['its thread ended', 'its thread ended']);
  });

  it('are used again when their last script has ended, by any file', () => {
    const one = pool.take('/x.lua');
    pool.take('/x.lua');
    pool.release(one);
    pool.release(one);
    const next = [pool.take('/y.lua'), pool.take('/z.lua')];
    expect(next).toContain(one);
  });

  it('are replaced when they have ended', async () => {
    const one = pool.take('/x.lua');
    await one.end();
    expect(one.isAlive).toBe(false);
    const two = pool.take('/x.lua');
    expect(two).not.toBe(one);
    expect(two.isAlive).toBe(true);
  });
});
