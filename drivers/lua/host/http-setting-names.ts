import { parseHttpUrl } from '../../http/http-url.ts';
import { parseTimeInterval } from '../../http/time-interval.ts';
import type { GivenSetting } from './http-calls.ts';

/** Checked texts by the name of 2.4, without `http_client_`. */
export interface SettingValues {
  get(name: string): string | undefined;
}

type Kind = 'text' | 'time' | 'number' | 'size' | 'boolean';

/** What 2.4.1 knows. Source: Dovecot lib-http/http-client-settings.c; observed. */
const kinds24: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...[
    'user_agent',
    'rawlog_dir',
    'proxy_url',
    'proxy_socket_path',
    'proxy_username',
    'proxy_password',
    'dns_client_socket_path',
  ].map((name) => [name, 'text'] as const),
  ...[
    'connect_timeout',
    'request_timeout',
    'request_absolute_timeout',
    'max_idle_time',
    'soft_connect_timeout',
    'read_request_timeout',
    'write_request_timeout',
    'delete_request_timeout',
    'dns_ttl',
    'connect_backoff_time',
    'connect_backoff_max_time',
    'max_auto_retry_delay',
  ].map((name) => [name, 'time'] as const),
  ...[
    'request_max_attempts',
    'request_max_redirects',
    'max_connect_attempts',
    'max_parallel_connections',
    'max_pipelined_requests',
    'read_request_max_attempts',
    'write_request_max_attempts',
    'delete_request_max_attempts',
    'response_hdr_max_fields',
  ].map((name) => [name, 'number'] as const),
  ...[
    'socket_send_buffer_size',
    'socket_recv_buffer_size',
    'response_hdr_max_size',
    'response_hdr_max_field_size',
  ].map((name) => [name, 'size'] as const),
  ...['auto_redirect', 'auto_retry', 'proxy_ssl_tunnel'].map((name) => [name, 'boolean'] as const),
]);

/** Source: Dovecot lib-ssl-iostream/ssl-settings.c. */
const sslNames: ReadonlySet<string> = new Set([
  'ssl_client_ca_file',
  'ssl_client_ca_dir',
  'ssl_client_cert_file',
  'ssl_client_key_file',
  'ssl_client_key_password',
  'ssl_cipher_list',
  'ssl_cipher_suites',
  'ssl_curve_list',
  'ssl_min_protocol',
  'ssl_crypto_device',
  'ssl_client_require_valid_cert',
  'ssl_options',
]);

/** What 2.3 knows, and the name of 2.4 for it. Source: Dovecot 2.3 lib-lua/dlua-dovecot-http.c. */
const names23: ReadonlyMap<string, { readonly type: GivenSetting['type']; readonly name?: string }> = new Map<
  string,
  { type: GivenSetting['type']; name?: string }
>([
  ['user_agent', { type: 'string', name: 'user_agent' }],
  ['rawlog_dir', { type: 'string' }],
  ['max_idle_time_msecs', { type: 'number' }],
  ['no_auto_redirect', { type: 'boolean', name: 'auto_redirect' }],
  ['no_auto_retry', { type: 'boolean', name: 'auto_retry' }],
  ['max_redirects', { type: 'number', name: 'request_max_redirects' }],
  ['max_attempts', { type: 'number', name: 'request_max_attempts' }],
  ['max_connect_attempts', { type: 'number' }],
  ['connect_backoff_time_msecs', { type: 'number' }],
  ['connect_backoff_max_time_msecs', { type: 'number' }],
  ['request_absolute_timeout_msecs', { type: 'number', name: 'request_absolute_timeout' }],
  ['request_timeout_msecs', { type: 'number', name: 'request_timeout' }],
  ['connect_timeout_msecs', { type: 'number', name: 'connect_timeout' }],
  ['soft_connect_timeout_msecs', { type: 'number' }],
  ['max_auto_retry_delay_secs', { type: 'number', name: 'max_auto_retry_delay' }],
  ['debug', { type: 'boolean' }],
  ['proxy_url', { type: 'string', name: 'proxy_url' }],
]);

/** `timeout`, which public examples use, means the time for one attempt. */
const ALIAS = { key: 'timeout', stands: 'request_timeout_msecs' };

const wanted = { string: 'string', number: 'non-negative number', boolean: 'boolean', other: '' } as const;
const MAX_UNSIGNED = 0xffff_ffff;

/**
 * The settings as 2.3 reads them. Names that it does not know are ignored; without `strict`, those of 2.4 are read
 * where they can be.
 * @throws Error with Dovecot's words.
 */
export function readGiven23(given: readonly GivenSetting[], strict: boolean): SettingValues {
  const values = new Map<string, string>();
  for (const setting of given) {
    if (names23.has(setting.key)) readOne23(setting, values);
    else if (!strict) readIfFit(setting, values);
  }
  return values;
}

/**
 * The settings as 2.4 reads them. Without `strict` the names of 2.3 and Lua's booleans do as well.
 * @throws Error with Dovecot's words.
 */
export function readGiven24(given: readonly GivenSetting[], strict: boolean): SettingValues {
  const values = new Map<string, string>();
  for (const setting of given) {
    const isKnown = kinds24.has(setting.key) || sslNames.has(setting.key);
    if (isKnown) values.set(setting.key, textOf(setting, strict));
    else if (strict || !readOneLenient(setting, values)) throw new Error(`${setting.key} is unknown setting`);
  }
  for (const [name, text] of values) checkValue(name, text);
  checkTogether(values);
  return values;
}

// Unlike 2.4, whose process dies of a value that is no text.
function textOf({ key, type, text }: GivenSetting, strict: boolean): string {
  if (!strict && type === 'boolean') return text === 'true' ? 'yes' : 'no';
  if (text === undefined || type === 'boolean') throw new Error(`${key}: string expected`);
  return text;
}

/** What 2.3 does not know fails in no script there: neither does a value here that means nothing. */
function readIfFit(setting: GivenSetting, values: Map<string, string>): void {
  const read = new Map<string, string>();
  try {
    readOneLenient(setting, read);
  } catch {
    return;
  }
  for (const [name, text] of read) values.set(name, text);
}

/** False when it is no name of either release. */
function readOneLenient(setting: GivenSetting, values: Map<string, string>): boolean {
  const { key } = setting;
  if (kinds24.has(key) || sslNames.has(key)) {
    values.set(key, textOf(setting, false));
    checkValue(key, values.get(key) ?? '');
    return true;
  }
  const known = key === ALIAS.key ? ALIAS.stands : key;
  if (!names23.has(known)) return false;
  readOne23({ ...setting, key: known }, values);
  return true;
}

function readOne23(setting: GivenSetting, values: Map<string, string>): void {
  const { key, type, text = '' } = setting;
  const known = names23.get(key);
  if (!known) return;
  const isFit = type === known.type && (type !== 'number' || isUnsigned(text));
  if (!isFit) throw new Error(`${key}: ${wanted[known.type]} expected`);
  if (key === 'proxy_url') checkProxy(text, 'proxy_url is invalid');
  // Zero is what a setting is that nobody sets.
  if (known.name !== undefined && !(type === 'number' && Number(text) === 0))
    values.set(known.name, textFor24(setting));
}

function isUnsigned(text: string): boolean {
  const value = Number(text);
  return Number.isInteger(value) && value >= 0 && value <= MAX_UNSIGNED;
}

function textFor24({ key, type, text = '' }: GivenSetting): string {
  if (type === 'boolean') return text === 'true' ? 'no' : 'yes';
  return type === 'number' ? String(Number(text)) + unitOf(key) : text;
}

function unitOf(key: string): string {
  if (key.endsWith('_msecs')) return 'ms';
  return key.endsWith('_secs') ? 's' : '';
}

const checks: Readonly<Record<Kind, (text: string) => void>> = {
  text: () => undefined,
  time: (text) => {
    if (!/^(?:infinite|unlimited)$/.test(text)) parseTimeInterval(text, 'msecs');
  },
  number(text) {
    if (/^-\d+$/.test(text)) throw new Error(`Invalid number ${text}: Number too small`);
    if (!/^(?:\d+|unlimited)$/.test(text)) throw new Error(`Invalid number ${text}: Not a valid number`);
    if (Number(text) > MAX_UNSIGNED) throw new Error(`Invalid number ${text}: Number too large`);
  },
  size(text) {
    if (!/^(?:\d+ *(?:[bkmgt]i?b?)?|unlimited)$/i.test(text)) throw new Error(`Invalid size: ${text}`);
  },
  boolean(text) {
    if (!/^(?:yes|y|1|no)$/i.test(text)) throw new Error(`Invalid boolean value: ${text} (use yes or no)`);
  },
};

const PREFIX = 'http_client settings: ';

function checkValue(name: string, text: string): void {
  try {
    checks[kinds24.get(name) ?? 'text'](text);
  } catch (error) {
    const where = 'Failed to parse configuration: Failed to override configuration from hardcoded';
    throw new Error(`${PREFIX}${where}: Invalid http_client_${name}=${text}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** In milliseconds. Source: Dovecot lib-http/http-client.h, HTTP_CLIENT_DEFAULT_BACKOFF_TIME_MSECS and _MAX_TIME. */
const DEFAULT_BACKOFF_MS = { time: 100, maxTime: 60_000 };

// Source: Dovecot lib-http/http-client-settings.c, http_client_settings_check.
function checkTogether(values: SettingValues): void {
  const refuse = (reason: string) => new Error(`${PREFIX}Invalid settings: ${reason}`);
  const isZero = (name: string) => Number.parseInt(values.get(name) ?? '1', 10) === 0;
  const proxy = values.get('proxy_url') ?? '';
  if (proxy !== '') checkProxy(proxy, `${PREFIX}Invalid settings: Invalid http_client_proxy_url`);
  if (isZero('request_max_attempts')) throw refuse('request_max_attempts must not be 0');
  for (const name of ['max_pipelined_requests', 'max_parallel_connections'])
    if (isZero(name)) throw refuse(`http_client_${name} must not be 0`);
  if (isZero('connect_backoff_time')) throw refuse('http_client_connect_backoff_time_msecs must not be 0');
  const timeMs = backoff(values, 'connect_backoff_time', DEFAULT_BACKOFF_MS.time);
  const maxTimeMs = backoff(values, 'connect_backoff_max_time', DEFAULT_BACKOFF_MS.maxTime);
  if (maxTimeMs < timeMs) {
    const times = `http_client_connect_backoff_time_msecs (${maxTimeMs}) must not be smaller than`;
    throw refuse(`${times} http_client_connect_backoff_max_time_msecs (${timeMs})`);
  }
  if (isZero('request_timeout')) throw refuse('http_client_request_timeout_msecs must not be 0');
}

function backoff(values: SettingValues, name: string, otherwiseMs: number): number {
  const text = values.get(name);
  if (text === undefined) return otherwiseMs;
  return /^(?:infinite|unlimited)$/.test(text) ? MAX_UNSIGNED : parseTimeInterval(text, 'msecs');
}

function checkProxy(url: string, what: string): void {
  try {
    parseHttpUrl(url, { nameCharacters: true, allowUserinfo: true });
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
}
