import { request as startRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { HttpConnection } from './http-connection.ts';
import { failureStatus, HttpFailure, LostConnection } from './http-failure.ts';
import { describeSystemError, errorCode } from './system-error.ts';

/** What goes over the wire, byte for byte: `headers` in order, with their case. */
export interface HttpMessage {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** The head of an answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingHttpHeaders;
}

/** `answer` settles with the head; `finished` when the connection is free again or gone, never rejects. */
export interface Exchange {
  readonly answer: Promise<HttpAnswer>;
  readonly finished: Promise<void>;
}

/**
 * Sends one request over a connection.
 *
 * node:http is used and not undici, which always writes `host` and `connection` itself, first and in lower
 * case; Dovecot's headers have another order and other letters, and this one sends the list it is given.
 *
 * The answer is rejected with a LostConnection when the connection ends or is silent for `timeoutMs` (0: may
 * be silent for ever), with a plain HttpFailure when the answer is not HTTP.
 */
export function exchange(connection: HttpConnection, message: HttpMessage, timeoutMs: number): Exchange {
  const { agent } = connection;
  const { method, target, body } = message;
  const headers = message.headers.flat();
  const request = startRequest({ agent, method, path: target, headers, setHost: false });
  let timedOut = false;
  request.setTimeout(timeoutMs, () => {
    timedOut = true;
    request.destroy();
  });
  const answer = new Promise<HttpAnswer>((resolve, reject) => {
    request.once('response', (response) => {
      const head = readHead(response);
      if (isStatus(head.status)) return resolve(head);
      reject(new HttpFailure(failureStatus.badResponse, 'Invalid HTTP status code in response'));
      request.destroy();
    });
    request.on('error', (error) => reject(toFailure(error, { timedOut, connection })));
    // 101: Dovecot never asked for another protocol, goes on waiting for an answer, and gives up after its time.
    request.once('upgrade', (_response, socket) => {
      setTimeout(() => {
        socket.destroy();
        reject(timeOut(connection));
      }, timeoutMs);
    });
  });
  const finished = new Promise<void>((resolve) => {
    request.once('close', resolve);
  });
  request.end(body);
  return { answer, finished };
}

// Source: RFC 9110 §15; Dovecot lib-http/http-response-parser.c, http_response_parse_status.
const isStatus = (status: number) => status >= 100 && status < 600;

function readHead(response: IncomingMessage): HttpAnswer {
  // Dovecot's ox driver never looks at the body.
  response.on('error', () => undefined).resume();
  const { statusCode: status = 0, statusMessage: reason = '', headers } = response;
  return { status, reason, headers };
}

function timeOut(connection: HttpConnection): LostConnection {
  return new LostConnection({ status: failureStatus.timedOut, message: 'Request timed out' }, connection);
}

function toFailure(
  error: Error,
  { timedOut, connection }: { timedOut: boolean; connection: HttpConnection },
): HttpFailure {
  if (timedOut) return timeOut(connection);
  const code = errorCode(error) ?? '';
  if (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE') {
    return new HttpFailure(failureStatus.badResponse, error.message);
  }
  // Node gives the end of the connection the code of a reset, and only the message tells them apart.
  const ended = code.startsWith('HPE_') || error.message === 'socket hang up';
  const reason = ended ? 'EOF' : describeSystemError(error);
  const message = `Connection lost: read(${connection.name}) failed: ${reason}`;
  return new LostConnection({ status: failureStatus.connectionLost, message }, connection);
}
