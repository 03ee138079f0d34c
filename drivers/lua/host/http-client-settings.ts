import type { HttpSettings } from '../../http/http-settings.ts';
import { INFINITE, parseTimeInterval } from '../../http/time-interval.ts';
import type { GivenSetting } from './http-calls.ts';
import { readGiven23, readGiven24, type SettingValues } from './http-setting-names.ts';

/** What decides about one kind of request; the kinds are those of Dovecot 2.4's settings. */
interface AttemptSettings {
  readonly timeoutMs: number;
  readonly maxAttempts: number;
}

/** The settings of one client, understood. Plain data; times of 0 mean no limit. */
export interface ScriptHttpSettings {
  readonly read: AttemptSettings;
  readonly write: AttemptSettings;
  readonly delete: AttemptSettings;
  readonly other: AttemptSettings;
  readonly absoluteTimeoutMs: number;
  /** 0: that of the request. */
  readonly connectTimeoutMs: number;
  readonly maxRedirects: number;
  readonly followsRedirects: boolean;
  readonly retriesLost: boolean;
  /** 0: as long as one attempt may take. */
  readonly maxRetryDelaySecs: number;
  readonly userAgent: string;
  readonly usesProxy: boolean;
  readonly tls: HttpSettings['tls'];
}

export interface SettingsSource {
  readonly dialect: '2.3' | '2.4';
  /** False: the names of both releases do. */
  readonly strict: boolean;
  /** False: files are not for this script. */
  readonly trusted: boolean;
  /** A setting of the configuration: `http_client_request_timeout`, `ssl_client_ca_file`. */
  setting(name: string): string | undefined;
}

/**
 * Reads what a script gives to dovecot.http.client.
 *
 * @throws Error with Dovecot's words, as they follow `Invalid HTTP client setting: `.
 */
export function readClientSettings(
  given: readonly GivenSetting[],
  source: SettingsSource,
): ScriptHttpSettings {
  const { dialect, strict } = source;
  const read = dialect === '2.3' ? readGiven23(given, strict) : readGiven24(given, strict);
  const own = source.trusted ? read : withoutFiles(read);
  // The configuration has such settings in 2.4 only.
  const configured = (name: string) =>
    dialect === '2.4' ? source.setting(`http_client_${name}`) : undefined;
  const values = { get: (name: string) => own.get(name) ?? configured(name) };
  const tls = (name: string) =>
    (own.get(name) ?? source.setting(name))?.replace(/^</, '').trim() || undefined;
  const settings = {
    ...readKinds(values),
    absoluteTimeoutMs: readTime(values, 'request_absolute_timeout', 0),
    connectTimeoutMs: readTime(values, 'connect_timeout', 0),
    maxRedirects: readNumber(values, 'request_max_redirects', 0),
    followsRedirects: readBoolean(values, 'auto_redirect'),
    retriesLost: readBoolean(values, 'auto_retry'),
    maxRetryDelaySecs: Math.floor(readTime(values, 'max_auto_retry_delay', 0) / 1000),
    userAgent: values.get('user_agent') ?? '',
    usesProxy: ['proxy_url', 'proxy_socket_path'].some((name) => values.get(name)),
    tls: {
      caFile: tls('ssl_client_ca_file'),
      caDir: tls('ssl_client_ca_dir'),
      requireValid: tls('ssl_client_require_valid_cert') !== 'no',
    },
  };
  return settings;
}

/** Settings by which a script could find out what files there are. */
const fileSettings = [
  'ssl_client_ca_file',
  'ssl_client_ca_dir',
  'ssl_client_cert_file',
  'ssl_client_key_file',
];

/** Where systems keep the authorities that everybody trusts: Node's own list stands for them. */
const systemAuthorities: ReadonlySet<string> = new Set([
  '/etc/ssl/certs',
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
]);

/** @throws Error when a file is named that the script may not use. */
function withoutFiles(values: SettingValues): SettingValues {
  const isHarmless = (path: string | undefined) =>
    path === undefined || systemAuthorities.has(path.replace(/^<|\/$/g, ''));
  const name = fileSettings.find((one) => !isHarmless(values.get(one)));
  if (name !== undefined) throw new Error(`${name}: this script may not use files; a trusted one may`);
  return { get: (one) => (fileSettings.includes(one) ? undefined : values.get(one)) };
}

/** One minute. Source: Dovecot lib-http/http-client.h, HTTP_CLIENT_DEFAULT_REQUEST_TIMEOUT_MSECS. */
const DEFAULT_TIMEOUT_MS = 60_000;

function readKinds(values: SettingValues): Pick<ScriptHttpSettings, 'read' | 'write' | 'delete' | 'other'> {
  const other = {
    timeoutMs: readTime(values, 'request_timeout', DEFAULT_TIMEOUT_MS),
    maxAttempts: readNumber(values, 'request_max_attempts', 1),
  };
  const kind = (name: string) => ({
    timeoutMs: readTime(values, `${name}_request_timeout`, 0) || other.timeoutMs,
    maxAttempts: readNumber(values, `${name}_request_max_attempts`, 0) || other.maxAttempts,
  });
  return { other, read: kind('read'), write: kind('write'), delete: kind('delete') };
}

const MAX_TIMER_MS = 0x7fff_ffff;

// The texts are checked already. Timers of Node end at 24.8 days, and an endless time-out is 0.
function readTime(values: SettingValues, name: string, otherwise: number): number {
  const text = values.get(name);
  if (text === undefined) return otherwise;
  const timeMs = isEndless(text) ? INFINITE : parseTimeInterval(text, 'msecs');
  return timeMs === INFINITE ? 0 : Math.min(timeMs, MAX_TIMER_MS);
}

function readNumber(values: SettingValues, name: string, otherwise: number): number {
  const text = values.get(name);
  if (text === undefined) return otherwise;
  return isEndless(text) ? INFINITE : Number(text);
}

const isEndless = (text: string) => text === 'infinite' || text === 'unlimited';

function readBoolean(values: SettingValues, name: string): boolean {
  return values.get(name)?.toLowerCase() !== 'no';
}

const kinds: ReadonlyMap<string, 'read' | 'write' | 'delete'> = new Map([
  ['GET', 'read'],
  ['HEAD', 'read'],
  ['PUT', 'write'],
  ['POST', 'write'],
  ['DELETE', 'delete'],
]);

/** The settings for one request. Source: Dovecot lib-http/http-client-request.c, http_client_request_new. */
export function settingsForMethod(
  settings: ScriptHttpSettings,
  method: string,
  { dialect, refuse }: Pick<HttpSettings, 'dialect' | 'refuse'>,
): HttpSettings {
  const { timeoutMs, maxAttempts } = settings[kinds.get(method.toUpperCase()) ?? 'other'];
  const { userAgent, absoluteTimeoutMs, maxRedirects, followsRedirects, retriesLost, tls } = settings;
  return {
    dialect,
    timeoutMs,
    maxAttempts,
    absoluteTimeoutMs,
    maxRedirects,
    followsRedirects,
    retriesLost,
    tls,
    connectTimeoutMs: settings.connectTimeoutMs || timeoutMs,
    maxRetryDelaySecs: settings.maxRetryDelaySecs || Math.floor(timeoutMs / 1000),
    ...(userAgent !== '' && { userAgent }),
    ...(refuse && { refuse }),
  };
}
