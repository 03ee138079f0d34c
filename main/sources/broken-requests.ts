import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Rejection } from '#contract/report';
import type { OxRefusal } from './ox-endpoint.ts';

const rejections: Readonly<Record<string, { status: number; rejection: Rejection }>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    rejection: { code: 'headers_too_large', message: 'The headers are larger than 16 KB' },
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    rejection: { code: 'too_slow', message: 'The request did not arrive in time' },
  },
};

const unreadable = {
  status: 400,
  rejection: { code: 'bad_http', message: 'The request is not valid HTTP' },
};

/**
 * Answers what never becomes a request (broken, too large or too slow), tells of it, and closes.
 * Returns the connections that were dealt with.
 */
export function answerBrokenRequests(server: Server, refused: (refusal: OxRefusal) => void): WeakSet<object> {
  const answered = new WeakSet<object>();
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex & { remoteAddress?: string }) => {
    // The peer is gone: nobody to answer, and nothing was asked.
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    answered.add(socket);
    const { status, rejection } = rejections[error.code ?? ''] ?? unreadable;
    refused({
      request: undefined,
      peer: socket.remoteAddress ?? '',
      status,
      rejection,
      authentication: 'not checked',
    });
    const body = JSON.stringify({ error: rejection });
    socket.end(
      `HTTP/1.1 ${status} Rejected\r\nContent-Type: application/json; charset=utf-8\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      () => socket.destroy(),
    );
  });
  return answered;
}
