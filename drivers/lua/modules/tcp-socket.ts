import { HostCallError, type HostPort } from '../host/host-calls.ts';
import type {
  ConnectRequest,
  ConnectResult,
  EndPoint,
  SocketFamily,
  SocketTrouble,
} from '../host/socket-calls.ts';
import { fromBinaryText } from './binary-text.ts';
import { createSocketInput, type Fetch, type SocketInput } from './socket-input.ts';

/** What a captured request is answered with: nothing was sent, and the server said OK. */
const CAPTURED_ANSWER = 'HTTP/1.1 200 OK\r\n\r\n';

/** Statistics that scripts can ask for: bytes, and when it was made (milliseconds since 1970). */
interface Traffic {
  received: number;
  sent: number;
  readonly sinceMs: number;
}

/** One TCP socket of a script, in the script's thread. Methods block until the main thread has done its part. */
export interface TcpSocket {
  /** Set before connecting: requests over HTTP are captured when scripts may not use the network. */
  purpose: ConnectRequest['purpose'];
  /** Set before connecting through a proxy: the host that it will be asked for. */
  behindProxy: string | undefined;
  readonly family: SocketFamily;
  /** Seconds that each call may take; negative: as long as it takes. */
  readonly timeouts: { block: number; total: number };
  readonly traffic: Traffic;
  readonly input: SocketInput;
  /** True: when last connected, it was to nothing, and all it sent was dropped. */
  isCaptured(): boolean;
  /** Absent while it is not connected. */
  ends(): { readonly peer: EndPoint; readonly local: EndPoint } | undefined;
  /** The main thread's number for it. */
  id(): number | undefined;
  /** Each of these answers the error. */
  connect(host: string, port: string): string | undefined;
  startTls(serverName: string, verifies: boolean): string | undefined;
  send(bytes: Uint8Array): string | undefined;
  /** Says to the peer that nothing more will be sent. */
  finish(): void;
  close(): void;
}

/**
 * What HTTP writes in pieces goes out in one, with the first reading: each crossing to the main thread takes its
 * time. Beyond this many bytes it goes at once.
 */
const MAX_UNSENT_BYTES = 64 * 1024;

/** What a socket is connected to. */
interface Slot {
  connection: Extract<ConnectResult, { id: number }> | undefined;
  isCaptured: boolean;
  isOpen: boolean;
  /** Written and not sent yet. */
  unsent: Uint8Array[];
}

export function createTcpSocket(host: HostPort, family: SocketFamily, nowMs: () => number): TcpSocket {
  const timeouts = { block: -1, total: -1 };
  const traffic: Traffic = { received: 0, sent: 0, sinceMs: nowMs() };
  const slot: Slot = { connection: undefined, isCaptured: false, isOpen: false, unsent: [] };
  const startClock = (): (() => number | null) => countDown(timeouts);
  const timeLeft = (): number | null => startClock()();
  const input = createSocketInput((timeoutMs) => fetchInput({ host, slot, traffic }, timeoutMs), startClock);
  const write = (bytes: Uint8Array): string | undefined =>
    withConnection(slot, (id) => host.call('socket.send', { id, bytes, timeoutMs: timeLeft() }));
  const flush = (): string | undefined => (slot.unsent.length > 0 ? write(takeUnsent(slot)) : undefined);
  const close = (): void => {
    flush();
    if (slot.connection) host.tell('socket.close', { id: slot.connection.id });
    slot.connection = undefined;
    slot.isOpen = false;
    input.reset();
  };

  return {
    purpose: 'tcp',
    behindProxy: undefined,
    family,
    timeouts,
    traffic,
    input,
    isCaptured: () => slot.isCaptured,
    ends: () => slot.connection,
    id: () => slot.connection?.id,
    connect(name, port) {
      close();
      const request = { host: name, port, family, purpose: this.purpose, timeoutMs: timeLeft() };
      const result = trouble(() => host.call('socket.connect', withProxied(request, this.behindProxy)));
      if ('error' in result) return result.error;
      slot.isOpen = true;
      slot.isCaptured = 'captured' in result;
      if ('captured' in result) input.reset(fromBinaryText(CAPTURED_ANSWER));
      else slot.connection = result;
      return undefined;
    },
    startTls: (serverName, verifies) =>
      flush() ??
      withConnection(slot, (id) =>
        host.call('socket.startTls', { id, serverName, verifies, timeoutMs: timeLeft() }),
      ),
    send(bytes) {
      const isHeld = this.purpose === 'http' && slot.connection !== undefined && holds(slot, bytes);
      const error = isHeld ? undefined : (flush() ?? write(bytes));
      if (error === undefined) traffic.sent += bytes.length;
      return error;
    },
    finish() {
      flush();
      if (slot.connection) host.call('socket.finish', { id: slot.connection.id });
    },
    close,
  };
}

/** Keeps bytes for later, unless they are too many. */
function holds(slot: Slot, bytes: Uint8Array): boolean {
  const waiting = slot.unsent.reduce((sum, { length }) => sum + length, 0);
  if (waiting + bytes.length > MAX_UNSENT_BYTES) return false;
  slot.unsent.push(bytes.slice());
  return true;
}

function takeUnsent(slot: Slot): Uint8Array {
  const unsent = new Uint8Array(Buffer.concat(slot.unsent));
  slot.unsent = [];
  return unsent;
}

function fetchInput(
  { host, slot, traffic }: { host: HostPort; slot: Slot; traffic: Traffic },
  timeoutMs: number | null,
): ReturnType<Fetch> {
  if (!slot.connection) return { error: 'closed' };
  const { id } = slot.connection;
  const unsent = slot.unsent.length > 0 ? { unsent: takeUnsent(slot) } : {};
  const result = trouble(() => host.call('socket.receive', { id, timeoutMs, ...unsent }));
  if ('bytes' in result) traffic.received += result.bytes.length;
  return result;
}

/** Does something with the connection, and answers the error; a captured one takes everything. */
function withConnection(slot: Slot, call: (id: number) => SocketTrouble | null): string | undefined {
  if (slot.isCaptured && slot.isOpen) return undefined;
  if (!slot.connection) return 'closed';
  const { id } = slot.connection;
  return trouble(() => call(id))?.error;
}

function withProxied(request: ConnectRequest, behindProxy: string | undefined): ConnectRequest {
  return behindProxy === undefined ? request : { ...request, behindProxy };
}

/** Answers what tells the milliseconds that are left of a call that begins now; null: for ever. */
function countDown({ block, total }: TcpSocket['timeouts']): () => number | null {
  const limits = [block, total].filter((seconds) => seconds >= 0);
  if (limits.length === 0) return () => null;
  const endMs = performance.now() + Math.min(...limits) * 1000;
  return () => Math.max(endMs - performance.now(), 0);
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
