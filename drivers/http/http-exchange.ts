import {
  request as startRequest,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import type { HttpConnection } from './http-connection.ts';
import { readContent, type HttpContent } from './http-content.ts';
import { failureStatus, HttpFailure, LostConnection } from './http-failure.ts';
import { describeSystemError, errorCode } from './system-error.ts';

/** How long a server may take to say that it wants the body. Source: HTTP_CLIENT_CONTINUE_TIMEOUT_MSECS. */
const CONTINUE_TIMEOUT_MS = 2000;

/** What goes over the wire, byte for byte: `headers` in order, with their case. */
export interface HttpMessage {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** The body waits for a 100 of the server, or until the time for it is over. */
  readonly waitsForContinue: boolean;
}

/** The head of an answer. `content` settles when the body is there or lost; it never rejects. */
export interface HttpAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  readonly content: Promise<HttpContent>;
}

/** `answer` settles with the head; `finished` when the connection is free again or gone, never rejects. */
export interface Exchange {
  readonly answer: Promise<HttpAnswer>;
  readonly finished: Promise<void>;
}

export interface ExchangeOptions {
  /** How long the connection may be silent; 0: for ever. */
  readonly timeoutMs: number;
  /** Absent: the body of the answer is thrown away. */
  readonly maxAnswerBytes: number | undefined;
  /** Ends the exchange. */
  readonly signal: AbortSignal | undefined;
  /** The server says that it wants the body. */
  readonly onContinue: () => void;
}

/**
 * Sends one request over a connection.
 *
 * node:http is used and not undici, which always writes `host` and `connection` itself, first and in lower
 * case; Dovecot's headers have another order and other letters, and this one sends the list it is given.
 *
 * The answer is rejected with a LostConnection when the connection ends or is silent for `timeoutMs`, with a plain
 * HttpFailure when the answer is not HTTP.
 */
export function exchange(
  connection: HttpConnection,
  message: HttpMessage,
  options: ExchangeOptions,
): Exchange {
  const { method } = message;
  const { timeoutMs, maxAnswerBytes, signal } = options;
  const request = openRequest(connection, message, signal);
  let timedOut = false;
  const limitSilence = () =>
    request.setTimeout(timeoutMs, () => {
      timedOut = true;
      request.destroy();
    });
  const answer = new Promise<HttpAnswer>((resolve, reject) => {
    request.once('response', (response) => {
      const head = readHead(response, { isHead: method === 'HEAD', maxBytes: maxAnswerBytes });
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
  sendBody(request, message, { ...options, limitSilence });
  return { answer, finished };
}

function openRequest(
  { agent }: HttpConnection,
  { method, target, headers }: HttpMessage,
  signal: AbortSignal | undefined,
): ClientRequest {
  const common = { agent, method, path: target, setHost: false, ...(signal && { signal }) };
  if (method === method.toUpperCase()) return startRequest({ ...common, headers: headers.flat() });
  // Node writes a method in capitals unless it is put there later, and then the list cannot be given at once.
  const request = startRequest(common);
  request.method = method;
  for (const [name, value] of headers) request.setHeader(name, value);
  return request;
}

function sendBody(
  request: ClientRequest,
  { body, waitsForContinue }: HttpMessage,
  { onContinue, limitSilence }: ExchangeOptions & { readonly limitSilence: () => void },
): void {
  const send = () => {
    clearTimeout(timer);
    if (request.writableEnded || request.destroyed) return;
    limitSilence();
    request.end(body);
  };
  if (!waitsForContinue) {
    limitSilence();
    request.end(body);
    return;
  }
  const timer = setTimeout(send, CONTINUE_TIMEOUT_MS);
  request.flushHeaders();
  request.once('continue', () => {
    onContinue();
    send();
  });
  // An answer before the body: Dovecot sends it even so, and goes on with the connection.
  request.once('response', send).once('close', () => clearTimeout(timer));
}

// Source: RFC 9110 §15; Dovecot lib-http/http-response-parser.c, http_response_parse_status.
const isStatus = (status: number) => status >= 100 && status < 600;

function readHead(
  response: IncomingMessage,
  options: { readonly isHead: boolean; readonly maxBytes: number | undefined },
): HttpAnswer {
  const { statusCode: status = 0, statusMessage: reason = '', headers, rawHeaders: raw } = response;
  const rawHeaders = raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []));
  return { status, reason, headers, rawHeaders, content: readContent(response, options) };
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
