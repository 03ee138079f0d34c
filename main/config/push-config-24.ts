import type { ConfSetting } from './dovecot-lines.ts';
import type { ConfEntry, ConfSection } from './dovecot-tree.ts';
import { settingsOf } from './push-config-plugins.ts';
import { resolveName } from './push-config-settings-24.ts';
import type { Activation, ConfiguredDriver, PushConfig } from './push-config-types.ts';

/** One `push_notification NAME { }`, all its places in the text taken together. */
export interface PushBlock {
  readonly name: string;
  /** Of its first place, which is its place in the list. */
  readonly line: number;
  /** By full name, `lua_settings/KEY` for the members of lua_settings: the last one of a name counts. */
  readonly settings: ReadonlyMap<string, ConfSetting>;
}

/** The time-out and the attempts that newer versions have for ox; see ConfiguredDriver. */
export const NEWER_OX_DEFAULTS: Readonly<Record<string, string>> = {
  http_client_request_timeout: '2s',
  http_client_request_max_attempts: '2',
};

/** Each takes over what the top level says; nobody has more, and a text must not cost more than its length. */
export const MAX_BLOCKS = 100;

/** The blocks in the order in which their names first appear, MAX_BLOCKS of them at most. */
export function readBlocks(entries: readonly ConfEntry[]): readonly PushBlock[] {
  const blocks = new Map<string, { name: string; line: number; settings: Map<string, ConfSetting> }>();
  for (const entry of entries) {
    if (entry.kind !== 'section' || entry.key !== 'push_notification' || !entry.name) continue;
    if (blocks.size === MAX_BLOCKS && !blocks.has(entry.name)) continue;
    const block = blocks.get(entry.name) ?? { name: entry.name, line: entry.line, settings: new Map() };
    blocks.set(entry.name, block);
    addSettings(block.settings, entry.entries, (key) => resolveName(block.name, key));
  }
  return [...blocks.values()];
}

/** Settings of the top level, by full name as in PushBlock; `push_notification_ox { }` of newer versions counts too. */
export function readTopLevel(entries: readonly ConfEntry[]): ReadonlyMap<string, ConfSetting> {
  const settings = new Map<string, ConfSetting>();
  addSettings(settings, entries, (key) => key);
  return settings;
}

function addSettings(
  settings: Map<string, ConfSetting>,
  entries: readonly ConfEntry[],
  resolve: (key: string) => string | undefined,
): void {
  for (const entry of entries) {
    if (entry.kind === 'setting') {
      const name = resolve(entry.key);
      if (name !== undefined) settings.set(name, entry);
    } else if (entry.kind === 'section') addSection(settings, entry);
  }
}

function addSection(settings: Map<string, ConfSetting>, section: ConfSection): void {
  for (const setting of settingsOf(section)) {
    if (section.key === 'lua_settings') settings.set(`lua_settings/${setting.key}`, setting);
    else if (section.key === 'push_notification_ox') {
      settings.set(resolveName('ox', setting.key) ?? setting.key, setting);
    }
  }
}

/** The block as a driver, with what the top level says for all of them. */
export function blockDriver(
  block: PushBlock,
  topLevel: ReadonlyMap<string, ConfSetting>,
  newerDefaults: boolean,
): ConfiguredDriver {
  const shared = [...topLevel].filter(([name]) => /^(push_notification_|lua_|http_client_|ssl_)/.test(name));
  const all = new Map([...shared, ...block.settings].map(([name, { value }]) => [name, value]));
  const driver = all.get('push_notification_driver') || block.name;
  const isNewOx = newerDefaults && driver.toLowerCase() === 'ox';
  const settings = [...all].filter(([name]) => !/^push_notification_(driver|name)$/.test(name));
  return {
    name: block.name,
    line: block.line,
    driver,
    settings: {
      ...(isNewOx ? NEWER_OX_DEFAULTS : {}),
      ...Object.fromEntries(
        settings.map(([name, value]) => [name.replace(/^push_notification_ox_/, 'ox_'), value]),
      ),
    },
  };
}

/** Whether the block has a setting of the ox driver itself: one without is a filter that Dovecot does not find. */
export function hasOxSetting({ settings }: PushBlock): boolean {
  return [...settings.keys()].some((name) => name.startsWith('push_notification_ox_'));
}

/** 2.4.1 dies of a variable in lua_file; newer ones expand it. */
export function crashOf({ activation, drivers }: PushConfig, isNewer: boolean): Activation | undefined {
  const started = drivers.slice(
    0,
    drivers.findIndex(({ problem }) => problem !== undefined) + 1 || drivers.length,
  );
  const isFatal = started.some(
    ({ driver, settings, problem }) =>
      driver.toLowerCase() === 'lua' && problem === undefined && settings['lua_file']?.includes('%{'),
  );
  if (isNewer || activation.state !== 'active' || !isFatal) return undefined;
  return { state: 'fatal', message: 'The process is killed with signal 11: lua_file has a variable in it' };
}

/** `userdb static { fields { KEY = VALUE } }` */
export function readUserFields(entries: readonly ConfEntry[]): Readonly<Record<string, string>> {
  const userdbs = entries.filter((entry) => entry.kind === 'section' && entry.key === 'userdb');
  const fields = userdbs
    .flatMap((userdb) => (userdb.kind === 'section' ? userdb.entries : []))
    .flatMap((entry) => (entry.kind === 'section' && entry.key === 'fields' ? settingsOf(entry) : []));
  return Object.fromEntries(fields.map(({ key, value }) => [key, value]));
}
