/**
 * The door: an HTTP endpoint that Dovecot's ox driver and push scripts send to instead of Open-Xchange, and
 * the bridge (assets/dovebell-bridge.lua) with every event.
 *
 * Threat model. It listens on 127.0.0.1 unless told otherwise. Whoever reaches the port may be: a mail server
 * with the credentials; another program or a person guessing them; a web page in the user's browser
 * (request-guards.ts); a client that sends slowly, too much, or nothing at all (limits below,
 * connection-limit.ts). None of them may run anything, fill memory or disk without bound, learn the
 * credentials, or keep an honest sender waiting. What is refused is shown as a rejected row, without secrets.
 *
 * A notification is answered 200 once it is on the disk and before any driver runs: Dovecot's ox driver
 * waits for the answer, and the LMTP client with it.
 */
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { Rejection } from '#contract/report';
import type { BridgeBody } from './bridge-request.ts';
import { answerBrokenRequests } from './broken-requests.ts';
import { close, listen, type ListenPlace } from './listen.ts';
import { limitConnections, type ConnectionLimit } from './connection-limit.ts';
import { endpointRoutes, findRoute, type EndpointRoute } from './endpoint-route.ts';
import { createGuessThrottle, type GuessThrottle } from './guess-throttle.ts';
import { RequestRejected, type DecodedBody } from './ox-request.ts';
import { allowedHostNames, checkOrigin, createAuthenticate } from './request-guards.ts';

/** A sender on the same machine or network needs milliseconds. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Dovecot keeps a connection for the life of its process; an idle one costs little. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const TIMEOUT_CHECK_INTERVAL_MS = 1_000;

/** A notification that was read and waits to be stored. */
export interface OxArrival {
  readonly request: http.IncomingMessage;
  readonly body: DecodedBody | BridgeBody;
  readonly receivedAtMs: number;
}

/** A request that was refused. `body` is there only when the sender had the credentials. */
export interface OxRefusal {
  readonly request: http.IncomingMessage | undefined;
  /** Which path it was for; absent when it was for none. */
  readonly source?: EndpointRoute['source'];
  readonly peer: string;
  readonly status: number;
  readonly rejection: Rejection;
  readonly authentication: 'accepted' | 'missing' | 'wrong' | 'not checked';
  readonly body?: Uint8Array;
}

function tooLarge(route: EndpointRoute | undefined): Rejection {
  return { code: 'too_large', message: `The body is larger than ${route?.maxBodyBytes ?? 0} bytes` };
}

/** What a sender has to present (HTTP Basic authentication). */
interface Credentials {
  readonly login: string;
  readonly password: string;
}

export interface OxEndpointOptions {
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
  /** Names besides addresses and this machine's own under which senders may ask for us. */
  readonly allowedHosts?: readonly string[];
  /** A request with this header (lower case) comes from our own driver: it is refused, or it would go round for ever. */
  readonly loopMark?: { readonly header: string; readonly value: string };
  /** Resolves when the notification is on the disk; a rejection answers 503. */
  store(arrival: OxArrival): Promise<void>;
  /** Told of every refusal; must not throw and is not waited for. */
  refused: (refusal: OxRefusal) => void;
}

export interface OxEndpoint {
  /** Resolves with the address once it listens. @throws Error as `listen` gives it (EADDRINUSE, EACCES, …). */
  start(): Promise<ListenPlace>;
  /** Closes the port and lets requests under way end. */
  stop(): Promise<void>;
}

interface RequestState {
  authentication: OxRefusal['authentication'];
  /** Absent until the target was read. */
  route?: EndpointRoute;
}

const NOT_CHECKED: RequestState = { authentication: 'not checked' };

/** What the handlers and the server share; the server is made last. */
interface Joined {
  readonly states: WeakMap<http.IncomingMessage, RequestState>;
  broken: WeakSet<object>;
  connections?: ConnectionLimit;
}

export function createOxEndpoint(options: OxEndpointOptions): OxEndpoint {
  const joined: Joined = { states: new WeakMap(), broken: new WeakSet() };
  const door = createDoor(options, joined);
  const server = http.createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL_MS,
      // Checked by us, so that the refusal is seen.
      requireHostHeader: false,
    },
    (request, response) => door(request as Request, response as Response, () => undefined),
  );
  joined.connections = limitConnections(server);
  joined.broken = answerBrokenRequests(server, options.refused);
  return { start: () => listen(server, options), stop: () => close(server) };
}

// A router without an application around it: an application gives each request and response another prototype,
// and everything that touches them afterwards is slow (about a third of a request's time).
function createDoor(options: OxEndpointOptions, joined: Joined): express.Router {
  const { states } = joined;
  const throttle = createGuessThrottle((delayMs) => sleep(delayMs, undefined, { ref: false }));
  const allowedHosts = allowedHostNames(options.host, options.allowedHosts ?? []);
  const door = express.Router();
  door.use((request: Request, _response: Response, next: NextFunction) => {
    const state = { ...NOT_CHECKED };
    states.set(request, state);
    checkOrigin(request, allowedHosts);
    state.route = findRoute(request.url ?? '', request.method);
    checkLoop(request, options.loopMark);
    next();
  });
  door.use(requireCredentials(options.credentials, throttle, states));
  door.use(readBody(states));
  door.use(async (request: Request, response: Response) => {
    const route = states.get(request)?.route;
    if (route) await receive(request, response, route, { options, connections: joined.connections });
  });
  door.use(refuse(options, joined));
  return door;
}

function checkLoop(request: Request, mark: OxEndpointOptions['loopMark']): void {
  if (mark && request.headers[mark.header] === mark.value) {
    throw new RequestRejected(508, {
      code: 'loop',
      message: 'The ox driver of this program is configured to send to its own endpoint; give it another URL',
    });
  }
}

function readBody(states: WeakMap<http.IncomingMessage, RequestState>) {
  const readers = new Map(
    endpointRoutes.map((route) => [
      route,
      express.raw({ limit: route.maxBodyBytes, inflate: false, type: () => true }),
    ]),
  );
  return (request: Request, response: Response, next: NextFunction): void => {
    const route = states.get(request)?.route;
    // express answers a body that is too large only when all of it has come.
    if (route && Number(request.headers['content-length'] ?? 0) > route.maxBodyBytes)
      throw new RequestRejected(413, tooLarge(route));
    const reader = route && readers.get(route);
    if (reader) reader(request, response, next);
    else next();
  };
}

function requireCredentials(
  credentials: Credentials,
  throttle: GuessThrottle,
  states: WeakMap<http.IncomingMessage, RequestState>,
) {
  const authenticate = createAuthenticate(credentials);
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const authentication = authenticate(request.headers.authorization);
    const state = states.get(request);
    if (state) state.authentication = authentication;
    const peer = request.socket.remoteAddress ?? '';
    if (authentication === 'accepted') {
      throttle.clear(peer);
      next();
      return;
    }
    if (authentication === 'wrong') await throttle.delayRefusal(peer);
    response.setHeader('WWW-Authenticate', 'Basic realm="Dovebell", charset="UTF-8"');
    throw new RequestRejected(401, {
      code: authentication === 'missing' ? 'no_credentials' : 'wrong_credentials',
      message:
        authentication === 'missing'
          ? 'The request has no credentials; write them into the URL: http://LOGIN:PASSWORD@…'
          : 'Wrong login or password; `dovebell endpoint --show-secret` prints the right ones',
    });
  };
}

interface Desk {
  readonly options: OxEndpointOptions;
  readonly connections: ConnectionLimit | undefined;
}

async function receive(
  request: Request,
  response: Response,
  route: EndpointRoute,
  { options, connections }: Desk,
): Promise<void> {
  const receivedAtMs = Date.now();
  const bytes: unknown = request.body;
  const body = route.decode(
    bytes instanceof Uint8Array ? bytes : new Uint8Array(),
    request.headers['content-type'],
  );
  connections?.requestBegins(request.socket);
  try {
    await options.store({ request, body, receivedAtMs });
  } catch (error) {
    throw new RequestRejected(503, {
      code: 'not_stored',
      message: `The notification could not be stored: ${error instanceof Error ? error.message : String(error)}`,
    });
  } finally {
    connections?.requestEnds(request.socket);
  }
  answer(response, 200, { success: true });
}

function answer(response: Response, status: number, value: object): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(value));
}

function refuse(options: OxEndpointOptions, joined: Joined) {
  // Express tells error handlers by their four parameters.
  return (thrown: unknown, request: Request, response: Response, _next: NextFunction): void => {
    if (joined.broken.has(request.socket)) return;
    const { authentication, route } = joined.states.get(request) ?? NOT_CHECKED;
    const { status, rejection, headers = {} } = toRejection(thrown, route);
    const body: unknown = request.body;
    options.refused({
      request,
      ...(route && { source: route.source }),
      peer: request.socket.remoteAddress ?? '',
      status,
      rejection,
      authentication,
      ...(authentication === 'accepted' && body instanceof Uint8Array && { body }),
    });
    if (response.headersSent || response.destroyed) return;
    // Nothing more is read of a body that was not wanted.
    if (!request.complete) response.setHeader('Connection', 'close');
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    answer(response, status, { error: rejection });
  };
}

/** What express's body reader throws: http-errors with a `type`. */
interface BodyError {
  readonly status: number;
  readonly type: string;
}

const bodyErrors: Readonly<Record<string, Rejection>> = {
  'encoding.unsupported': {
    code: 'compressed',
    message: 'Compressed bodies are not accepted; send the JSON as it is',
  },
  'request.aborted': {
    code: 'aborted',
    message: 'The sender closed the connection before the body was complete',
  },
  'request.size.invalid': { code: 'wrong_length', message: 'The body is not as long as Content-Length says' },
};

function toRejection(
  thrown: unknown,
  route: EndpointRoute | undefined,
): Pick<RequestRejected, 'status' | 'rejection'> & Partial<Pick<RequestRejected, 'headers'>> {
  if (thrown instanceof RequestRejected) return thrown;
  const { status, type } = thrown as Partial<BodyError>;
  const known = type === 'entity.too.large' ? tooLarge(route) : bodyErrors[type ?? ''];
  if (known && status !== undefined) return { status, rejection: known };
  if (status !== undefined && status < 500)
    return { status, rejection: { code: 'bad_request', message: 'The request cannot be read' } };
  return { status: 500, rejection: { code: 'internal', message: 'The endpoint failed; its log says why' } };
}
