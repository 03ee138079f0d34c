import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { RecordedEndpoint, RecordedRequest } from './recording.ts';

/** A local server that keeps every request as it came and answers as the recorded one did. */
export interface EndpointServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface EndpointOptions {
  readonly endpoint: RecordedEndpoint;
  /** What it answers in turn; the last one stays. */
  readonly statuses: readonly number[];
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Addresses in headers are the recording's. */
  readonly toLocal: (text: string) => string;
  /** Requests of all servers of a run, in order of arrival. */
  readonly requests: RecordedRequest[];
}

/** Listens on a free port of the loopback. */
export async function startEndpoint(options: EndpointOptions): Promise<EndpointServer> {
  const handler: http.RequestListener = (request, response) => void answer(request, response, options);
  const server = options.tls ? https.createServer(options.tls, handler) : http.createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { endpoint, statuses, requests, toLocal }: EndpointOptions,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) return;
  requests.push(describeRequest(request, body));
  if (endpoint.drop) {
    request.socket.destroy();
    return;
  }
  const status = statuses[Math.min(requests.length, statuses.length) - 1] ?? 200;
  const headers = Object.entries(endpoint.headers).map(([name, value]) => [name, toLocal(value)]);
  setTimeout(() => {
    if (!response.destroyed) response.writeHead(status, headers.flat()).end(endpoint.body);
  }, endpoint.delay_ms).unref();
}

async function readBody(request: http.IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch {
    // The client went away in the middle: a request that did not arrive.
    return undefined;
  }
}

function describeRequest(request: http.IncomingMessage, body: Buffer): RecordedRequest {
  const { method = '', url: target = '', httpVersion, rawHeaders } = request;
  const headers = Array.from({ length: rawHeaders.length / 2 }, (_pair, at): [string, string] => [
    rawHeaders[2 * at] ?? '',
    rawHeaders[2 * at + 1] ?? '',
  ]);
  return { method, target, http_version: httpVersion, headers, ...encodeBody(body) };
}

function encodeBody(bytes: Buffer): { body: string } | { body_base64: string } {
  const body = bytes.toString('utf8');
  return Buffer.from(body).equals(bytes) ? { body } : { body_base64: bytes.toString('base64') };
}
