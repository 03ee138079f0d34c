import net from 'node:net';
import tls from 'node:tls';
import type { EndPoint, SocketTrouble } from './socket-calls.ts';
import { socketErrorText } from './socket-errors.ts';
import { createSocketStream, type SocketStream } from './socket-stream.ts';
import { withinTime } from './wait-limit.ts';

/** Bytes that one connection may bring in, and may take: what a script holds lies in memory, several times. */
export const MAX_CONNECTION_BYTES = 32 * 1024 * 1024;

/** One connection of a script, read only when it asks. Nothing here throws or rejects. */
export interface SocketConnection {
  readonly peer: EndPoint;
  readonly local: EndPoint;
  startTls(
    options: { serverName: string; verifies: boolean },
    timeoutMs: number | null,
  ): Promise<SocketTrouble | null>;
  send(bytes: Uint8Array, timeoutMs: number | null): Promise<SocketTrouble | null>;
  receive(timeoutMs: number | null): Promise<{ bytes: Uint8Array } | SocketTrouble>;
  /** Whether a receive would not have to wait. */
  readonly isReady: () => boolean;
  /** Calls back at each change. @returns what takes the callback away again */
  readonly onChange: (callback: () => void) => () => void;
  finish(): void;
  close(): void;
}

/** Connects to an address; the caller has made sure that it may. */
export function connectSocket(
  { address, port }: { readonly address: string; readonly port: number },
  timeoutMs: number | null,
): Promise<SocketConnection | SocketTrouble> {
  // As in C, the peer's end of sending does not end ours.
  const socket = new net.Socket({ allowHalfOpen: true });
  return withinTime<SocketConnection | SocketTrouble>(
    timeoutMs,
    () => {
      socket.destroy();
      return { error: 'timeout' };
    },
    (settle) => {
      const fail = (error: Error): void => settle({ error: socketErrorText(error) });
      socket.once('error', fail);
      // Without data of a name lookup: the address is an address.
      socket.connect({ host: address, port, autoSelectFamily: false }, () => settle(wrapSocket(socket)));
      return () => socket.removeListener('error', fail).on('error', () => {});
    },
  );
}

function wrapSocket(plain: net.Socket): SocketConnection {
  const stream = createSocketStream(plain);
  let received = 0;
  let sent = 0;
  const take = (): { bytes: Uint8Array } | SocketTrouble | undefined => {
    if (received > MAX_CONNECTION_BYTES) return { error: TOO_MUCH };
    const taken = stream.take();
    if (taken && 'bytes' in taken) received += taken.bytes.length;
    return taken;
  };
  return {
    peer: endPointOf(plain.remoteAddress, plain.remotePort),
    local: endPointOf(plain.localAddress, plain.localPort),
    async startTls(options, timeoutMs) {
      stream.release();
      const secure = await upgrade(plain, options, timeoutMs);
      if (secure instanceof tls.TLSSocket) {
        stream.replace(secure);
        return null;
      }
      plain.destroy();
      return secure;
    },
    async send(bytes, timeoutMs) {
      sent += bytes.length;
      if (sent > MAX_CONNECTION_BYTES) return { error: TOO_MUCH };
      const { current } = stream;
      if (current.destroyed || current.writableEnded) return { error: 'closed' };
      return write(current, bytes, timeoutMs);
    },
    receive: (timeoutMs) => waitFor(take, stream, timeoutMs),
    isReady: stream.isReady,
    onChange: stream.onChange,
    finish: () => stream.current.end(),
    close() {
      stream.end('closed');
      stream.current.destroy();
      plain.destroy();
    },
  };
}

function waitFor(
  take: () => { bytes: Uint8Array } | SocketTrouble | undefined,
  stream: SocketStream,
  timeoutMs: number | null,
): Promise<{ bytes: Uint8Array } | SocketTrouble> {
  return withinTime<{ bytes: Uint8Array } | SocketTrouble>(
    timeoutMs,
    () => take() ?? { error: 'timeout' },
    (settle) => {
      const attempt = (): void => {
        const result = take();
        if (result) settle(result);
      };
      const stop = stream.onChange(attempt);
      attempt();
      return stop;
    },
  );
}

const TOO_MUCH = `more than ${MAX_CONNECTION_BYTES / 1024 / 1024} MB on one connection`;

function endPointOf(address = '', port = 0): EndPoint {
  return { address, port, family: net.isIPv6(address) ? 'inet6' : 'inet' };
}

function write(
  stream: net.Socket,
  bytes: Uint8Array,
  timeoutMs: number | null,
): Promise<SocketTrouble | null> {
  return withinTime<SocketTrouble | null>(
    timeoutMs,
    () => ({ error: 'timeout' }),
    (settle) => {
      stream.write(bytes, (error) => settle(error ? { error: socketErrorText(error) } : null));
      return undefined;
    },
  );
}

function upgrade(
  socket: net.Socket,
  { serverName, verifies }: { serverName: string; verifies: boolean },
  timeoutMs: number | null,
): Promise<tls.TLSSocket | SocketTrouble> {
  return withinTime<tls.TLSSocket | SocketTrouble>(
    timeoutMs,
    () => ({ error: 'timeout' }),
    (settle) => {
      const secure = tls.connect({
        socket,
        // A name in the handshake is a DNS name, never an address (RFC 6066 §3).
        ...(net.isIP(serverName) === 0 && { servername: serverName }),
        rejectUnauthorized: verifies,
      });
      const fail = (error: Error): void => settle({ error: socketErrorText(error) });
      secure.once('secureConnect', () => settle(secure));
      secure.once('close', () => settle({ error: 'closed' }));
      secure.once('error', fail);
      return () => secure.removeListener('error', fail).on('error', () => {});
    },
  );
}
