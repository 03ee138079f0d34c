import { HostCallError, type HostPort } from '../host/host-calls.ts';
import type { ConnectRequest, ConnectResult, EndPoint, SocketFamily } from '../host/socket-calls.ts';
import { createByteBuilder, type ByteBuilder } from './byte-builder.ts';
import { fromBinaryText } from './binary-text.ts';

/** What was received, and why it ended before it was complete. */
export interface Received {
  readonly bytes: Uint8Array;
  readonly error?: string | undefined;
}

/** What a captured request is answered with: nothing was sent, and the server said OK. */
const CAPTURED_ANSWER = 'HTTP/1.1 200 OK\r\n\r\n';

/** Statistics that scripts can ask for: bytes, and when it was made (milliseconds since 1970). */
interface Traffic {
  received: number;
  sent: number;
  readonly sinceMs: number;
}

/**
 * One TCP socket of a script, in the script's thread. Methods block until the main thread has done its part.
 *
 * Reading is buffered as in LuaSocket (buffer.c): a line ends with LF, and CRs in it are dropped.
 */
export interface TcpSocket {
  /** Set before connecting: requests over HTTP are captured when scripts may not use the network. */
  purpose: ConnectRequest['purpose'];
  /** Set before connecting through a proxy: the host that it will be asked for. */
  behindProxy: string | undefined;
  readonly family: SocketFamily;
  /** Seconds that each call may take; negative: as long as it takes. */
  readonly timeouts: { block: number; total: number };
  readonly traffic: Traffic;
  /** True: connected to nothing, and all it sent was dropped. */
  readonly isCaptured: boolean;
  readonly ends: { peer: EndPoint; local: EndPoint } | undefined;
  /** The main thread's number for it. */
  readonly id: number | undefined;
  /** Answers the error. */
  connect(host: string, port: string): string | undefined;
  startTls(serverName: string, verifies: boolean): string | undefined;
  send(bytes: Uint8Array): string | undefined;
  receiveLine(prefix: Uint8Array): Received;
  receiveCount(count: number, prefix: Uint8Array): Received;
  receiveAll(prefix: Uint8Array): Received;
  /** Whether bytes lie here that a receive would take at once. */
  hasInput(): boolean;
  finish(): void;
  close(): void;
}

const CR = 13;
const LF = 10;
const nothing: Uint8Array = new Uint8Array();

export function createTcpSocket(host: HostPort, family: SocketFamily, nowMs: () => number): TcpSocket {
  const timeouts = { block: -1, total: -1 };
  const traffic: Traffic = { received: 0, sent: 0, sinceMs: nowMs() };
  let connection: Extract<ConnectResult, { id: number }> | undefined;
  let isCaptured = false;
  let input: Uint8Array = nothing;
  let at = 0;

  const deadline = (): (() => number | null) => {
    const limits = [timeouts.block, timeouts.total].filter((seconds) => seconds >= 0);
    if (limits.length === 0) return () => null;
    const endMs = performance.now() + Math.min(...limits) * 1000;
    return () => Math.max(endMs - performance.now(), 0);
  };
  /** Answers the error, undefined when there is input. */
  const fill = (timeoutMs: number | null): string | undefined => {
    if (at < input.length) return undefined;
    if (!connection) return 'closed';
    const result = trouble(() => host.call('socket.receive', { id: connection?.id ?? 0, timeoutMs }));
    if ('error' in result) return result.error;
    traffic.received += result.bytes.length;
    input = result.bytes;
    at = 0;
    return undefined;
  };
  /** Takes pieces of the input until `take` says that it has enough. */
  const collect = (prefix: Uint8Array, take: (out: ByteBuilder) => boolean): Received => {
    const out = createByteBuilder();
    out.bytes(prefix);
    const left = deadline();
    for (;;) {
      const error = fill(left());
      if (error !== undefined) return { bytes: out.finish(), error };
      if (take(out)) return { bytes: out.finish() };
    }
  };
  const takeLine = (out: ByteBuilder): boolean => {
    const end = input.indexOf(LF, at);
    const to = end === -1 ? input.length : end;
    for (; at < to; at++) if (input[at] !== CR) out.byte(input[at] ?? 0);
    if (end !== -1) at++;
    return end !== -1;
  };
  const close = (): void => {
    if (connection) host.call('socket.close', { id: connection.id });
    connection = undefined;
    isCaptured = false;
    input = nothing;
    at = 0;
  };

  const socket: TcpSocket = {
    purpose: 'tcp',
    behindProxy: undefined,
    family,
    timeouts,
    traffic,
    get isCaptured() {
      return isCaptured;
    },
    get ends() {
      return connection;
    },
    get id() {
      return connection?.id;
    },
    connect(name, port) {
      close();
      const { purpose, behindProxy } = socket;
      const result = trouble(() =>
        host.call('socket.connect', {
          host: name,
          port,
          family,
          timeoutMs: deadline()(),
          purpose,
          ...(behindProxy !== undefined && { behindProxy }),
        }),
      );
      if ('error' in result) return result.error;
      if ('captured' in result) {
        isCaptured = true;
        input = fromBinaryText(CAPTURED_ANSWER);
      } else connection = result;
      return undefined;
    },
    startTls(serverName, verifies) {
      if (isCaptured) return undefined;
      if (!connection) return 'closed';
      const { id } = connection;
      const result = trouble(() =>
        host.call('socket.startTls', { id, serverName, verifies, timeoutMs: deadline()() }),
      );
      return result?.error;
    },
    send(bytes) {
      if (isCaptured) return undefined;
      if (!connection) return 'closed';
      const { id } = connection;
      const result = trouble(() => host.call('socket.send', { id, bytes, timeoutMs: deadline()() }));
      if (!result) traffic.sent += bytes.length;
      return result?.error;
    },
    receiveLine: (prefix) => collect(prefix, takeLine),
    receiveCount: (count, prefix) => {
      if (count <= prefix.length && prefix.length > 0) return { bytes: prefix };
      return collect(prefix, (out) => {
        const to = Math.min(at + count - out.length, input.length);
        out.bytes(input, at, to);
        at = to;
        return out.length >= count;
      });
    },
    receiveAll: (prefix) => {
      const received = collect(prefix, (out) => {
        out.bytes(input, at);
        at = input.length;
        return false;
      });
      const isWhole = received.error === 'closed' && received.bytes.length > prefix.length;
      return isWhole ? { bytes: received.bytes } : received;
    },
    hasInput: () => at < input.length,
    finish() {
      if (connection) host.call('socket.finish', { id: connection.id });
    },
    close,
  };
  return socket;
}

/** The main thread's refusal to do something at all is one more kind of trouble. */
function trouble<Result>(call: () => Result): Result | { error: string } {
  try {
    return call();
  } catch (error) {
    if (error instanceof HostCallError) return { error: error.message };
    throw error;
  }
}
