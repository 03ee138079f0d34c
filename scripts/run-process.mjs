import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';

// Part of util-linux. It replaces itself by the program, which so keeps the process id.
const SETPRIV = '/usr/bin/setpriv';

/**
 * Runs a program to its end.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, output?: 'collect' | 'show' | 'both', timeoutMs?: number }} [options]
 *   what becomes of its output: collected in the result (the default), shown as it comes, or both
 * @returns {Promise<{ code: number, output: string }>} `code` is 128 + n after signal n, 127 when it cannot be started
 */
export function runProcess(file, args, { cwd, env, output: use = 'collect', timeoutMs } = {}) {
  const stdio = use === 'show' ? 'inherit' : ['ignore', 'pipe', 'pipe'];
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env, stdio, timeout: timeoutMs, killSignal: 'SIGKILL' });
    let output = '';
    for (const name of use === 'show' ? [] : ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (chunk) => {
        output += chunk;
        if (use === 'both') process[name].write(chunk);
      });
    }
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code, signal) => resolve({ code: code ?? signalExitCode(signal), output }));
  });
}

/**
 * Starts a program that does not outlive this process: on Linux the kernel ends it even when this one is killed and
 * can end nobody.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function spawnDependent(file, args, options) {
  if (!existsSync(SETPRIV)) return spawn(file, args, options);
  return spawn(SETPRIV, ['--pdeathsig', 'TERM', '--', file, ...args], options);
}

/** The exit code a shell would report for a process that a signal ended. */
export function signalExitCode(signal) {
  return 128 + (constants.signals[signal] ?? 1);
}

/**
 * Ends one process by its id: politely, then for good.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} [graceMs] how long it may take to end by itself
 */
export async function endProcess(child, graceMs = 3000) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
}
