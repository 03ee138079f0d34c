/** Statuses that Dovecot gives to requests without an answer. Source: Dovecot lib-http/http-client.h. */
export const failureStatus = {
  hostLookupFailed: 9002,
  connectFailed: 9003,
  invalidRedirect: 9004,
  connectionLost: 9005,
  badResponse: 9007,
  timedOut: 9008,
} as const;

/** A request got no usable answer. The message is Dovecot's. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The connection was lost or silent while a request was on it: what `max_retries` is about. */
export class LostConnection extends HttpFailure {
  /** As in the log: `conn 127.0.0.1:8009 [1]`. */
  readonly connection: string;
  readonly connectedAtMs: number;
  constructor(
    failure: { readonly status: number; readonly message: string },
    connection: { readonly label: string; readonly connectedAtMs: number },
  ) {
    super(failure.status, failure.message);
    this.connection = connection.label;
    this.connectedAtMs = connection.connectedAtMs;
  }
}

/** `2.003`: how Dovecot writes a duration in seconds. */
export function formatSeconds(ms: number): string {
  return (Math.max(0, Math.trunc(ms)) / 1000).toFixed(3);
}
