import net from 'node:net';
import tls from 'node:tls';
import type { EndPoint, SocketTrouble } from './socket-calls.ts';
import { socketErrorText } from './socket-errors.ts';
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
  isReady(): boolean;
  /** Calls back at the next change. @returns what takes the callback away again */
  onChange(callback: () => void): () => void;
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
  let stream: net.Socket = plain;
  let trouble: string | undefined;
  let received = 0;
  let sent = 0;
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };
  const settleWith = (text: string): void => {
    trouble ??= text;
    changed();
  };
  const onChange = (callback: () => void): (() => void) => {
    watchers.add(callback);
    return () => watchers.delete(callback);
  };
  const watch = (target: net.Socket): void => {
    target.on('readable', changed);
    target.on('end', () => settleWith('closed'));
    target.on('error', (error) => settleWith(socketErrorText(error)));
    target.on('close', () => settleWith('closed'));
  };
  const take = (): { bytes: Uint8Array } | SocketTrouble | undefined => {
    if (received > MAX_CONNECTION_BYTES) return { error: TOO_MUCH };
    const chunk = stream.read() as Buffer | null;
    if (chunk === null) return trouble === undefined ? undefined : { error: trouble };
    received += chunk.length;
    return { bytes: new Uint8Array(chunk) };
  };
  watch(plain);
  return {
    peer: endPointOf(plain.remoteAddress, plain.remotePort),
    local: endPointOf(plain.localAddress, plain.localPort),
    async startTls(options, timeoutMs) {
      plain.removeAllListeners('readable').removeAllListeners('end');
      const secure = await upgrade(plain, options, timeoutMs);
      if (!(secure instanceof tls.TLSSocket)) {
        settleWith('closed');
        plain.destroy();
        return secure;
      }
      stream = secure;
      watch(secure);
      return null;
    },
    async send(bytes, timeoutMs) {
      sent += bytes.length;
      if (sent > MAX_CONNECTION_BYTES) return { error: TOO_MUCH };
      if (stream.destroyed || stream.writableEnded) return { error: 'closed' };
      return write(stream, bytes, timeoutMs);
    },
    receive: (timeoutMs) =>
      withinTime(
        timeoutMs,
        () => take() ?? { error: 'timeout' },
        (settle) => {
          const attempt = (): void => {
            const result = take();
            if (result) settle(result);
          };
          const stop = onChange(attempt);
          attempt();
          return stop;
        },
      ),
    isReady: () => stream.readableLength > 0 || trouble !== undefined,
    onChange,
    finish: () => stream.end(),
    close() {
      settleWith('closed');
      stream.destroy();
      plain.destroy();
    },
  };
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
