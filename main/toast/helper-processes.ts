import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';

/**
 * Runs `start` and returns the processes that it starts. node-notifier keeps them to itself, and one that
 * waits for a dead notification service waits for half a minute.
 */
export function followHelpers(start: () => void): ReadonlySet<ChildProcess> {
  const helpers = new Set<ChildProcess>();
  const outer = follower;
  follower = (helper) => helpers.add(helper);
  try {
    start();
  } finally {
    follower = outer;
  }
  return helpers;
}

/** Kills a helper; when it is a shell, what the shell runs as well. */
export function killHelper(helper: ChildProcess): void {
  if (helper.pid === undefined || helper.exitCode !== null || helper.signalCode !== null) return;
  for (const pid of childrenOf(helper.pid)) kill(pid);
  helper.kill('SIGKILL');
}

let follower: ((helper: ChildProcess) => void) | undefined;

subscribe('child_process', (message) => follower?.((message as { readonly process: ChildProcess }).process));

// Linux only: other systems start the helper without a shell.
function childrenOf(pid: number): number[] {
  try {
    const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return pids.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
