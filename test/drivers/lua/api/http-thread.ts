import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { build } from 'vite';
import { HostCallError, type HostCallName } from '../../../../drivers/lua/host/host-calls.ts';
import type { SentRequest } from '../../../../drivers/lua/host/http-service.ts';
import type { LuaDialect } from '../../../../drivers/lua/script-context.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
/** The slowest request of these tests ends long before. */
const ANSWER_TIMEOUT_MS = 20_000;

export interface HttpThreadOptions {
  readonly dialect?: LuaDialect;
  readonly strict?: boolean;
  readonly access?: 'capture' | 'local' | 'all';
  /** Addresses that may not be connected to. */
  readonly refused?: readonly string[];
  /** Settings of the configuration. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What the server does; statuses are for one request after the other, the last one for ever. */
  readonly endpoint?: {
    readonly status?: readonly number[];
    readonly delayMs?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly drops?: boolean;
  };
}

/** A request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  /** One character a byte. */
  readonly body: string;
}

/** The HTTP service and a server in another thread; `host` answers the calls of a script stage. */
export interface HttpThread {
  readonly port: number;
  readonly host: Partial<Record<HostCallName, (argument: never) => unknown>>;
  /** Lines of the service since they were taken last, `write` is told of them before a call returns. */
  readonly requests: SeenRequest[];
  readonly records: SentRequest[];
  close(): Promise<void>;
}

let built: Promise<string> | undefined;

function buildWorker(): Promise<string> {
  const outDir = path.join(root, 'out', 'test', `http-thread-${process.pid}`);
  built ??= build({
    root,
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: path.join(import.meta.dirname, 'http-thread-worker.ts'),
      target: 'node20.18',
      outDir,
      emptyOutDir: true,
      rollupOptions: { output: { format: 'es', entryFileNames: 'worker.mjs' } },
    },
    ssr: { noExternal: true },
  }).then(() => {
    process.once('exit', () => rmSync(outDir, { recursive: true, force: true }));
    return path.join(outDir, 'worker.mjs');
  });
  return built;
}

/** `write` hears the service's lines, in their order, before the call that wrote them returns. */
export async function startHttpThread(
  options: HttpThreadOptions,
  write: (line: string) => void,
): Promise<HttpThread> {
  const file = await buildWorker();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(file, { workerData: { options, signal, port: port2 }, transferList: [port2] });
  const [port] = (await once(worker, 'message')) as [number];
  const requests: SeenRequest[] = [];
  const records: SentRequest[] = [];
  const call = (name: string) => (argument: unknown) => {
    Atomics.store(signal, 0, 0);
    port1.postMessage({ name, argument });
    if (Atomics.wait(signal, 0, 0, ANSWER_TIMEOUT_MS) === 'timed-out') throw new Error(`${name}: no answer`);
    const { message } = receiveMessageOnPort(port1) as { message: Reply };
    for (const line of message.log) write(line);
    requests.push(...message.requests);
    records.push(...message.records);
    if (message.error !== undefined) throw new HostCallError(message.error);
    return message.result;
  };
  const names = ['http.client', 'http.request', 'http.submit'] as const;
  return {
    port,
    requests,
    records,
    host: Object.fromEntries(names.map((name) => [name, call(name)])),
    async close() {
      const ended = once(worker, 'exit');
      worker.postMessage('close');
      port1.close();
      await ended;
    },
  };
}

interface Reply {
  readonly result?: unknown;
  readonly error?: string;
  readonly log: readonly string[];
  readonly requests: readonly SeenRequest[];
  readonly records: readonly SentRequest[];
}
