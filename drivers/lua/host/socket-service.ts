import { addressRefusal, type NetAccess } from '../net/net-access.ts';
import { redactExchange, type ScriptExchange } from '../net/script-exchange.ts';
import { lookupHost, parsePort, reverseLookup } from './host-lookup.ts';
import type { HostHandlers } from './host-calls.ts';
import type { ConnectRequest, ConnectResult, EndPoint, SocketCalls, SocketTrouble } from './socket-calls.ts';
import { connectSocket, type SocketConnection } from './socket-connection.ts';
import { withinTime } from './wait-limit.ts';

/** Connections of one script that may be open at once; Lua's garbage collector closes none here. */
const MAX_OPEN_CONNECTIONS = 64;

export interface SocketServiceOptions {
  readonly access: NetAccess;
  /** Why an address may not be connected to; undefined when it may. Absent: as the access says. */
  readonly refuse?: (address: string) => string | undefined;
  /** Gets each HTTP exchange of the script, without credentials. */
  readonly record?: (exchange: ScriptExchange) => void;
  /** Closes the service. */
  readonly signal?: AbortSignal;
}

export type SocketService = HostHandlers<SocketCalls> & { close(): void };

/**
 * The network for one script: plain and TLS connections that block its thread, each checked against what scripts
 * may reach, on the address that is connected to.
 *
 * Trouble is a result, never a rejection. After `close()` all connections are gone and whatever waits is answered
 * with `closed`.
 */
export function createSocketService(options: SocketServiceOptions): SocketService {
  const { access, record, signal, refuse = (address) => addressRefusal(address, access) } = options;
  const connections = new Map<number, SocketConnection>();
  const closing = new AbortController();
  let lastId = 0;

  const close = (): void => {
    closing.abort();
    for (const connection of connections.values()) connection.close();
    connections.clear();
  };
  if (signal?.aborted) close();
  signal?.addEventListener('abort', close, { once: true });

  const keep = (connection: SocketConnection): ConnectResult => {
    if (closing.signal.aborted) {
      connection.close();
      return CLOSED;
    }
    const id = ++lastId;
    connections.set(id, connection);
    return { id, peer: connection.peer, local: connection.local };
  };
  const connect = async (request: ConnectRequest): Promise<ConnectResult> => {
    if (connections.size >= MAX_OPEN_CONNECTIONS) return { error: 'Too many open files' };
    if (access === 'capture' && request.purpose === 'http') return { captured: true };
    const result = await connectAllowed(request, { access, refuse });
    return 'error' in result ? result : keep(result);
  };

  return {
    'socket.connect': connect,
    ...connectionCalls(connections),
    'socket.lookup': async ({ host, family }) => {
      if (access === 'capture') return { error: refuse('127.0.0.1') ?? 'host not found' };
      const found = await lookupHost(host, family, null);
      return 'error' in found ? found : { endPoints: found };
    },
    'socket.reverse': ({ address }) => reverseLookup(address),
    'socket.sleep': ({ durationMs }) => sleep(durationMs, closing.signal),
    'socket.record': (exchange) => {
      record?.(redactExchange(exchange));
      return null;
    },
    close,
  };
}

/** What is done with a connection that is there. */
function connectionCalls(
  connections: Map<number, SocketConnection>,
): Omit<HostHandlers<SocketCalls>, OtherCall> {
  return {
    'socket.startTls': ({ id, timeoutMs, ...options }) =>
      connections.get(id)?.startTls(options, timeoutMs) ?? CLOSED,
    'socket.send': ({ id, bytes, timeoutMs }) => connections.get(id)?.send(bytes, timeoutMs) ?? CLOSED,
    async 'socket.receive'({ id, timeoutMs, unsent }) {
      const connection = connections.get(id);
      if (!connection) return CLOSED;
      const failed = unsent && (await connection.send(unsent, timeoutMs));
      return failed ?? connection.receive(timeoutMs);
    },
    'socket.ready': ({ ids, timeoutMs }) => waitReady(connections, ids, timeoutMs),
    'socket.finish': ({ id }) => {
      connections.get(id)?.finish();
      return null;
    },
    'socket.close': ({ id }) => {
      connections.get(id)?.close();
      connections.delete(id);
      return null;
    },
  };
}

/** Calls about no connection that is open already. */
type OtherCall = 'socket.connect' | 'socket.lookup' | 'socket.reverse' | 'socket.sleep' | 'socket.record';

const CLOSED: SocketTrouble = { error: 'closed' };

/** What decides over connections. */
interface Permission {
  readonly access: NetAccess;
  readonly refuse: (address: string) => string | undefined;
}

async function connectAllowed(
  request: ConnectRequest,
  permission: Permission,
): Promise<SocketConnection | SocketTrouble> {
  const port = parsePort(request.port);
  if (port === undefined) return { error: 'service not supported for socket type' };
  const deadlineMs = request.timeoutMs === null ? undefined : Date.now() + request.timeoutMs;
  const left = (): number | null => (deadlineMs === undefined ? null : Math.max(deadlineMs - Date.now(), 0));

  const refusal =
    request.behindProxy !== undefined && (await targetRefusal(request.behindProxy, permission, left()));
  if (refusal) return { error: refusal };
  const found = await lookupHost(request.host, request.family, left());
  if ('error' in found) return found;
  let trouble: SocketTrouble = { error: 'host or service not provided, or not known' };
  for (const { address } of found) {
    const reason = permission.refuse(address);
    const result = reason === undefined ? await connectSocket({ address, port }, left()) : { error: reason };
    if (!('error' in result)) return result;
    trouble = result;
  }
  return trouble;
}

/** Why a proxy may not be asked for a host. A name that only the proxy knows is allowed where everything is. */
async function targetRefusal(
  host: string,
  { access, refuse }: Permission,
  timeoutMs: number | null,
): Promise<string | undefined> {
  const found: readonly Omit<EndPoint, 'port'>[] | SocketTrouble = await lookupHost(host, 'any', timeoutMs);
  if ('error' in found) return access === 'all' ? undefined : `${host}: ${found.error}`;
  return found.map(({ address }) => refuse(address)).find((reason) => reason !== undefined);
}

function waitReady(
  connections: ReadonlyMap<number, SocketConnection>,
  ids: readonly number[],
  timeoutMs: number | null,
): Promise<{ ids: readonly number[] }> {
  // A connection that is not there any more does not have to be waited for.
  const ready = (): number[] => ids.filter((id) => connections.get(id)?.isReady() ?? true);
  return withinTime<{ ids: readonly number[] }>(
    timeoutMs,
    () => ({ ids: ready() }),
    (settle) => {
      const attempt = (): void => {
        if (ready().length > 0) settle({ ids: ready() });
      };
      const stops = ids.map((id) => connections.get(id)?.onChange(attempt));
      attempt();
      return () => {
        for (const stop of stops) stop?.();
      };
    },
  );
}

function sleep(durationMs: number, signal: AbortSignal): Promise<null> {
  return withinTime<null>(
    durationMs,
    () => null,
    (settle) => {
      const wake = (): void => settle(null);
      signal.addEventListener('abort', wake, { once: true });
      if (signal.aborted) wake();
      return () => signal.removeEventListener('abort', wake);
    },
  );
}
