import type { DovecotDialect } from '#framework';
import type { TlsSettings } from './trusted-certificates.ts';

/** How requests are made. Times of 0 mean no limit. */
export interface HttpSettings {
  /** Whose log lines: 2.4 tells of responses and shows TLS errors otherwise. */
  readonly dialect: DovecotDialect;
  /** For one attempt; starts anew whenever the server says something. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxAttempts: number;
  readonly maxRedirects: number;
  /** The longest Retry-After that is waited for. */
  readonly maxRetryDelaySecs: number;
  readonly tls: TlsSettings;
}
