import type { DriverLog } from '#framework';
import type { HttpMessage } from './http-exchange.ts';
import type { HttpSettings } from './http-settings.ts';
import { formatSeconds } from './http-failure.ts';
import { formatAuthority, formatOrigin, formatTarget, type HttpUrl } from './http-url.ts';

/** A request to be made: its URL with credentials, and what follows Dovecot's own headers. */
export interface RequestDraft {
  readonly method: string;
  readonly url: HttpUrl;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Absent: the request has none, which is not the same as an empty one. */
  readonly body?: Buffer;
  /** The server is asked to say that it wants the body before it is sent (`Expect: 100-continue`). */
  readonly expectsContinue?: boolean;
  /** The body of the answer is kept, up to this size. Absent: nobody wants it. */
  readonly maxAnswerBytes?: number;
  /** What the lines about the request begin with; absent: there are none. */
  readonly linePrefix?: string;
  /** Gets the lines that are written while the request is submitted. */
  readonly submitLog: DriverLog;
  /** Gets the lines about the request as they happen. */
  readonly log: DriverLog;
}

/** A submitted request and what became of it so far. Times are of the monotonic clock. */
export interface HttpRequest {
  readonly draft: RequestDraft;
  /** As in the log: `[Req1: PUT http://127.0.0.1:8009/x]`. */
  readonly label: string;
  /** The Date header; it stays the same when the request is sent again. */
  readonly date: string;
  readonly submittedAtMs: number;
  method: string;
  url: HttpUrl;
  retries: number;
  redirects: number;
  sendings: number;
  firstSentAtMs: number;
  sentAtMs: number;
}

/** Makes a request of a draft; `id` counts the requests of a process. */
export function createHttpRequest(draft: RequestDraft, id: number): HttpRequest {
  const { method, url } = draft;
  return {
    draft,
    label: `[Req${id}: ${method} ${formatOrigin(url)}${formatTarget(url)}]`,
    date: new Date().toUTCString(),
    submittedAtMs: performance.now(),
    method,
    url,
    retries: 0,
    redirects: 0,
    sendings: 0,
    firstSentAtMs: 0,
    sentAtMs: 0,
  };
}

/** Remembers that the request goes out now. */
export function markSent(request: HttpRequest): void {
  request.sentAtMs = performance.now();
  if (request.sendings === 0) request.firstSentAtMs = request.sentAtMs;
  request.sendings++;
}

/**
 * What is written for a request, the headers as Dovecot orders them; one that is set by hand takes the place of
 * Dovecot's own. After a redirect the target is the whole URL, as Dovecot sends it.
 *
 * Source: Dovecot lib-http/http-client-request.c, http_client_request_send_real.
 */
export function toMessage(request: HttpRequest, { userAgent }: Pick<HttpSettings, 'userAgent'>): HttpMessage {
  const { draft, method, url, date, redirects } = request;
  // What a 303 turned into a GET has no body any more, and still asks for a 100.
  const body = method === draft.method ? draft.body : undefined;
  const byHand = new Set(draft.headers.map(([name]) => name.toLowerCase()));
  const isSized = body !== undefined || /^(?:post|put)$/i.test(method);
  const isLengthByHand = byHand.has('content-length') || byHand.has('transfer-encoding');
  const own: readonly (readonly [name: string, value: string | undefined])[] = [
    ['Host', formatAuthority(url)],
    ['Date', date],
    ['Authorization', formatAuthorization(request)],
    ['User-Agent', userAgent],
    ['Expect', draft.expectsContinue ? '100-continue' : undefined],
    ['Content-Length', isSized && !isLengthByHand ? String(body?.length ?? 0) : undefined],
    ['Connection', 'Keep-Alive'],
  ];
  return {
    method,
    target: (redirects > 0 ? formatOrigin(url) : '') + formatTarget(url),
    headers: [...own.filter(isPresent).filter(([name]) => !byHand.has(name.toLowerCase())), ...draft.headers],
    body: body ?? Buffer.alloc(0),
    waitsForContinue: draft.expectsContinue === true && body !== undefined,
  };
}

function isPresent(
  header: readonly [name: string, value: string | undefined],
): header is readonly [string, string] {
  return header[1] !== undefined;
}

// Unlike Dovecot, the credentials are not sent on to another server that the first one names.
function formatAuthorization({ draft, url }: HttpRequest): string | undefined {
  const { user, password } = draft.url;
  if (!user?.length || password === undefined || formatOrigin(url) !== formatOrigin(draft.url)) {
    return undefined;
  }
  return `Basic ${Buffer.concat([user, Buffer.from(':'), password]).toString('base64')}`;
}

/**
 * What Dovecot adds to the error of a request that was lost, e.g. `Request queued 2.003 secs ago, 1 send
 * attempts in 2.002 secs, …`.
 *
 * Source: Dovecot lib-http/http-client-connection.c, http_client_connection_get_timing_info.
 */
export function describeTiming(request: HttpRequest, connectedAtMs?: number): string {
  const now = performance.now();
  const since = (ms: number) => formatSeconds(now - ms);
  const parts = [`Request queued ${since(request.submittedAtMs)} secs ago`];
  if (request.retries > 0) parts.push(`${request.retries} times retried`);
  if (request.sendings === 0) parts.push('not yet sent');
  else parts.push(`${request.sendings} send attempts in ${since(request.firstSentAtMs)} secs`);
  if (request.sendings > 1) parts.push(`${since(request.sentAtMs)} in last attempt`);
  // Dovecot tells waiting in its HTTP loop from other waiting; here all waiting is for HTTP.
  if (request.sendings > 0) parts.push(`${since(request.sentAtMs)} in http ioloop`);
  parts.push('0.000 in other ioloops');
  if (connectedAtMs !== undefined) parts.push(`connected ${since(connectedAtMs)} secs ago`);
  return parts.join(', ');
}
