import { Agent } from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { DriverLog } from '#framework';
import { checkCertificate } from './certificate-check.ts';
import { failureStatus, formatSeconds, HttpFailure } from './http-failure.ts';
import type { HttpSettings } from './http-settings.ts';
import { describeSystemError } from './system-error.ts';
import { loadTrustedCertificates } from './trusted-certificates.ts';

/** One connection to a server, ready for requests. `label` and `name` are what the log calls it. */
export interface HttpConnection {
  readonly socket: net.Socket;
  /** Gives out this socket and no other. */
  readonly agent: Agent;
  readonly label: string;
  readonly name: string;
  readonly connectedAtMs: number;
}

/** Where to connect to, and for whom. `id` counts the connections of a process. */
export interface ConnectOptions {
  readonly address: string;
  readonly port: number;
  /** The host of the URL when it is https: what the certificate must be for. */
  readonly secureHost: string | undefined;
  readonly id: number;
  readonly settings: HttpSettings;
  readonly log: DriverLog;
}

/**
 * Connects to one address. The TLS handshake and the check of the certificate are over when this returns, so
 * nothing is sent to a server that is not trusted.
 *
 * Source: Dovecot lib-http/http-client-connection.c.
 *
 * @throws HttpFailure with Dovecot's text.
 */
export async function connectHttp(options: ConnectOptions): Promise<HttpConnection> {
  const { address, port, id } = options;
  const peerName = `${net.isIPv6(address) ? `[${address}]` : address}:${port}`;
  const tcp = await awaitConnect(net.connect({ host: address, port }), 'connect', {
    failed: (reason) => `connect(${peerName}) failed: ${reason}`,
    timedOut: (reason) => `connect(${peerName}) failed: ${reason}`,
    timeoutMs: options.settings.connectTimeoutMs,
  });
  // Errors are the business of the request that is on the socket; an idle one just closes.
  tcp.setNoDelay(true).on('error', () => undefined);
  const plainName = `(conn:${peerName},id=${id})`;
  const connection = { label: `conn ${peerName} [${id}]`, peerName, connectedAtMs: performance.now() };
  if (options.secureHost === undefined) return { ...withAgent(tcp), ...connection, name: plainName };
  const name = `SSL ${plainName}`;
  const secure = await startTls(tcp, { ...options, ...connection, secureHost: options.secureHost, name });
  return { ...withAgent(secure), ...connection, name };
}

class OneSocketAgent extends Agent {
  readonly #socket: net.Socket;
  constructor(socket: net.Socket) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#socket = socket;
  }
  override createConnection(): Duplex {
    return this.#socket;
  }
}

function withAgent(socket: net.Socket): Pick<HttpConnection, 'socket' | 'agent'> {
  return { socket, agent: new OneSocketAgent(socket) };
}

interface TlsOptions extends ConnectOptions {
  readonly secureHost: string;
  readonly peerName: string;
  readonly label: string;
  readonly name: string;
}

async function startTls(tcp: net.Socket, options: TlsOptions): Promise<tls.TLSSocket> {
  const { secureHost, peerName, name, settings } = options;
  const failed = (reason: string) =>
    `SSL handshaking with ${peerName} failed: read(${name}) failed: ${reason}`;
  const secure = tls.connect({
    socket: tcp,
    ...(net.isIP(secureHost) ? { host: secureHost } : { servername: secureHost }),
    ca: loadCertificates(tcp, options),
    // Checked below instead, for Dovecot's words.
    rejectUnauthorized: false,
  });
  await awaitConnect(secure, 'secureConnect', {
    failed: (reason) => failed(`SSL_connect() failed: ${reason}`),
    timedOut: (reason) => `SSL handshaking with ${peerName} failed: ${reason}`,
    timeoutMs: settings.connectTimeoutMs,
  });
  secure.on('error', () => undefined);
  const problem = checkCertificate(secure, secureHost);
  if (problem && !problem.verified) logProblem(problem.message, options);
  if (!problem || !settings.tls.requireValid) return secure;
  secure.destroy();
  throw new HttpFailure(failureStatus.connectFailed, failed(problem.message));
}

function loadCertificates(tcp: net.Socket, { peerName, settings }: TlsOptions): string[] | undefined {
  try {
    return loadTrustedCertificates(settings.tls);
  } catch (error) {
    tcp.destroy();
    const message = `Couldn't initialize SSL client for ${peerName}: ${describeSystemError(error)}`;
    throw new HttpFailure(failureStatus.connectFailed, message);
  }
}

// 2.4 tells it once when the certificate is found bad, and again when the handshake fails because of it.
function logProblem(message: string, { label, log, secureHost, settings }: TlsOptions): void {
  const {
    dialect,
    tls: { requireValid },
  } = settings;
  if (dialect === '2.3') {
    if (requireValid) log.info(message);
    return;
  }
  for (let told = 0; told < (requireValid ? 2 : 1); told++) {
    log.debug(`http-client: ${label}: ${secureHost}: SSL error: ${message}`);
  }
}

interface ConnectTexts {
  readonly failed: (reason: string) => string;
  readonly timedOut: (reason: string) => string;
  readonly timeoutMs: number;
}

function awaitConnect<Socket extends net.Socket>(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  { failed, timedOut, timeoutMs }: ConnectTexts,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const fail = (message: string) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new HttpFailure(failureStatus.connectFailed, message));
    };
    const onTimeout = () => fail(timedOut(`Connection timed out in ${formatSeconds(timeoutMs)} secs`));
    const timer = timeoutMs > 0 ? setTimeout(onTimeout, timeoutMs) : undefined;
    const onError = (error: Error) => fail(failed(describeSystemError(error)));
    socket.once('error', onError);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off('error', onError);
      resolve(socket);
    });
  });
}
