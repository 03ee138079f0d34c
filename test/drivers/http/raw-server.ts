import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';

/** A server that is told of every byte; `hear` gets all that one connection has said so far. */
export async function startRawServer(hear: (said: string, socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let said = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      said += bytes.toString('latin1');
      hear(said, socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
