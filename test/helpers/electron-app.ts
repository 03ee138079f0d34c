import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron } from 'playwright-core';
import type { ElectronApplication, Page } from 'playwright-core';
import { CHECKOUT } from '../../scripts/checkout.mjs';
import { electronExecutable, electronSwitches } from '../../scripts/electron-runtime.mjs';
import { endProcess } from '../../scripts/run-process.mjs';
import { freePort } from './free-port.ts';

const START_TIMEOUT_MS = 45_000;
const LAUNCH_TIMEOUT_MS = 15_000;
const LAUNCH_ATTEMPTS = 3;
const CLOSE_TIMEOUT_MS = 5_000;

export interface RunningApp {
  readonly app: ElectronApplication;
  /** The first window. */
  readonly page: Page;
  readonly port: number;
  readonly dataDir: string;
  /** Ends the app for sure, and removes the data folder unless the caller gave one. */
  close(): Promise<void>;
}

export interface AppOptions {
  /** The environment of a session from `startToastSession`. */
  readonly env: NodeJS.ProcessEnv;
  /** A folder to keep: what an earlier start left is found again. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly args?: readonly string[];
}

/** Starts the built app with a free port and a data folder of its own, and waits for its window. */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const port = options.port ?? (await freePort());
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'dovebell-app-')));
  const app = await launch(options, ['--data', dataDir, '--port', String(port)]);
  const close = async (): Promise<void> => {
    await endApp(app);
    if (options.dataDir === undefined) await removeFolder(dataDir);
  };
  try {
    return { app, page: await app.firstWindow({ timeout: START_TIMEOUT_MS }), port, dataDir, close };
  } catch (error) {
    await close();
    throw error;
  }
}

// On a busy machine Playwright now and then misses a window's first navigation while it attaches to it, and waits
// for ever for a program that has long started (seen in about one start of ten at a load of nine).
async function launch(options: AppOptions, args: readonly string[]): Promise<ElectronApplication> {
  const start = () =>
    _electron.launch({
      executablePath: electronExecutable(),
      args: ['--disable-gpu', ...electronSwitches(), CHECKOUT, ...args, ...(options.args ?? [])],
      env: definedOnly(options.env),
      timeout: LAUNCH_TIMEOUT_MS,
    });
  for (let attempt = 1; attempt < LAUNCH_ATTEMPTS; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      console.warn(
        `start ${attempt} of the app was not seen by Playwright: ${String(error).split('\n', 1)[0]}`,
      );
    }
  }
  return start();
}

/** Closing goes through the app's own "quit"; an app that hangs there is killed by its id. */
async function endApp(app: ElectronApplication): Promise<void> {
  const child = app.process();
  const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
  // Closing an app that has already ended is not an error here.
  await app.close().catch(() => undefined);
  clearTimeout(timer);
  await endProcess(child);
}

/** Chromium's helper processes write a moment longer than the app lives. */
function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Waits until the window says that the endpoint listens: the address alone stands there before. */
export async function untilListening({ page, port }: Pick<RunningApp, 'page' | 'port'>): Promise<void> {
  const status = page.getByRole('status', { name: 'Endpoint' });
  await status
    .filter({ hasText: /Listening/ })
    .filter({ hasText: String(port) })
    .waitFor();
}
