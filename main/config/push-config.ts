import path from 'node:path';
import { userVariables } from './dovecot-variables.ts';
import type { ConfSetting } from './dovecot-lines.ts';
import { entriesFor, readConfTree, type ConfEntry, type ConfTree } from './dovecot-tree.ts';
import { DRIVER_LIST, listDrivers, OLD_DRIVER_LIST, readPluginSettings } from './push-config-23.ts';
import {
  blockDriver,
  crashOf,
  hasOxSetting,
  readBlocks,
  readTopLevel,
  readUserFields,
} from './push-config-24.ts';
import { advise } from './push-config-advice.ts';
import { createDiagnostics } from './push-config-diagnostics.ts';
import { activationOf, mentionsPlugins, readPlugins, type PluginList } from './push-config-plugins.ts';
import { driverProblem } from './push-config-problems.ts';
import {
  laterRefusal,
  refusals23,
  refusals24,
  type FileCheck,
  type Refusal,
} from './push-config-refusals.ts';
import type {
  Activation,
  ConfiguredDriver,
  ConfigVariables,
  PushConfig,
  PushDialect,
  PushProtocol,
} from './push-config-types.ts';
import { driversForUser } from './push-config-user.ts';

export { driversForUser } from './push-config-user.ts';
export { expandVariables, userVariables } from './dovecot-variables.ts';
export { parseTimeInterval } from './dovecot-time.ts';
export type * from './push-config-types.ts';

export interface PushConfigOptions {
  readonly dialect: PushDialect;
  /** Whose sessions are asked about; lmtp when absent. */
  readonly protocol?: PushProtocol;
  /**
   * The plugins that are loaded besides what the text says (Dovecot's `$mail_plugins`). Absent: a text that does
   * not mention mail_plugins is taken as a part of a configuration that loads them all.
   */
  readonly pluginBase?: readonly string[];
  /** The plugins that are installed; absent: any name may be one. */
  readonly modules?: readonly string[];
  /** The user by whom variables are tried out for the diagnostics; see userVariables. */
  readonly variables?: ConfigVariables;
  /** The folder of the text's file: 2.4 takes file names as relative to it. Absent: they stay as they are. */
  readonly folder?: string;
  /** 2.4 does not take a text that names a lua_file that is not there. Absent: every file is. */
  readonly fileProblem?: FileCheck;
}

const PROTOCOLS: readonly PushProtocol[] = ['lmtp', 'lda', 'imap', 'doveadm'];
const ALL_PLUGINS = ['notify', 'push_notification', 'mail_lua', 'push_notification_lua'];
/** From here on ox has its own defaults and the section push_notification_ox (settings-history-core.txt). */
const NEWER_VERSION = [2, 4, 4];

interface Reading {
  readonly tree: ConfTree;
  readonly entries: readonly ConfEntry[];
  readonly options: PushConfigOptions;
  readonly protocol: PushProtocol;
  readonly plugins: PluginList;
  readonly topLevel: ReadonlyMap<string, ConfSetting>;
  readonly isNewer: boolean;
}

/**
 * Reads what a Dovecot configuration, or a part of one, says about push notifications. Pure; never throws,
 * whatever the text: what is wrong stands in `diagnostics`. Time grows with the length of the text only.
 *
 * Source: Dovecot push-notification-plugin.c, config-parser.c; the recordings of 2.3.19 and 2.4.1.
 */
export function parsePushConfig(text: string, options: PushConfigOptions): PushConfig {
  const { dialect, protocol = 'lmtp' } = options;
  const tree = readConfTree(text, dialect);
  const entries = entriesFor(tree, protocol);
  const topLevel = readTopLevel(entries);
  const isNewer = isNewerVersion(topLevel.get('dovecot_config_version')?.value ?? '');
  const plugins = pluginsFor(tree, options, protocol);
  const reading: Reading = { tree, entries, options, protocol, plugins, topLevel, isNewer };
  const { config, refusals } = dialect === '2.3' ? read23(reading) : read24(reading);
  const activation = refusedBy(refusals) ?? config.activation;
  const activeProtocols =
    activation.state === 'refused' ? [] : PROTOCOLS.filter((other) => isActive(reading, other));
  const drivers = activation.state === 'refused' ? [] : config.drivers;
  const result = { ...config, activation, activeProtocols, drivers };
  const diagnostics = createDiagnostics();
  advise(diagnostics, {
    lines: text.split('\n'),
    tree,
    entries,
    plugins,
    refusals,
    config: result,
    configured: withProblem(config, reading).drivers,
  });
  return { ...result, diagnostics: diagnostics.list() };
}

function pluginsFor(tree: ConfTree, options: PushConfigOptions, protocol: PushProtocol): PluginList {
  const { dialect, pluginBase } = options;
  if (pluginBase === undefined && !mentionsPlugins(tree)) return { names: ALL_PLUGINS };
  return readPlugins(tree, { protocol, dialect, base: pluginBase ?? [] });
}

function isActive({ tree, options }: Reading, protocol: PushProtocol): boolean {
  const { names } = pluginsFor(tree, options, protocol);
  return activationOf(names, { ...options, protocol }).state === 'active';
}

function isNewerVersion(version: string): boolean {
  const parts = version.split('.').map(Number);
  const differing = NEWER_VERSION.findIndex((part, index) => part !== (parts[index] ?? 0));
  return differing < 0 || (parts[differing] ?? 0) > (NEWER_VERSION[differing] ?? 0);
}

function refusedBy([first]: readonly Refusal[]): Activation | undefined {
  return first && { state: 'refused', message: first.message, line: first.line };
}

type Read = { readonly config: PushConfig; readonly refusals: readonly Refusal[] };

function emptyConfig({ options, protocol, plugins }: Reading): PushConfig {
  const activation = activationOf(plugins.names, { ...options, protocol });
  return {
    dialect: options.dialect,
    protocol,
    activation,
    activeProtocols: [],
    drivers: [],
    fallback: [],
    settings: {},
    userFields: {},
    plugins: plugins.names,
    diagnostics: [],
  };
}

function read23(reading: Reading): Read {
  const plugin = readPluginSettings(reading.entries);
  const settings = Object.fromEntries([...plugin].map(([key, { value }]) => [key, value]));
  const list = (root: string) => listDrivers(settings, root, (name) => plugin.get(name)?.line ?? 1);
  const drivers = list(DRIVER_LIST);
  const config = { ...emptyConfig(reading), settings, drivers, fallback: list(OLD_DRIVER_LIST) };
  return { config: withProblem(config, reading), refusals: refusals23(reading.tree) };
}

/** With the problem that an example user would have: it may show only when variables are expanded. */
function withProblem(config: PushConfig, { options, protocol }: Reading): PushConfig {
  const example = { user: 'user@example.com', service: protocol, home: '/home/user' };
  const variables = options.variables ?? userVariables(example);
  const { stopped } = driversForUser({ ...config, activation: { state: 'active' } }, variables);
  if (!stopped) return config;
  const mark = (driver: ConfiguredDriver) =>
    driver.name === stopped.driver.name ? { ...driver, problem: stopped.message } : driver;
  return { ...config, drivers: config.drivers.map(mark), fallback: config.fallback.map(mark) };
}

function read24(reading: Reading): Read {
  const { tree, entries, topLevel, isNewer, options } = reading;
  const blocks = readBlocks(entries);
  const drivers = blocks.map((block) => resolveFile(blockDriver(block, topLevel, isNewer), options.folder));
  const rules = { hasOxFilter: isNewer, fileProblem: options.fileProblem };
  const refusals = [
    ...refusals24(tree, rules),
    ...drivers.flatMap((driver) => laterRefusals(driver, isNewer)),
  ];
  const around = {
    dialect: options.dialect,
    plugins: reading.plugins.names,
    settings: {},
    oxBlocks: new Set(blocks.filter(hasOxSetting).map(({ name }) => name)),
  };
  const config: PushConfig = {
    ...emptyConfig(reading),
    settings: Object.fromEntries([...topLevel].map(([key, { value }]) => [key, value])),
    userFields: readUserFields(entries),
    drivers: drivers.map((driver) => {
      const problem = driverProblem(driver, around)?.message;
      return problem === undefined ? driver : { ...driver, problem };
    }),
  };
  const crash = crashOf(config, isNewer);
  return { config: crash ? { ...config, activation: crash } : config, refusals };
}

function resolveFile(driver: ConfiguredDriver, folder: string | undefined): ConfiguredDriver {
  const { lua_file: file } = driver.settings;
  if (!file || folder === undefined || file.startsWith('inline:')) return driver;
  return { ...driver, settings: { ...driver.settings, lua_file: path.resolve(folder, file) } };
}

function laterRefusals(driver: ConfiguredDriver, isNewer: boolean): readonly Refusal[] {
  const message = laterRefusal(driver, isNewer);
  return message === undefined
    ? []
    : [{ line: driver.line, column: 1, endColumn: 1, code: 'bad-value', message }];
}
