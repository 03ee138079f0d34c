import type { ConfPlace, ConfSetting } from './dovecot-lines.ts';
import {
  isProtocolSection,
  placeOf,
  type ConfEntry,
  type ConfSection,
  type ConfTree,
} from './dovecot-tree.ts';
import type { Activation, PushDialect, PushProtocol } from './push-config-types.ts';

/** What `mail_plugins` comes to for one protocol; `place` is absent when the text does not set it. */
export interface PluginList {
  readonly names: readonly string[];
  readonly place?: ConfPlace;
}

/** More than there are; `$mail_plugins` on line after line must not make the list grow without end. */
const MAX_PLUGINS = 500;
/** Where and in which file Dovecot has its plugins, as Debian's packages do. */
const MODULE_DIR = '/usr/lib/dovecot/modules';

/** Whether the text says anything about plugins, be it for one protocol. */
export function mentionsPlugins({ entries }: Pick<ConfTree, 'entries'>): boolean {
  return entries.some((entry) => {
    if (entry.kind === 'include') return false;
    return entry.key === 'mail_plugins' || (isProtocol(entry) && mentionsPlugins(entry));
  });
}

function isProtocol(entry: ConfEntry): entry is ConfSection {
  return entry.kind === 'section' && entry.key === 'protocol';
}

/**
 * The plugins of a protocol's sessions. In 2.3 `$mail_plugins` is the value so far; in 2.4 a block adds to the
 * list and a line replaces it. `base` is what other files say.
 */
export function readPlugins(
  tree: ConfTree,
  of: { readonly protocol: PushProtocol; readonly dialect: PushDialect; readonly base: readonly string[] },
): PluginList {
  const add = of.dialect === '2.3' ? addPlugins23 : addPlugins24;
  let global: PluginList = { names: of.base };
  // What a protocol says holds against whatever the rest of the text says, but `$mail_plugins` is the value so far.
  let own: PluginList | undefined;
  const later: ConfEntry[] = [];
  for (const entry of tree.entries) {
    global = add(global, entry);
    if (!isProtocolSection(entry, of.protocol)) continue;
    if (of.dialect === '2.4') {
      later.push(...entry.entries);
      continue;
    }
    const before = own ?? global;
    const after = entry.entries.reduce(add, before);
    if (after !== before) own = after;
  }
  return own ?? later.reduce(add, global);
}

function addPlugins23(list: PluginList, entry: ConfEntry): PluginList {
  if (entry.kind !== 'setting' || entry.key !== 'mail_plugins') return list;
  const names = [...new Set(splitNames(entry.value))].flatMap((name) =>
    name === '$mail_plugins' && entry.form === 'variable' ? list.names : [name],
  );
  return { names: [...new Set(names)].slice(0, MAX_PLUGINS), place: placeOf(entry) };
}

function addPlugins24(list: PluginList, entry: ConfEntry): PluginList {
  if (entry.kind === 'include' || entry.key !== 'mail_plugins') return list;
  if (entry.kind === 'setting') return { names: splitNames(entry.value), place: placeOf(entry) };
  const names = new Set(list.names);
  for (const switched of settingsOf(entry)) {
    if (isOn(switched.value)) names.add(switched.key);
    else names.delete(switched.key);
  }
  return { names: [...names].slice(0, MAX_PLUGINS), place: placeOf(entry) };
}

export function settingsOf(section: ConfSection): readonly ConfSetting[] {
  return section.entries.filter((entry) => entry.kind === 'setting');
}

/** Source: Dovecot str-parse.c, str_parse_get_bool. */
export function isOn(value: string): boolean {
  return /^(yes|y|1)$/i.test(value);
}

function splitNames(value: string): string[] {
  return value.split(/[\s,]+/).filter((name) => name !== '');
}

/** `modules` are the plugins that are installed; absent: any may be. */
export function activationOf(
  names: readonly string[],
  of: {
    readonly dialect: PushDialect;
    readonly protocol: PushProtocol;
    readonly modules?: readonly string[];
  },
): Activation {
  const problem = loadProblem(names, of.dialect, of.modules);
  if (problem !== undefined) {
    const isDelivery = of.protocol === 'lmtp' || of.protocol === 'lda';
    const prefix = of.dialect === '2.4' && isDelivery ? 'Raw user initialization failed: ' : '';
    return { state: 'fatal', message: prefix + problem };
  }
  if (names.includes('push_notification')) return { state: 'active' };
  return { state: 'inactive', reason: `mail_plugins has no push_notification for ${of.protocol}` };
}

function loadProblem(
  names: readonly string[],
  dialect: PushDialect,
  modules: readonly string[] | undefined,
): string | undefined {
  const missing = names.find((name) => name.startsWith('$') || modules?.includes(name) === false);
  if (missing !== undefined) return `Plugin '${missing}' not found from directory ${MODULE_DIR}`;
  const has = (name: string) => names.includes(name);
  if (has('push_notification') && !has('notify')) {
    const hint = dialect === '2.4' ? ' (you must set: mail_plugins=$mail_plugins notify)' : '';
    return loadError('lib20_push_notification_plugin.so', `Plugin notify must be loaded also${hint}`);
  }
  if (!has('push_notification_lua') || (has('push_notification') && has('mail_lua'))) return undefined;
  const file = 'lib22_push_notification_lua_plugin.so';
  const symbol = has('mail_lua') ? 'push_notification_driver_register' : 'dlua_dovecot_register';
  return loadError(file, `dlopen() failed: ${MODULE_DIR}/${file}: undefined symbol: ${symbol}`);
}

function loadError(file: string, reason: string): string {
  return `Couldn't load required plugin ${MODULE_DIR}/${file}: ${reason}`;
}
