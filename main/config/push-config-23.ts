import type { ConfSetting } from './dovecot-lines.ts';
import type { ConfEntry } from './dovecot-tree.ts';
import { settingsOf } from './push-config-plugins.ts';
import type { ConfiguredDriver } from './push-config-types.ts';

/** The list of drivers in `plugin {}`, and the name it had in the first release. */
export const DRIVER_LIST = 'push_notification_driver';
export const OLD_DRIVER_LIST = 'push_notification_backend';

/** Plugin settings by name: the last one of a name counts. */
export type PluginSettings = ReadonlyMap<string, ConfSetting>;

/** The settings of all `plugin {}` sections. */
export function readPluginSettings(entries: readonly ConfEntry[]): PluginSettings {
  const settings = new Map<string, ConfSetting>();
  for (const entry of entries) {
    if (entry.kind !== 'section' || entry.key !== 'plugin') continue;
    for (const setting of settingsOf(entry)) settings.set(setting.key, setting);
  }
  return settings;
}

/**
 * The drivers of a list: `root`, `root2`, `root3`…, up to the first that is missing or empty.
 *
 * Source: Dovecot push-notification-plugin.c, push_notification_config_init.
 */
export function listDrivers(
  settings: Readonly<Record<string, string>>,
  root: string,
  lineOf: (name: string) => number,
): ConfiguredDriver[] {
  const drivers: ConfiguredDriver[] = [];
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? root : `${root}${number}`;
    const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (!value) return drivers;
    drivers.push({ name, line: lineOf(name), ...readDriver(value) });
  }
}

/**
 * Reads `NAME:ARGS`. Only the first colon counts, only spaces part the options, nothing can be quoted.
 *
 * Source: Dovecot push-notification-drivers.c, push_notification_driver_init and …_parse_config.
 */
export function readDriver(value: string): Pick<ConfiguredDriver, 'driver' | 'args' | 'settings'> {
  const colon = value.indexOf(':');
  if (colon < 0) return { driver: value, settings: {} };
  const args = value.slice(colon + 1);
  const options = args.split(' ').filter((item) => item !== '');
  return { driver: value.slice(0, colon), args, settings: Object.fromEntries(options.map(readOption)) };
}

function readOption(item: string): [key: string, value: string] {
  const equals = item.indexOf('=');
  return equals < 0 ? [item, ''] : [item.slice(0, equals), item.slice(equals + 1)];
}
