import type { IncomingMessage } from 'node:http';

/** The body of an answer. */
export interface HttpContent {
  /** What there is of it; absent when the answer has no body, or nobody wants it. */
  readonly body?: Buffer;
  /** Why there is not more of it, in Dovecot's words. */
  readonly problem?: string;
}

/**
 * Reads the body, up to `maxBytes`; without that it is thrown away. Never rejects.
 *
 * Source: Dovecot lib-lua/dlua-dovecot-http.c, dlua_http_response_input_payload.
 */
export function readContent(
  response: IncomingMessage,
  { isHead, maxBytes }: { readonly isHead: boolean; readonly maxBytes: number | undefined },
): Promise<HttpContent> {
  response.on('error', () => undefined);
  if (maxBytes === undefined || !hasBody(response, isHead)) {
    response.resume();
    return Promise.resolve({});
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      if (size + chunk.length > maxBytes) {
        resolve({ body: Buffer.concat(chunks), problem: `Payload is larger than ${maxBytes} bytes` });
        response.destroy();
        return;
      }
      size += chunk.length;
      chunks.push(chunk);
    });
    response.once('end', () => resolve({ body: Buffer.concat(chunks) }));
    response.once('close', () =>
      resolve({ body: Buffer.concat(chunks), problem: describeLoss(response, size) }),
    );
  });
}

// Source: RFC 9112 §6.3.
function hasBody({ statusCode = 0, headers }: IncomingMessage, isHead: boolean): boolean {
  return !isHead && statusCode !== 204 && statusCode !== 304 && headers['content-length'] !== '0';
}

function describeLoss({ headers }: IncomingMessage, offset: number): string {
  const length = headers['content-length'];
  const wanted = length === undefined ? '' : ` (wanted ${length})`;
  return `Disconnected while reading message payload at offset ${offset}${wanted}: Connection closed (opened 0 secs ago)`;
}
