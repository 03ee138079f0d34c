import { BRIDGE_PATH } from '#contract/bridge';
import { OX_NOTIFY_PATH } from '#contract/ox';
import { decodeBridgeBody, type BridgeBody } from './bridge-request.ts';
import { decodeBody, RequestRejected, type DecodedBody } from './ox-request.ts';

/** Dovecot's body is below 2 KB; a script may send a few long headers. */
export const MAX_BODY_BYTES = 64 * 1024;
/** The bridge sends at most 256 KB of events, or one event with every header at its longest. */
export const MAX_BRIDGE_BODY_BYTES = 1024 * 1024;

/** What may be sent to one path of the endpoint, and how it is read. */
export interface EndpointRoute {
  readonly path: string;
  /** What a refused request counts as; what was read says it itself. */
  readonly source: 'ox' | 'bridge';
  readonly methods: readonly string[];
  readonly maxBodyBytes: number;
  /** @throws RequestRejected 4xx for a body that cannot be read. */
  decode(body: Uint8Array, contentType: string | undefined): DecodedBody | BridgeBody;
}

/** The paths of the endpoint. */
export const endpointRoutes: readonly EndpointRoute[] = [
  {
    path: OX_NOTIFY_PATH,
    source: 'ox',
    methods: ['PUT', 'POST'],
    maxBodyBytes: MAX_BODY_BYTES,
    decode: decodeBody,
  },
  {
    path: BRIDGE_PATH,
    source: 'bridge',
    methods: ['POST'],
    maxBodyBytes: MAX_BRIDGE_BODY_BYTES,
    decode: decodeBridgeBody,
  },
];

/**
 * The route of a request target.
 *
 * @throws RequestRejected 404 for another path, 405 for another method.
 */
export function findRoute(target: string, method: string): EndpointRoute {
  const path = targetPath(target);
  const route = endpointRoutes.find((known) => known.path === path);
  if (!route) {
    throw new RequestRejected(404, {
      code: 'wrong_path',
      message: `There is nothing at ${path.slice(0, 200)}; notifications go to ${OX_NOTIFY_PATH}`,
    });
  }
  if (!route.methods.includes(method)) {
    throw new RequestRejected(
      405,
      {
        code: 'wrong_method',
        message:
          path === BRIDGE_PATH
            ? `${method} is not a way to send a transaction; the bridge sends POST`
            : `${method} is not a way to notify; Dovecot sends PUT, scripts may POST`,
      },
      { Allow: route.methods.join(', ') },
    );
  }
  return route;
}

// Proxies send the absolute form (RFC 9112 §3.2.2).
function targetPath(target: string): string {
  if (target.startsWith('/')) return target.split('?', 1)[0] ?? '';
  return URL.canParse(target) ? new URL(target).pathname : target;
}
