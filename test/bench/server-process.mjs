import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../../scripts/desktop-session.mjs';
import { endProcess } from '../../scripts/run-process.mjs';
import { CREDENTIALS, NOTIFY_PATH } from './connection.mjs';

const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 10_000;

/** Arguments for node that run `dovebell ARGS`. @param {string[]} args */
export const dovebellArguments = (args) => [
  fileURLToPath(new URL('./dovebell.mjs', import.meta.url)),
  ...args,
];

/** What every measured program's environment is made of. */
export const benchEnvironment = (env = process.env) => ({
  ...env,
  DOVEBELL_ENDPOINT_LOGIN: CREDENTIALS.login,
  DOVEBELL_ENDPOINT_PASSWORD: CREDENTIALS.password,
});

/** A folder that is removed in the end. */
export async function temporaryFolder(defer) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dovebell-bench-'));
  defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Starts the real thing: `dovebell serve` on a free port and a data folder of its own.
 *
 * @param {(close: () => unknown) => void} defer
 * @param {{ toasts?: boolean, env?: NodeJS.ProcessEnv, nodeArgs?: string[] }} [options]
 */
export async function startServe(defer, { toasts = false, env, nodeArgs = [] } = {}) {
  const dataDir = await temporaryFolder(defer);
  const args = ['serve', '--data', dataDir, '--port', '0', ...(toasts ? [] : ['--no-toasts'])];
  const server = await startServer(defer, [...nodeArgs, ...dovebellArguments(args)], {
    folder: dataDir,
    env: benchEnvironment(env),
  });
  return { ...server, dataDir };
}

/** Starts one of the servers of echo/. @param {'express' | 'node-http'} name */
export async function startEcho(defer, name) {
  const script = fileURLToPath(new URL(`./echo/${name}.mjs`, import.meta.url));
  const folder = await temporaryFolder(defer);
  return startServer(defer, [script], { folder, env: benchEnvironment() });
}

// A server's output goes to a file: reading a pipe would take time from the processors that are measured.
async function startServer(defer, nodeArguments, { folder, env }) {
  const logFile = path.join(folder, 'bench-server.log');
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, nodeArguments, { stdio: ['ignore', log, log], env });
  closeSync(log);
  const stop = () => endProcess(child, STOP_TIMEOUT_MS);
  defer(stop);
  const port = await waitUntil(
    'READY',
    () => {
      const output = readFileSync(logFile, 'utf8');
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${output}`);
      return Number(/^READY http:\/\/127\.0\.0\.1:(\d+)\//m.exec(output)?.[1] ?? 0);
    },
    START_TIMEOUT_MS,
  );
  return { port, pid: child.pid, stop, kill: () => killAndWait(child) };
}

/** As a power failure of the process: nothing can be tidied up. */
async function killAndWait(child) {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

export const readyLine = (port) => `READY http://127.0.0.1:${port}${NOTIFY_PATH}`;
