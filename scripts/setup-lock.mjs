import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inCheckout } from './checkout.mjs';
import { say } from './progress.mjs';

const LOCK = inCheckout('out', '.setup-lock');
const RETRY_MS = 200;

/**
 * Makes something present unless it is. Two runs in one checkout take turns: two builds into one folder would
 * break both.
 *
 * @param {() => boolean | Promise<boolean>} isPresent
 * @param {() => Promise<unknown>} make
 */
export async function makePresent(isPresent, make) {
  if (await isPresent()) return;
  await withSetupLock(async () => {
    // The run that was waited for may have made it.
    if (!(await isPresent())) await make();
  });
}

async function withSetupLock(action) {
  mkdirSync(path.dirname(LOCK), { recursive: true });
  let hasWaited = false;
  while (!tryLock()) {
    if (!hasWaited) say(`waiting for another set-up of this checkout (process ${readHolder()}) …`);
    hasWaited = true;
    await sleep(RETRY_MS);
  }
  try {
    await action();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

function tryLock() {
  const own = `${LOCK}.${process.pid}`;
  // A link is there with its content or not at all.
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, LOCK);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(own);
  }
  // Left behind by a run that was killed.
  if (!isAlive(readHolder())) rmSync(LOCK, { force: true });
  return false;
}

function readHolder() {
  try {
    return Number(readFileSync(LOCK, 'utf8'));
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  try {
    // Signal 0 only asks. Without a number the lock has just been taken away.
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
