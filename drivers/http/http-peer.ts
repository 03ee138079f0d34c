import type { DriverLog } from '#framework';
import { lookUpHost } from './host-lookup.ts';
import { connectHttp, type HttpConnection } from './http-connection.ts';
import { exchange, type HttpAnswer, type HttpMessage } from './http-exchange.ts';
import { failureStatus, formatSeconds, HttpFailure } from './http-failure.ts';
import type { HttpSettings } from './http-settings.ts';
import type { HttpUrl } from './http-url.ts';

/** What is told about one attempt. */
export interface Attempt {
  readonly message: HttpMessage;
  readonly settings: HttpSettings;
  readonly log: DriverLog;
  readonly maxAnswerBytes: number | undefined;
  /** Ends the attempt, unless it is over. */
  readonly signal: AbortSignal | undefined;
  /** Called when the request goes out. */
  onSent(): void;
  /** Called when the server says that it wants the body. */
  readonly onContinue: () => void;
}

/** One server: requests go to it one after the other, over one connection that is kept. */
export interface HttpPeer {
  /**
   * Sends a request when those before it are answered.
   * @throws HttpFailure when there is no answer.
   */
  send(attempt: Attempt): Promise<HttpAnswer>;
}

/** Connections of one process, as Dovecot's HTTP client context has them. */
export interface HttpPeers {
  peerFor(url: HttpUrl, settings: HttpSettings): HttpPeer;
  /** Closes the connections that are open; later requests open new ones. */
  close(): void;
}

/** Counts from 1. */
export function createCounter(): () => number {
  let last = 0;
  return () => ++last;
}

/**
 * Creates an empty set; connections are closed by the servers, and never keep the program alive. `nextId` numbers
 * the connections of a process.
 */
export function createHttpPeers(nextId = createCounter()): HttpPeers {
  const peers = new Map<string, ClosablePeer>();
  return {
    peerFor(url, settings) {
      const { secure, host } = url;
      const port = url.port ?? (secure ? 443 : 80);
      const key = JSON.stringify([secure, host, port, secure ? settings.tls : '']);
      const peer = peers.get(key) ?? createHttpPeer({ secure, host, port }, nextId);
      peers.set(key, peer);
      return peer;
    },
    close() {
      for (const peer of peers.values()) peer.close();
    },
  };
}

interface ClosablePeer extends HttpPeer {
  close(): void;
}

interface Server {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

function createHttpPeer(server: Server, nextId: () => number): ClosablePeer {
  let connection: HttpConnection | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const getConnection = async (attempt: Attempt) => {
    if (connection && !connection.socket.destroyed && connection.socket.writable) return connection;
    return (connection = await connectToServer(server, attempt, nextId));
  };
  return {
    send(attempt) {
      const started = turn.then(async () => {
        attempt.signal?.throwIfAborted();
        const open = await getConnection(attempt);
        attempt.signal?.throwIfAborted();
        attempt.onSent();
        return exchange(open, attempt.message, { ...attempt, timeoutMs: attempt.settings.timeoutMs });
      });
      turn = started.then(({ finished }) => finished).catch(() => undefined);
      return started.then(({ answer }) => answer);
    },
    close: () => void connection?.socket.destroy(),
  };
}

// Each address gets one try. Source: Dovecot lib-http/http-client-queue.c, http_client_queue_connection_failure.
async function connectToServer(
  { secure, host, port }: Server,
  { settings, log }: Attempt,
  nextId: () => number,
): Promise<HttpConnection> {
  const startedAtMs = performance.now();
  const addresses = await lookUpHost(host);
  let reason = '';
  for (const address of addresses) {
    try {
      const refusal = settings.refuse?.(address);
      if (refusal !== undefined) throw new HttpFailure(failureStatus.connectFailed, refusal);
      const secureHost = secure ? host.replace(/^\[(.*)\]$/, '$1') : undefined;
      return await connectHttp({ address, port, secureHost, id: nextId(), settings, log });
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      reason = error.message;
    }
  }
  const tried = `${addresses.length} attempts in ${formatSeconds(performance.now() - startedAtMs)} secs`;
  const message = addresses.length > 1 ? `${reason} (${tried})` : reason;
  throw new HttpFailure(failureStatus.connectFailed, message);
}
