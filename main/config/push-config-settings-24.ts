import { parseTimeInterval } from './dovecot-time.ts';
import { isOn } from './push-config-plugins.ts';

/** What a setting of 2.4 may hold; `list` is a section of `key = value`. */
export type SettingType = 'text' | 'time' | 'seconds' | 'boolean' | 'number' | 'size' | 'file' | 'list';

const HTTP_CLIENT: Readonly<Record<SettingType, string>> = {
  text: 'dns_client_socket_path user_agent proxy_socket_path proxy_url proxy_username proxy_password rawlog_dir',
  time:
    'dns_ttl max_idle_time connect_backoff_time connect_backoff_max_time request_absolute_timeout request_timeout ' +
    'read_request_timeout write_request_timeout delete_request_timeout connect_timeout soft_connect_timeout',
  seconds: 'max_auto_retry_delay',
  boolean: 'auto_redirect auto_retry proxy_ssl_tunnel',
  number:
    'max_parallel_connections max_pipelined_requests request_max_redirects request_max_attempts ' +
    'read_request_max_attempts write_request_max_attempts delete_request_max_attempts max_connect_attempts ' +
    'response_hdr_max_fields',
  size: 'response_hdr_max_size response_hdr_max_field_size socket_send_buffer_size socket_recv_buffer_size',
  file: '',
  list: '',
};

/**
 * The settings that may stand in a `push_notification` block and mean something there, by full name.
 * Source: Dovecot 2.4 push-notification-settings.c, dlua-script settings, http-client-settings.c.
 */
const SETTINGS: ReadonlyMap<string, SettingType> = new Map<string, SettingType>([
  ['push_notification_name', 'text'],
  ['push_notification_driver', 'text'],
  ['push_notification_ox_url', 'text'],
  ['push_notification_ox_cache_ttl', 'time'],
  ['push_notification_ox_user_from_metadata', 'boolean'],
  ['lua_file', 'file'],
  ['lua_settings', 'list'],
  ['mail_plugins', 'list'],
  ['ssl_client_require_valid_cert', 'boolean'],
  ...Object.entries(HTTP_CLIENT).flatMap(([type, names]) =>
    names.split(' ').map((name) => [`http_client_${name}`, type as SettingType] as const),
  ),
]);

/** Families whose members are all ours to know: a name that is not in the list does not exist. */
const KNOWN_FAMILIES = /^(push_notification|http_client|lua)_/;
/** Families of other settings, which Dovecot takes in a block as well; they have no effect on the drivers. */
const OTHER_FAMILIES =
  /^(mail|imap|lmtp|lda|log|ssl|dns|dict|fs|auth|quota|event|stats|verbose|hostname)(_|$)/;

/** Type of a full name; undefined when the setting does not exist or is not one that matters here. */
export function settingType(fullName: string): SettingType | undefined {
  return SETTINGS.get(fullName.replace(/\/[\s\S]*$/, ''));
}

/**
 * The full name that `key` has in the block `push_notification NAME`: that of the block's own prefix, of the
 * general prefix, or the key itself; undefined: unknown to Dovecot.
 *
 * Source: Dovecot 2.4 config-parser.c, config_apply_line_full.
 */
export function resolveName(block: string, key: string): string | undefined {
  const prefixes = [`push_notification_${block.replaceAll('/', '_')}_`, 'push_notification_', ''];
  const names = prefixes.map((prefix) => prefix + key);
  const known = names.find((name) => settingType(name) !== undefined);
  return known ?? (isOther(key) ? key : undefined);
}

function isOther(key: string): boolean {
  return !KNOWN_FAMILIES.test(key) && OTHER_FAMILIES.test(key);
}

/** What Dovecot says about a key that a block cannot have, and which name it proposes. */
export function unknownInBlock(block: string, key: string): string {
  const own = `push_notification_${block.replaceAll('/', '_')}_${key}`;
  const meant = [...SETTINGS.keys()].filter(
    (name) => /^push_notification_[^_]+_(.*)$/.exec(name)?.[1] === key,
  );
  const hint = meant.length === 0 ? '' : ` Did you mean ${meant.join(', ')}?`;
  return `Unknown setting: ${key} (push_notification_${key} or ${own} not found either.${hint})`;
}

/** Settings of 2.3 that people still have in their files. */
const OLD_SETTINGS: ReadonlySet<string> = new Set([
  'mail_location',
  'mail_attribute_dict',
  'mail_lua_script',
]);

/** Whether Dovecot refuses the name at the top level, as far as we know its settings. */
export function isUnknownAtTop(key: string): boolean {
  return OLD_SETTINGS.has(key) || (KNOWN_FAMILIES.test(key) && settingType(key) === undefined);
}

/** What Dovecot says about a value when it reads the file; one with a variable is not looked at. */
export function valueProblem(type: SettingType | undefined, value: string): string | undefined {
  if (type === undefined || value.includes('%{')) return undefined;
  if (type === 'boolean') return booleanProblem(value);
  if (value === 'unlimited' || value === 'infinite') return undefined;
  if (type === 'number') return numberProblem(value);
  if (type !== 'time' && type !== 'seconds') return undefined;
  const interval = parseTimeInterval(value, type === 'time' ? 'msecs' : 'secs');
  return interval.ok ? undefined : interval.message;
}

function booleanProblem(value: string): string | undefined {
  return isOn(value) || /^no$/i.test(value) ? undefined : `Invalid boolean value: ${value} (use yes or no)`;
}

function numberProblem(value: string): string | undefined {
  if (/^-[0-9]+$/.test(value)) return `Invalid number ${value}: Number too small`;
  if (!/^[0-9]+$/.test(value)) return `Invalid number ${value}: Not a valid number`;
  return Number(value) > 0xffff_ffff ? `Invalid number ${value}: Number too large` : undefined;
}
