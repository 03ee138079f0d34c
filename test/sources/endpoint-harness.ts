import net from 'node:net';
import { OX_NOTIFY_PATH, type OxNotification } from '#contract/ox';
import {
  createOxEndpoint,
  type OxArrival,
  type OxEndpointOptions,
  type OxRefusal,
} from '../../main/sources/ox-endpoint.ts';

export const credentials = { login: 'dovebell', password: 'secret' };
export const authorization = `Basic ${Buffer.from('dovebell:secret').toString('base64')}`;

/** An endpoint on a free port that keeps what it is given, until `stop`. */
export async function startEndpoint(options: Partial<OxEndpointOptions> = {}) {
  const arrivals: OxArrival[] = [];
  const refusals: OxRefusal[] = [];
  const endpoint = createOxEndpoint({
    host: '127.0.0.1',
    port: 0,
    credentials,
    store: (arrival) => {
      arrivals.push(arrival);
      return Promise.resolve();
    },
    refused: (refusal) => void refusals.push(refusal),
    ...options,
  });
  const { port } = await endpoint.start();
  return {
    port,
    arrivals,
    refusals,
    stop: () => endpoint.stop(),
    url: `http://127.0.0.1:${port}${OX_NOTIFY_PATH}`,
  };
}

/** What an arrival on the OX path says; undefined for one on another path. */
export function notificationOf(arrival: OxArrival | undefined): OxNotification | undefined {
  return arrival && 'notification' in arrival.body ? arrival.body.notification : undefined;
}

/** A PUT as Dovecot sends it, with what differs. */
export function put(url: string, body: BodyInit, headers: Record<string, string> = {}, method = 'PUT') {
  const init: RequestInit = {
    method,
    body,
    headers: { authorization, 'content-type': 'application/json; charset=utf-8', ...headers },
  };
  return fetch(url, init);
}

/** Sends bytes as they are and gives everything that comes back until the other side closes, or the time is up. */
export function sendRaw(port: number, data: string | Buffer, timeoutMs = 3000): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    let received = '';
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(received);
    };
    const timer = setTimeout(finish, timeoutMs);
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('close', finish);
    socket.on('error', finish);
    socket.write(data);
  });
}

/** The head of a raw request up to, and without, the empty line. */
export function head(lines: readonly string[], method = 'PUT', target = OX_NOTIFY_PATH): string {
  return [`${method} ${target} HTTP/1.1`, ...lines].join('\r\n');
}
