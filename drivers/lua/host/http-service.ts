import type { DriverLog } from '#framework';
import { createHttpClient, type HttpResult } from '../../http/http-client.ts';
import { failureStatus } from '../../http/http-failure.ts';
import type { HttpSettings } from '../../http/http-settings.ts';
import { createCounter, createHttpPeers, type HttpPeers } from '../../http/http-peer.ts';
import { formatHttpUrl, parseHttpUrl, type HttpUrl } from '../../http/http-url.ts';
import type { LuaDialect } from '../script-context.ts';
import type { HostHandlers } from './host-calls.ts';
import type { HttpCalls, ScriptHttpResponse, SubmittedRequest } from './http-calls.ts';
import { readClientSettings, settingsForMethod } from './http-client-settings.ts';

/** A script has no use for more, and it all is in memory. Dovecot has no limit. */
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;
/** A script may make a client for each message; those not used lately lose their connections. */
const MAX_CONNECTED_CLIENTS = 32;

/**
 * No request takes longer, whatever its settings: the user's other transactions wait for the script. Dovecot has no
 * such limit.
 */
const MAX_REQUEST_MS = 10 * 60_000;

/** One request as it is recorded. `url` has no credentials; headers have one character a byte. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** Null when there was no answer. */
  readonly status: number | null;
  /** Why it failed, in the words that the script got. */
  readonly error?: string;
  /** Nothing was sent. */
  readonly captured: boolean;
  readonly durationMs: number;
}

/** Numbers that the scripts of one process share: `http-client[2]`, `Req3`, `conn … [4]`. */
export interface HttpNumbers {
  readonly nextClient: () => number;
  readonly nextRequest: () => number;
  readonly nextConnection: () => number;
}

export function createHttpNumbers(): HttpNumbers {
  return { nextClient: createCounter(), nextRequest: createCounter(), nextConnection: createCounter() };
}

export interface HttpServiceOptions {
  readonly dialect: LuaDialect;
  readonly strict: boolean;
  /** False: a script may not name files with certificates. */
  readonly trusted: boolean;
  /** `capture`: nothing is sent, and each request is answered with 200. */
  readonly access: 'capture' | 'local' | 'all';
  /** Why an address may not be connected to; undefined when it may. Asked for each connection. */
  refuse(address: string): string | undefined;
  record(request: SentRequest): void;
  /** Gets the lines about requests as they happen. */
  readonly log: DriverLog;
  /** A setting of the configuration: http_client_* (2.4), ssl_client_*. */
  setting(name: string): string | undefined;
  /** Absent: the script is the only one of its process. */
  readonly numbers?: HttpNumbers;
}

/**
 * Answers the calls of dovecot.http for one script. In 2.3 requests have no lines in the log.
 *
 * Source: Dovecot lib-lua/dlua-dovecot-http.c; lib-http/http-client-request.c.
 */
export function createHttpService(options: HttpServiceOptions): HostHandlers<HttpCalls> & { close(): void } {
  const { numbers = createHttpNumbers() } = options;
  const dialect = options.dialect === '2.4' ? '2.4' : '2.3';
  const { strict, trusted } = options;
  let isClosed = false;
  const refuse = (address: string) => (isClosed ? 'The script has ended' : options.refuse(address));
  const connections = new Map<number, HttpPeers>();
  const peersOf = (clientId: number): HttpPeers => {
    const peers = connections.get(clientId) ?? createHttpPeers(numbers.nextConnection);
    connections.delete(clientId);
    connections.set(clientId, peers);
    const [oldest] = connections;
    if (oldest && connections.size > MAX_CONNECTED_CLIENTS) {
      oldest[1].close();
      connections.delete(oldest[0]);
    }
    return peers;
  };
  return {
    'http.client'(given) {
      const source = { dialect, strict, trusted, setting: (name: string) => options.setting(name) } as const;
      const settings = readClientSettings(given, source);
      return { id: numbers.nextClient(), settings };
    },
    'http.request'(url) {
      parseScriptUrl(url, dialect);
      return numbers.nextRequest();
    },
    async 'http.submit'(request) {
      const startedAtMs = performance.now();
      const url = parseScriptUrl(request.url, dialect);
      const result = await send(request, url, {
        options,
        dialect,
        refuse,
        peers: () => peersOf(request.client.id),
      });
      options.record({
        ...describeSent(request, url, result),
        captured: options.access === 'capture',
        durationMs: performance.now() - startedAtMs,
      });
      return toResponse(result);
    },
    close() {
      isClosed = true;
      for (const peers of connections.values()) peers.close();
      connections.clear();
    },
  };
}

function parseScriptUrl(url: string, dialect: '2.3' | '2.4'): HttpUrl {
  const isNew = dialect === '2.4';
  return parseHttpUrl(url, { nameCharacters: isNew, allowUserinfo: true, schemeOptional: true });
}

interface SendContext {
  readonly options: HttpServiceOptions;
  readonly dialect: '2.3' | '2.4';
  readonly refuse: (address: string) => string | undefined;
  peers(): HttpPeers;
}

const captured: HttpResult = { status: 200, reason: 'OK', headers: [], content: {} };
const unproxied: HttpResult = {
  status: failureStatus.connectFailed,
  reason: 'Requests by a proxy are not possible here',
  headers: [],
  content: {},
};

async function send(request: SubmittedRequest, url: HttpUrl, context: SendContext): Promise<HttpResult> {
  const { options, dialect, refuse } = context;
  const { client, id, method, headers, payload, expectsContinue, logPrefix } = request;
  if (options.access === 'capture') return captured;
  if (client.settings.usesProxy) return unproxied;
  const settings = limitTime(settingsForMethod(client.settings, method, { dialect, refuse }));
  const http = createHttpClient({ peers: context.peers(), settings, nextRequestId: () => id }, 'prompt');
  const draft = {
    method,
    url,
    headers,
    expectsContinue,
    maxAnswerBytes: MAX_PAYLOAD_BYTES,
    submitLog: options.log,
    log: options.log,
    ...(payload && { body: Buffer.from(payload) }),
    ...(dialect === '2.4' && { linePrefix: `${logPrefix}http-client[${client.id}]: ` }),
  };
  return new Promise((resolve) => {
    void http.submit(draft, resolve);
  });
}

function limitTime(settings: HttpSettings): HttpSettings {
  const absoluteTimeoutMs = Math.min(settings.absoluteTimeoutMs || MAX_REQUEST_MS, MAX_REQUEST_MS);
  return { ...settings, absoluteTimeoutMs };
}

function describeSent(
  { method, headers, payload = new Uint8Array() }: SubmittedRequest,
  url: HttpUrl,
  { status, reason, sent }: HttpResult,
): Pick<SentRequest, 'method' | 'url' | 'headers' | 'body' | 'status' | 'error'> {
  const isFailure = status >= 9000;
  return {
    method,
    url: formatHttpUrl(url),
    headers: sent?.headers ?? headers,
    body: payload,
    status: isFailure ? null : status,
    ...(isFailure && { error: reason }),
  };
}

function toResponse({ status, reason, headers, content }: HttpResult): ScriptHttpResponse {
  return {
    status,
    reason,
    headers,
    ...(content.body && { payload: new Uint8Array(content.body) }),
    ...(content.problem !== undefined && { problem: content.problem }),
  };
}
