import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import {
  decodeFormNotification,
  decodeOxNotification,
  OxNotificationError,
  type DecodedOxNotification,
} from '#contract/ox';
import type { HttpExchange, Rejection } from '#contract/report';

/** A request that gets a 4xx or 5xx and, where a person should see it, a rejected row. */
export class RequestRejected extends Error {
  override readonly name = 'RequestRejected';
  readonly status: number;
  readonly rejection: Rejection;
  /** Headers that the answer has to have with this status. */
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, rejection: Rejection, headers: Readonly<Record<string, string>> = {}) {
    super(rejection.message);
    this.status = status;
    this.rejection = rejection;
    this.headers = headers;
  }
}

/** A body that was read: what it says, which form it had, and the text or bytes to keep. */
export interface DecodedBody extends DecodedOxNotification {
  readonly source: 'ox' | 'form';
  readonly raw: string | Uint8Array;
}

// The second form type is what the scripts of Dovecot's manual send (sic).
const contentTypes = {
  form: ['application/x-www-form-urlencoded', 'application/x-www-form-url.escaped'],
  json: ['application/json', 'text/json', 'text/plain', ''],
} as const;
type BodyType = keyof typeof contentTypes;

/**
 * Which of the accepted types a Content-Type is of.
 *
 * @throws RequestRejected 415 when it is of none.
 */
export function requireType(contentType: string | undefined, accepted: readonly BodyType[]): BodyType {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const known = accepted.find((name) => (contentTypes[name] as readonly string[]).includes(type));
  if (known) return known;
  throw new RequestRejected(415, {
    code: 'unsupported_type',
    message: `Content-Type ${type.slice(0, 80)} is not understood; send application/json`,
  });
}

/**
 * Reads a body by its content type: JSON, or one of the forms that push scripts send. Bytes that are not
 * UTF-8 are replaced by U+FFFD and noted; the row keeps them as they came.
 *
 * @throws RequestRejected 415 for another type, 400 for a body that cannot be read.
 */
export function decodeBody(body: Uint8Array, contentType: string | undefined): DecodedBody {
  const isForm = requireType(contentType, ['json', 'form']) === 'form';
  const { text, raw, notes } = decodeText(body);
  try {
    const decoded = isForm ? decodeFormNotification(text) : decodeOxNotification(text);
    return { ...decoded, notes: [...notes, ...decoded.notes], source: isForm ? 'form' : 'ox', raw };
  } catch (error) {
    if (!(error instanceof OxNotificationError)) throw error;
    const { code, field, message } = error;
    throw new RequestRejected(400, { code, message, ...(field !== undefined && { field }) });
  }
}

/**
 * A body as text, without a byte order mark, and as it is to be kept.
 *
 * @throws RequestRejected 400 for UTF-16 and UTF-32.
 */
export function decodeText(body: Uint8Array): { text: string; raw: string | Uint8Array; notes: string[] } {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (isUtf16(bytes)) {
    throw new RequestRejected(400, {
      code: 'not_utf8',
      message: 'The body is UTF-16 or UTF-32; JSON on the wire is UTF-8',
    });
  }
  const decoded = bytes.toString('utf8');
  // A copy: a view would send the whole pool it lies in to the thread that stores it.
  const valid = isUtf8(bytes);
  const raw = valid ? decoded : Uint8Array.from(bytes);
  const notes = valid ? [] : ['Bytes that are not UTF-8 were replaced by U+FFFD'];
  if (!decoded.startsWith('\uFEFF')) return { text: decoded, raw, notes };
  return {
    text: decoded.slice(1),
    raw,
    notes: [...notes, 'The body began with a byte order mark; it was ignored'],
  };
}

// Byte order marks, or NUL in one of the first two places, as RFC 4627 §3 tells the encodings apart.
function isUtf16(bytes: Buffer): boolean {
  if (bytes.length < 2) return false;
  const mark = bytes.readUInt16BE(0);
  return mark === 0xfeff || mark === 0xfffe || bytes[0] === 0 || bytes[1] === 0;
}

/** Headers that are never kept. */
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-api-key']);
/** A row keeps the head of a request, not a store of its own. */
const MAX_HEADERS_KEPT = 50;
const MAX_HEADER_VALUE_KEPT = 1000;
const MAX_TARGET_KEPT = 2000;

/** The request as the timeline keeps it: bounded, and without secrets. */
export function describeRequest(
  request: IncomingMessage,
  answer: Pick<HttpExchange, 'authentication' | 'status'>,
): HttpExchange {
  const { rawHeaders } = request;
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length && headers.length < MAX_HEADERS_KEPT; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    headers.push([
      name,
      SECRET_HEADERS.has(name.toLowerCase()) ? '<redacted>' : value.slice(0, MAX_HEADER_VALUE_KEPT),
    ]);
  }
  return {
    method: request.method ?? '',
    target: redactTarget(request.url ?? '').slice(0, MAX_TARGET_KEPT),
    httpVersion: request.httpVersion,
    headers,
    peer: request.socket.remoteAddress ?? '',
    ...answer,
  };
}

// An absolute-form target may carry credentials (RFC 9112 §3.2.2).
function redactTarget(target: string): string {
  return target.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1<redacted>@');
}
