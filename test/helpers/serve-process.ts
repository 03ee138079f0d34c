import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { inCheckout } from '../../scripts/checkout.mjs';
import { waitUntil } from '../../scripts/desktop-session.mjs';
import { endProcess, spawnDependent } from '../../scripts/run-process.mjs';

// The first start after a change builds.
const START_TIMEOUT_MS = 45_000;

export interface ServeProcess {
  readonly url: string;
  readonly port: number;
  readonly login: string;
  readonly password: string;
  readonly dataDir: string;
  /** What it printed on standard output after READY: one TransactionReport a line. */
  lines(): readonly string[];
  /** Waits for this many of those lines. */
  waitForLines(count: number, timeoutMs?: number): Promise<readonly string[]>;
  /** What it printed on standard error. */
  errors(): string;
  /** Sends a signal; resolves when the process has ended, to its exit code (null after a signal). */
  kill(signal: NodeJS.Signals): Promise<number | null>;
  /** Ends it for sure, and removes the data folder unless the caller gave one. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** A folder to keep: what an earlier run left is found again. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts `dovebell serve --json` on a free port and waits until it listens. */
export async function startServe(options: ServeOptions = {}): Promise<ServeProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'dovebell-serve-')));
  const [login, password] = ['dovecot', 'test secret'];
  const child = spawnDependent(
    process.execPath,
    [
      inCheckout('scripts', 'dovebell.mjs'),
      'serve',
      '--json',
      '--data',
      dataDir,
      '--port',
      String(options.port ?? 0),
      ...(options.args ?? []),
    ],
    {
      env: {
        ...(options.env ?? process.env),
        DOVEBELL_ENDPOINT_LOGIN: login,
        DOVEBELL_ENDPOINT_PASSWORD: password,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const lines: string[] = [];
  let errors = '';
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));

  const stop = async (): Promise<void> => {
    await endProcess(child);
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  const ready = await waitUntil(
    'serve to print READY',
    () => {
      if (child.exitCode !== null) throw new Error(`serve ended with exit code ${child.exitCode}: ${errors}`);
      return lines.find((line) => line.startsWith('READY '));
    },
    START_TIMEOUT_MS,
  ).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const url = ready.slice('READY '.length);
  const reports = (): string[] => lines.filter((line) => line.startsWith('{'));
  return {
    url,
    port: Number(new URL(url).port),
    login,
    password,
    dataDir,
    lines: reports,
    waitForLines: (count, timeoutMs) =>
      waitUntil(`${count} reports`, () => reports().length >= count && reports(), timeoutMs).then(() =>
        reports(),
      ),
    errors: () => errors,
    kill(signal) {
      child.kill(signal);
      return exited;
    },
    stop,
  };
}
