import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Far more than mail servers open (Dovecot: one a process), far less than what exhausts a process. */
const MAX_CONNECTIONS = 512;

/** Counts the requests under way on each connection. */
export interface ConnectionLimit {
  requestBegins(socket: Socket): void;
  requestEnds(socket: Socket): void;
}

/**
 * Keeps a flood of half-open connections from shutting out honest senders: when there are too many, the one
 * that has been idle longest is closed. A connection whose request was read in full is never closed.
 */
export function limitConnections(server: Server, max = MAX_CONNECTIONS): ConnectionLimit {
  const idle = new Set<Socket>();
  let open = 0;
  server.on('connection', (socket: Socket) => {
    open += 1;
    idle.add(socket);
    socket.once('close', () => {
      open -= 1;
      idle.delete(socket);
    });
    if (open > max) idle.values().next().value?.destroy();
  });
  return {
    requestBegins: (socket) => {
      idle.delete(socket);
    },
    requestEnds: (socket) => {
      if (!socket.destroyed) idle.add(socket);
    },
  };
}
