import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { DriverLog } from '#framework';
import { createHttpService, type SentRequest } from '../../../../drivers/lua/host/http-service.ts';
import type { HttpThreadOptions } from './http-thread.ts';

/** The side of the main thread, in a thread of its own: the test's thread is the script's, and waits. */
const { options, signal, port } = workerData as {
  readonly options: HttpThreadOptions;
  readonly signal: Int32Array<SharedArrayBuffer>;
  readonly port: MessagePort;
};
const log: string[] = [];
const records: SentRequest[] = [];
const requests: unknown[] = [];

const { status = [200], delayMs = 0, headers = {}, body = '', drops = false } = options.endpoint ?? {};
const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method, url: target, httpVersion: version, rawHeaders: raw } = request;
    const pairs = raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1]]] : []));
    requests.push({
      method,
      target,
      version,
      headers: pairs,
      body: Buffer.concat(chunks).toString('latin1'),
    });
    if (drops) return void request.socket.destroy();
    const answer = status[Math.min(requests.length, status.length) - 1] ?? 200;
    return void setTimeout(() => response.writeHead(answer, headers).end(body), delayMs);
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const write = (level: string) => (text: string) => void log.push(`${level}: ${text}`);
const lines: DriverLog = {
  debug: write('debug'),
  info: write('info'),
  warning: write('warning'),
  error: write('error'),
};
const refused = options.refused ?? [];
const settings = options.settings ?? {};
const service = createHttpService({
  dialect: options.dialect ?? '2.4',
  strict: options.strict ?? true,
  trusted: true,
  access: options.access ?? 'all',
  refuse: (address) => (refused.includes(address) ? `${address} is not for scripts` : undefined),
  record: (one) => void records.push(one),
  log: lines,
  setting: (name) => settings[name],
});
const handlers = service as unknown as Record<string, (argument: unknown) => unknown>;

port.onmessage = async ({ data }: MessageEvent<{ name: string; argument: unknown }>) => {
  let reply: { result?: unknown; error?: string };
  try {
    reply = { result: await handlers[data.name]?.(data.argument) };
  } catch (error) {
    reply = { error: (error as Error).message };
  }
  port.postMessage({
    ...reply,
    log: log.splice(0),
    requests: requests.splice(0),
    records: records.splice(0),
  });
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
};
parentPort?.on('message', () => {
  service.close();
  server.closeAllConnections();
  server.close();
  port.close();
  parentPort?.close();
});
parentPort?.postMessage((server.address() as AddressInfo).port);
