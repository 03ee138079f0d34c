import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitUntil } from '../../scripts/desktop-session.mjs';

/** One request as it came in. */
export interface RecordedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A web server of a test's own that remembers what it was asked and answers 200. */
export interface HttpRecorder {
  /** On 127.0.0.1, without a path. */
  readonly origin: string;
  requests(): readonly RecordedRequest[];
  waitFor(count: number): Promise<readonly RecordedRequest[]>;
  stop(): void;
}

export async function startHttpRecorder(): Promise<HttpRecorder> {
  const recorded: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      recorded.push({ method, target: url, headers, body: Buffer.concat(parts).toString() });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => recorded,
    waitFor: (count) =>
      waitUntil(`${count} requests`, () => recorded.length >= count && recorded).then(() => recorded),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
