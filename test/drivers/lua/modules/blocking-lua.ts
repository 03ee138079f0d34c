import { MessageChannel, Worker } from 'node:worker_threads';
import path from 'node:path';
import { build } from 'vite';
import type { HostHandlers } from '../../../../drivers/lua/host/host-calls.ts';
import type { SocketCalls } from '../../../../drivers/lua/host/socket-calls.ts';

/** A Lua state with all modules in a thread of its own, whose calls a service in this thread answers. */
export interface BlockingLua {
  /** Runs a chunk that returns one string; answers it with one code unit a byte. Errors begin with `error: `. */
  readonly run: (chunk: string) => Promise<string>;
  close(): Promise<void>;
}

export async function startBlockingLua(
  service: HostHandlers<SocketCalls>,
  { strict = false } = {},
): Promise<BlockingLua> {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(await bundledWorker(), {
    eval: true,
    workerData: { port: port2, flag, strict },
    transferList: [port2],
  });
  const handlers = service as unknown as Readonly<Record<string, (argument: unknown) => unknown>>;
  port1.on('message', ({ name, argument }: { name: string; argument: unknown }) => {
    void Promise.resolve(handlers[name]?.(argument))
      .then((result) => ({ result }))
      .catch((error: unknown) => ({ error: String(error) }))
      .then((answer) => {
        port1.postMessage(answer);
        Atomics.store(flag, 0, 1);
        Atomics.notify(flag, 0);
      });
  });
  return {
    run: (chunk) =>
      new Promise((resolve, reject) => {
        worker.removeAllListeners('error').once('error', reject);
        worker.once('message', resolve);
        worker.postMessage(chunk);
      }),
    async close() {
      port1.close();
      await worker.terminate();
    },
  };
}

let bundle: Promise<string> | undefined;

/** One text for a worker: Node does not read TypeScript. */
function bundledWorker(): Promise<string> {
  bundle ??= bundleWorker();
  return bundle;
}

async function bundleWorker(): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: path.join(import.meta.dirname, 'module-worker.ts'),
      target: 'node20',
      write: false,
      minify: false,
      rollupOptions: { output: { format: 'cjs' } },
    },
  });
  const [first] = Array.isArray(output) ? output : [output];
  if (!first || !('output' in first)) throw new Error('the bundler made nothing');
  return first.output[0].code;
}
