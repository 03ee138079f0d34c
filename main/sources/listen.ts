import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where to listen; port 0 lets the system choose. */
export interface ListenPlace {
  readonly host: string;
  readonly port: number;
}

/**
 * Resolves with the address once the server listens.
 * @throws Error as `listen` gives it (EADDRINUSE, EACCES, …); see describeListenError.
 */
export function listen(server: Server, { host, port }: ListenPlace): Promise<ListenPlace> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve({ host, port: (server.address() as AddressInfo).port });
    });
  });
}

/** Requests under way get this long when the program ends. */
const CLOSE_DEADLINE_MS = 2_000;

/** Closes the port, lets requests under way end, and ends what does not within the deadline. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => server.closeAllConnections(), CLOSE_DEADLINE_MS);
    server.close(() => {
      clearTimeout(deadline);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** One sentence for a person: why the endpoint does not listen, and what to do. */
export function describeListenError(error: NodeJS.ErrnoException, host: string, port: number): string {
  const place = `${host} port ${port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `Cannot listen on ${place}: another program has the port. End it, or choose another with --port.`;
    case 'EACCES':
      return `Cannot listen on ${place}: the system does not allow it. Ports below 1024 are for administrators; choose another with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
    case 'EAFNOSUPPORT':
      return `Cannot listen on ${place}: this machine has no such address. Choose another with --host.`;
    default:
      return `Cannot listen on ${place}: ${error.message}`;
  }
}
