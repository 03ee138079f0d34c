import type { DovecotDialect } from '#framework';
import type { TlsSettings } from './trusted-certificates.ts';

/** How requests are made. Times of 0 mean no limit. */
export interface HttpSettings {
  /** Whose log lines: 2.4 tells of responses and shows TLS errors otherwise. */
  readonly dialect: DovecotDialect;
  /** For one attempt; starts anew whenever the server says something. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** For all attempts together. */
  readonly absoluteTimeoutMs: number;
  readonly maxAttempts: number;
  readonly maxRedirects: number;
  /** False: an answer that names another place is taken for the answer. */
  readonly followsRedirects: boolean;
  /** False: a request whose connection was lost is not sent again. */
  readonly retriesLost: boolean;
  /** Absent: requests have no such header. */
  readonly userAgent?: string;
  /** Asked about each address before it is connected to; a reason takes the place of the connection. */
  readonly refuse?: (address: string) => string | undefined;
  /** The longest Retry-After that is waited for. */
  readonly maxRetryDelaySecs: number;
  readonly tls: TlsSettings;
}
