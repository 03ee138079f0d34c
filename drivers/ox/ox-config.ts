import { DriverInitError, errorText, type DovecotDialect, type DriverHost } from '#framework';
import type { HttpSettings } from '../http/http-settings.ts';
import { formatHttpUrl, parseHttpUrl, type HttpUrl } from '../http/http-url.ts';
import { INFINITE, parseTimeInterval } from '../http/time-interval.ts';

/** The prefix of the driver's own lines. */
export const LOG_PREFIX = 'push-notification-ox: ';

/** Settings as they stand in the configuration; which names there are: drivers/ox.ts. */
export type OxSettings = Readonly<Record<string, string | undefined>>;

/** The settings, understood. */
export interface OxConfig {
  readonly dialect: DovecotDialect;
  readonly url: HttpUrl;
  readonly cacheLifetimeSecs: number;
  readonly userFromMetadata: boolean;
  readonly http: HttpSettings;
}

/** One entry of the configuration, and who starts it; `host.setting` knows ssl_client_* when the entry does not. */
interface OxConfigSource {
  readonly settings: OxSettings;
  readonly host: Pick<DriverHost, 'dialect' | 'log' | 'setting'>;
}

/**
 * Reads the settings of one entry and writes the lines of Dovecot's init, in its order.
 *
 * Source: Dovecot push-notification-driver-ox.c, push_notification_driver_ox_init.
 *
 * @throws DriverInitError with Dovecot's text.
 */
export function readOxConfig(source: OxConfigSource): OxConfig {
  return source.host.dialect === '2.4' ? readConfig24(source) : readConfig23(source);
}

/** What the driver has no settings for. */
const oxHttp = { absoluteTimeoutMs: 0, followsRedirects: true, retriesLost: true };

function readConfig23(source: OxConfigSource): OxConfig {
  const { settings } = source;
  const { log } = source.host;
  const text = settings['url'];
  if (text === undefined) throw new DriverInitError('Driver requires the url parameter');
  const url = orFail(
    () => parseHttpUrl(text, { nameCharacters: false, allowUserinfo: true }),
    (reason) => `Failed to parse OX REST URL ${text}: ${reason}`,
  );
  log.debug(`${LOG_PREFIX}Using URL ${text}`);
  const lifetime = settings['cache_lifetime'] ?? '60 secs';
  const cacheLifetimeSecs = orFail(
    () => parseTimeInterval(lifetime, 'secs'),
    (reason) => `Failed to parse OX cache_lifetime ${lifetime}: ${reason}`,
  );
  log.debug(`${LOG_PREFIX}Using cache lifetime: ${cacheLifetimeSecs}`);
  const timeoutMs = finite(parseUnsigned(settings['timeout_msecs']) ?? 2000);
  return {
    dialect: '2.3',
    url,
    cacheLifetimeSecs,
    userFromMetadata: settings['user_from_metadata'] !== undefined,
    http: {
      dialect: '2.3',
      timeoutMs,
      connectTimeoutMs: timeoutMs,
      ...oxHttp,
      maxAttempts: (parseUnsigned(settings['max_retries']) ?? 1) + 1,
      maxRedirects: 0,
      maxRetryDelaySecs: Math.floor(timeoutMs / 1000),
      tls: readTlsSettings(source),
    },
  };
}

function readConfig24(source: OxConfigSource): OxConfig {
  const { settings } = source;
  const { log } = source.host;
  const text = settings['ox_url'] ?? '';
  if (text === '') throw new DriverInitError('push_notification_ox_url is missing or empty');
  const url = orFail(
    () => parseHttpUrl(text, { nameCharacters: true, allowUserinfo: true }),
    (reason) => `Invalid push_notification_ox_url '${text}': ${reason}`,
  );
  const cacheTtlMs = readTime(settings, 'ox_cache_ttl', 60_000);
  if (cacheTtlMs === 0) throw new DriverInitError('push_notification_ox_cache_ttl must not be 0');
  const userFromMetadata = readBoolean(settings, 'ox_user_from_metadata', false);
  const http = readHttpSettings24(source);
  log.debug(`${LOG_PREFIX}Using URL ${formatHttpUrl(url)}`);
  // The number in the line is Dovecot's. It takes it for seconds, which is not repeated here: docs/differences.md.
  log.debug(`${LOG_PREFIX}Using cache lifetime: ${cacheTtlMs}`);
  log.debug(`${LOG_PREFIX}Using user ${userFromMetadata ? 'stored in METADATA' : 'sent by OX endpoint'}`);
  return { dialect: '2.4', url, cacheLifetimeSecs: cacheTtlMs / 1000, userFromMetadata, http };
}

// Source: Dovecot lib-http/http-client-settings.c. The write_request settings are for PUT and POST.
function readHttpSettings24(source: OxConfigSource): HttpSettings {
  const { settings } = source;
  const requestTimeoutMs = readTime(settings, 'http_client_request_timeout', 60_000);
  if (requestTimeoutMs === 0) {
    throw new DriverInitError('http_client_request_timeout_msecs must not be 0');
  }
  const requestAttempts = readNumber(settings, 'http_client_request_max_attempts', 1);
  if (requestAttempts === 0) throw new DriverInitError('request_max_attempts must not be 0');
  const timeoutMs = readTime(settings, 'http_client_write_request_timeout', 0) || requestTimeoutMs;
  const maxDelayMs = readTime(settings, 'http_client_max_auto_retry_delay', 0) || timeoutMs;
  return {
    dialect: '2.4',
    timeoutMs: finite(timeoutMs),
    connectTimeoutMs: finite(readTime(settings, 'http_client_connect_timeout', 0) || requestTimeoutMs),
    ...oxHttp,
    maxAttempts: readNumber(settings, 'http_client_write_request_max_attempts', 0) || requestAttempts,
    maxRedirects: readNumber(settings, 'http_client_request_max_redirects', 0),
    maxRetryDelaySecs: Math.floor(maxDelayMs / 1000),
    tls: readTlsSettings(source),
  };
}

const MAX_TIMER_MS = 0x7fff_ffff;
// Timers of Node end at 24.8 days, and an endless time-out is 0.
const finite = (ms: number) => (ms === INFINITE ? 0 : Math.min(ms, MAX_TIMER_MS));

function readTlsSettings({ settings, host }: OxConfigSource): HttpSettings['tls'] {
  // 2.3 wrote `<` before the name of a file whose contents are meant.
  const read = (name: string) =>
    (settings[name] ?? host.setting(name))?.replace(/^</, '').trim() || undefined;
  return {
    caFile: read('ssl_client_ca_file'),
    caDir: read('ssl_client_ca_dir'),
    requireValid: read('ssl_client_require_valid_cert') !== 'no',
  };
}

function orFail<Value>(read: () => Value, describe: (reason: string) => string): Value {
  try {
    return read();
  } catch (error) {
    throw new DriverInitError(describe(errorText(error)), { cause: error });
  }
}

function readTime(settings: OxSettings, name: string, otherwise: number): number {
  const text = settings[name];
  if (text === undefined) return otherwise;
  if (text === 'infinite' || text === 'unlimited') return INFINITE;
  return orFail(
    () => parseTimeInterval(text, 'msecs'),
    (reason) => `${name}: ${reason}`,
  );
}

function readNumber(settings: OxSettings, name: string, otherwise: number): number {
  const text = settings[name];
  if (text === undefined) return otherwise;
  if (text === 'infinite' || text === 'unlimited') return INFINITE;
  const value = parseUnsigned(text);
  if (value === undefined) throw new DriverInitError(`${name}: Invalid number ${text}`);
  return value;
}

function readBoolean(settings: OxSettings, name: string, otherwise: boolean): boolean {
  const text = settings[name]?.toLowerCase();
  if (text === undefined) return otherwise;
  if (text === 'yes' || text === 'y' || text === '1') return true;
  if (text === 'no') return false;
  throw new DriverInitError(`${name}: Invalid boolean value: ${text} (use yes or no)`);
}

function parseUnsigned(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) && Number(text) <= INFINITE ? Number(text) : undefined;
}
