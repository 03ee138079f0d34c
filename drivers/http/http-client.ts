import { setTimeout as sleep } from 'node:timers/promises';
import { lookUpHost } from './host-lookup.ts';
import type { HttpContent } from './http-content.ts';
import { startDeadline, type Deadline } from './deadline.ts';
import type { HttpAnswer, HttpMessage } from './http-exchange.ts';
import { failureStatus, formatSeconds, HttpFailure, LostConnection } from './http-failure.ts';
import type { HttpPeers } from './http-peer.ts';
import {
  createHttpRequest,
  describeTiming,
  markSent,
  toMessage,
  type HttpRequest,
  type RequestDraft,
} from './http-request.ts';
import type { HttpSettings } from './http-settings.ts';
import { formatHttpUrl, formatTarget, parseHttpUrl, type HttpUrl } from './http-url.ts';
import type { DriverLog } from '#framework';
import { readRetryDelay, type RetryDelay } from './retry-after.ts';
import { UriError } from './uri-scanner.ts';

/** When requests are made; see OxOptions. */
export type Pace = 'prompt' | 'dovecot';

/** What came of a request: the answer of a server, or a failure with Dovecot's number and text. */
export interface HttpResult {
  readonly status: number;
  readonly reason: string;
  /** As they came; none when there is no answer. */
  readonly headers: HttpAnswer['rawHeaders'];
  readonly content: HttpContent;
  /** What was sent last; absent when nothing was. */
  readonly sent?: HttpMessage;
}

/** Makes requests with one set of settings. Dovecot: struct http_client. */
export interface HttpClient {
  /**
   * Takes a request on; `done` hears the result later. Never rejects, and does not wait for the answer; at most,
   * with the pace `dovecot` in 2.3, until the name of the server is looked up.
   */
  submit(draft: RequestDraft, done: (result: HttpResult) => void): Promise<void>;
  /** Settles when every submitted request has its result. */
  wait(): Promise<void>;
}

interface ClientContext {
  readonly peers: HttpPeers;
  readonly settings: HttpSettings;
  /** Counts the requests of a process, which may have one client after the other. */
  nextRequestId(): number;
}

/**
 * Creates a client. Its requests to one server go out in the order of submitting; one that is sent again
 * stands at the end of the line.
 *
 * Source: Dovecot lib-http/http-client.c, http-client-request.c.
 */
export function createHttpClient(context: ClientContext, pace: Pace): HttpClient {
  let held: (() => Promise<void>)[] = [];
  const running = new Set<Promise<void>>();

  const start = (run: () => Promise<void>) => {
    const finished = run().finally(() => running.delete(finished));
    running.add(finished);
  };
  return {
    async submit(draft, done) {
      const request = createHttpRequest(draft, context.nextRequestId());
      const run = async () => done(await perform(request, context));
      if (pace === 'prompt') return start(run);
      const failure = context.settings.dialect === '2.3' ? await findLookupFailure(request) : undefined;
      held.push(failure ? async () => done(toFailed(request, failure, context.settings)) : run);
    },
    async wait() {
      const toStart = held;
      held = [];
      for (const run of toStart) start(run);
      await Promise.all(running);
    },
  };
}

// 2.3 resolves the name while it takes the request on, so the failure is in the log before the result.
async function findLookupFailure(request: HttpRequest): Promise<HttpFailure | undefined> {
  try {
    await lookUpHost(request.url.host);
    return undefined;
  } catch (error) {
    const failure = toFailure(error, request);
    logFailure(request, failure, request.draft.submitLog);
    return failure;
  }
}

async function perform(request: HttpRequest, context: ClientContext): Promise<HttpResult> {
  const deadline = startDeadline(context.settings.absoluteTimeoutMs, () => describeTiming(request));
  try {
    return await performWithin(deadline, request, context);
  } finally {
    deadline.end();
  }
}

async function performWithin(
  deadline: Deadline,
  request: HttpRequest,
  context: ClientContext,
): Promise<HttpResult> {
  for (;;) {
    try {
      const answer = await deadline.limit(attempt(request, context, deadline.signal));
      if (!(await deadline.limit(isToBeSentAgain(request, answer, context.settings))))
        return await toAnswered(request, answer, context.settings);
    } catch (error) {
      const failure = toFailure(error, request);
      const { settings } = context;
      if (failure instanceof LostConnection && settings.retriesLost && tryRetry(request, settings)) continue;
      logFailure(request, failure);
      return toFailed(request, failure, settings);
    }
  }
}

async function toAnswered(
  request: HttpRequest,
  answer: HttpAnswer,
  settings: HttpSettings,
): Promise<HttpResult> {
  const sent = toMessage(request, settings);
  return { ...withRetries(request, answer), headers: answer.rawHeaders, content: await answer.content, sent };
}

function toFailed(
  request: HttpRequest,
  { status, message }: HttpFailure,
  settings: HttpSettings,
): HttpResult {
  const sent = request.sendings > 0 ? { sent: toMessage(request, settings) } : {};
  return { status, reason: message, headers: [], content: {}, ...sent };
}

// Only an answer says how often it was asked for; of a failure, the timing says it.
// Source: Dovecot lib-http/http-client-request.c, http_client_request_callback.
function withRetries(
  { retries, submittedAtMs }: HttpRequest,
  { status, reason }: HttpAnswer,
): Pick<HttpResult, 'status' | 'reason'> {
  if (retries === 0) return { status, reason };
  const took = formatSeconds(performance.now() - submittedAtMs);
  return { status, reason: `${reason} (${retries} retries in ${took} secs)` };
}

async function attempt(
  request: HttpRequest,
  { peers, settings }: ClientContext,
  signal: AbortSignal | undefined,
): Promise<HttpAnswer> {
  const { draft } = request;
  const message = toMessage(request, settings);
  const answer = await peers.peerFor(request.url, settings).send({
    message,
    settings,
    signal,
    log: draft.log,
    maxAnswerBytes: draft.maxAnswerBytes,
    onSent() {
      markSent(request);
      if (message.waitsForContinue) logRequest(request, 'Waiting for 100-continue');
    },
    onContinue: () => logRequest(request, 'Got expected 100-continue response'),
  });
  if (settings.dialect === '2.4') {
    const took = Math.round(performance.now() - request.sentAtMs);
    const queued = Math.round(request.sentAtMs - request.submittedAtMs);
    const text = `Got ${answer.status} response: ${answer.reason} (took ${took} ms + ${queued} ms in queue)`;
    logRequest(request, text);
  }
  return answer;
}

function logRequest({ draft: { log, linePrefix }, label }: HttpRequest, text: string, to = log): void {
  if (linePrefix !== undefined) to.debug(`${linePrefix}request ${label}: ${text}`);
}

function logFailure(request: HttpRequest, { status, message }: HttpFailure, to?: DriverLog): void {
  logRequest(request, `Error: ${status} ${message}`, to);
}

function toFailure(error: unknown, request: HttpRequest): HttpFailure {
  if (!(error instanceof HttpFailure)) {
    const reason = error instanceof Error ? error.message : String(error);
    return new HttpFailure(failureStatus.connectFailed, reason);
  }
  if (!(error instanceof LostConnection)) return error;
  const timing = describeTiming(request, error.connectedAtMs);
  const message = `${error.message} (${timing})`;
  request.draft.log.debug(
    `http-client: ${error.connection}: Aborting connection with temporary error: ${message}`,
  );
  const { status, connection: label, connectedAtMs } = error;
  return new LostConnection({ status, message }, { label, connectedAtMs });
}

// Source: Dovecot lib-http/http-client-request.c, http_client_request_try_retry.
function tryRetry(request: HttpRequest, { maxAttempts }: HttpSettings): boolean {
  if (request.retries + 1 >= maxAttempts) return false;
  request.retries++;
  logRequest(request, `Retrying (attempts=${request.retries})`);
  logRequest(request, 'Resubmitting request');
  return true;
}

/**
 * Whether an answer is none for the caller yet. When it is not, the time to wait is over.
 *
 * Source: Dovecot lib-http/http-client-connection.c, http_client_connection_input.
 *
 * @throws HttpFailure when a redirect is refused.
 */
async function isToBeSentAgain(
  request: HttpRequest,
  answer: HttpAnswer,
  settings: HttpSettings,
): Promise<boolean> {
  const delay = readRetryDelay(answer, { nowMs: Date.now(), maxSecs: settings.maxRetryDelaySecs });
  if (!prepareResending(request, { ...answer, delay }, settings)) return false;
  if (typeof delay === 'number' && delay > 0) await sleep(delay);
  return true;
}

function prepareResending(
  request: HttpRequest,
  { status, headers, delay }: HttpAnswer & { readonly delay: RetryDelay },
  settings: HttpSettings,
): boolean {
  const { location } = headers;
  const isRedirect = settings.followsRedirects && status >= 300 && status < 400 && status !== 304;
  if (isRedirect && location !== undefined && delay !== 'too long') {
    redirect(request, { status, location }, settings);
    return true;
  }
  const isWaitAsked = status === 503 && typeof delay === 'number' && delay >= 0;
  return (status === 408 || isWaitAsked) && tryRetry(request, settings);
}

// Source: Dovecot lib-http/http-client-request.c, http_client_request_redirect.
function redirect(
  request: HttpRequest,
  { status, location }: { readonly status: number; readonly location: string },
  { dialect, maxRedirects }: HttpSettings,
): void {
  const url = parseLocation(location, dialect === '2.4');
  request.redirects++;
  if (request.redirects > maxRedirects) {
    const reason = maxRedirects > 0 ? `Redirected more than ${maxRedirects} times` : 'Redirect refused';
    throw new HttpFailure(failureStatus.invalidRedirect, reason);
  }
  request.url = url;
  // The path stands there twice in Dovecot's log, too.
  const to = formatHttpUrl(url) + formatTarget(url);
  logRequest(request, `Redirecting to ${to} (redirects=${request.redirects})`);
  if (status === 303 && !/^(?:head|get)$/i.test(request.method)) request.method = 'GET';
}

function parseLocation(location: string, nameCharacters: boolean): HttpUrl {
  try {
    return parseHttpUrl(location, { nameCharacters, allowUserinfo: false });
  } catch (error) {
    if (!(error instanceof UriError)) throw error;
    throw new HttpFailure(failureStatus.invalidRedirect, `Invalid redirect location: ${error.message}`);
  }
}
