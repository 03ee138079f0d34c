import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import tls, { type TlsOptions } from 'node:tls';

/** One request as it came over the wire; `connection` counts from 1. */
export interface RecordedRequest {
  readonly head: string;
  readonly body: string;
  readonly connection: number;
}

/** What the server does with a request: answer bytes, nothing at all, or end the connection. */
export type Reply = { readonly bytes: string } | 'silence' | 'drop';

/** A whole response with a status line. */
export function response(status: string, headers = ''): Reply {
  return { bytes: `HTTP/1.1 ${status}\r\n${headers}Content-Length: 0\r\n\r\n` };
}

/** Answers one after the other from the list, the last one for ever. */
export async function startRecordingServer({
  replies = [response('200 OK')],
  secure,
}: { replies?: readonly Reply[]; secure?: TlsOptions } = {}) {
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const accept = (socket: Socket) => {
    const connection = ++connections;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1] ?? 0);
      if (end < 0 || received.length < end + 4 + length) return;
      const body = Buffer.from(received.slice(end + 4), 'latin1').toString();
      requests.push({ head: received.slice(0, end), body, connection });
      received = '';
      const reply = replies[Math.min(requests.length, replies.length) - 1] ?? 'silence';
      if (reply === 'drop') socket.end();
      else if (reply !== 'silence') socket.write(reply.bytes);
    });
  };
  const server = secure ? tls.createServer(secure, accept) : net.createServer(accept);
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    requests,
    get connections() {
      return connections;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port on which nobody listens. */
export async function unusedPort(): Promise<number> {
  const server = await startRecordingServer();
  await server.close();
  return server.port;
}
