import { expandVariables, userVariables } from './dovecot-variables.ts';
import type { ConfSetting } from './dovecot-lines.ts';
import {
  DRIVER_LIST,
  OLD_DRIVER_LIST,
  readDriver,
  readPluginSettings,
  type PluginSettings,
} from './push-config-23.ts';
import type { Findings } from './push-config-advice.ts';
import type { Diagnostics } from './push-config-diagnostics.ts';
import type { ConfiguredDriver } from './push-config-types.ts';

/** What can only be said about `plugin { }`. */
export function adviseOld(to: Diagnostics, { entries, config, configured }: Findings): void {
  const plugin = readPluginSettings(entries);
  adviseUnread(to, plugin, configured);
  adviseVariables(to, plugin, config.protocol);
  const isBackendUsed = configured.length === 0 || configured[0]?.problem !== undefined;
  for (const driver of isBackendUsed ? [...configured, ...config.fallback] : configured) {
    const setting = plugin.get(driver.name);
    if (setting) adviseOptions(to, setting);
  }
}

/** Settings that look like drivers and are not read. */
function adviseUnread(
  to: Diagnostics,
  plugin: PluginSettings,
  configured: readonly ConfiguredDriver[],
): void {
  const read = new Set(configured.map(({ name }) => name));
  for (const [key, setting] of plugin) {
    if (key.startsWith(DRIVER_LIST) && !read.has(key)) {
      to.add(
        'warning',
        'driver-not-read',
        setting,
        `${key} is never read: ${whyUnread(key, plugin, configured)}`,
      );
    } else if (key.startsWith(OLD_DRIVER_LIST) && configured.some(({ problem }) => problem === undefined)) {
      const message = `${key} is not read: it is the old name, for a text without ${DRIVER_LIST}`;
      to.add('info', 'old-name-not-read', setting, message);
    }
  }
}

function whyUnread(key: string, plugin: PluginSettings, configured: readonly ConfiguredDriver[]): string {
  const suffix = key.slice(DRIVER_LIST.length);
  if (plugin.get(key)?.value === '') return 'it is empty, and the list of drivers ends there';
  if (suffix === '1') return 'the first driver has no number';
  if (!/^[1-9][0-9]*$/.test(suffix))
    return `drivers are called ${DRIVER_LIST}, ${DRIVER_LIST}2, ${DRIVER_LIST}3 and so on`;
  const end = configured.length === 0 ? DRIVER_LIST : `${DRIVER_LIST}${configured.length + 1}`;
  return `${end} is ${plugin.has(end) ? 'empty' : 'missing'}`;
}

/** A percent sign of a URL, as `%40`, that is not doubled. */
const LONE_ESCAPE = /(%+)([0-9A-Fa-f]{0,2})/g;

function adviseVariables(to: Diagnostics, plugin: PluginSettings, service: string): void {
  const variables = userVariables({ user: 'user@example.com', service, home: '/home/user' });
  for (const [key, setting] of plugin) {
    const { problem } = expandVariables(setting.value, variables, '2.3');
    if (problem !== undefined) {
      const message = `Mail does not work at all with this: ${problem} in ${key}. A percent sign is written %%`;
      to.add('error', 'unknown-variable', setting, message);
      continue;
    }
    if (!key.startsWith('push_notification_')) continue;
    for (const [, signs = '', hex = ''] of setting.value.matchAll(LONE_ESCAPE)) {
      if (signs.length % 2 === 0 || hex.length < 2) continue;
      to.add('warning', 'percent-is-variable', setting, `%${hex} is taken for a variable: write %%${hex}`);
    }
  }
}

const OX_OPTIONS = ['url', 'user_from_metadata', 'cache_lifetime', 'max_retries', 'timeout_msecs'];
const OPTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ox', OX_OPTIONS],
  ['lua', ['file']],
]);

function adviseOptions(to: Diagnostics, setting: ConfSetting): void {
  const { driver, args, settings } = readDriver(setting.value);
  const kind = driver.toLowerCase();
  for (const option of Object.keys(settings)) {
    if (OPTIONS.get(kind)?.includes(option) !== false) continue;
    to.add(
      'warning',
      'unknown-option',
      setting,
      `${driver} has no option ${option}: Dovecot ignores it${isTyped(kind, option)}`,
    );
  }
  if (kind === 'dlog' && args) {
    to.add(
      'info',
      'unknown-option',
      setting,
      'dlog has no options: Dovecot writes them into the log and ignores them',
    );
  }
  if (kind === 'ox') adviseOx(to, setting, settings);
}

/** The option as Dovecot spells it, when only the case differs. */
function isTyped(kind: string, option: string): string {
  const meant = OPTIONS.get(kind)?.find((known) => known === option.toLowerCase());
  return meant === undefined ? '' : `; it is spelt ${meant}`;
}

function adviseOx(to: Diagnostics, setting: ConfSetting, settings: Readonly<Record<string, string>>): void {
  const { user_from_metadata: fromMetadata, url = '' } = settings;
  if (fromMetadata) {
    const message = `user_from_metadata=${fromMetadata} still switches it on: only leaving it out switches it off`;
    to.add(/^(yes|y|1|true|on)$/i.test(fromMetadata) ? 'info' : 'warning', 'presence-flag', setting, message);
  }
  for (const [option, fallback] of [
    ['max_retries', '1'],
    ['timeout_msecs', '2000'],
  ] as const) {
    const value = settings[option];
    if (value === undefined || isUnsigned(value)) continue;
    to.add(
      'warning',
      'not-a-number',
      setting,
      `${option}=${value} is not a number: Dovecot takes ${fallback}`,
    );
  }
  if (/^https?:\/\/[^/?#@:]*:[^/?#@]+@/i.test(url)) {
    const message = 'With mail_debug = yes Dovecot 2.3 writes this URL, password and all, into its log';
    to.add('info', 'password-in-log', setting, message);
  }
}

function isUnsigned(value: string): boolean {
  return /^[0-9]+$/.test(value) && Number(value) <= 0xffff_ffff;
}
