import { expandVariables } from './dovecot-variables.ts';
import { DRIVER_LIST, listDrivers, OLD_DRIVER_LIST } from './push-config-23.ts';
import { driverProblem } from './push-config-problems.ts';
import type { ConfigVariables, ConfiguredDriver, PushConfig, UserPushConfig } from './push-config-types.ts';

type Settings = Readonly<Record<string, string>>;

/**
 * The drivers of one user: variables expanded (see userVariables), up to the first that cannot start. None when
 * the framework is not active. Start `fallback` in their place when not one of `drivers` starts. Never throws.
 *
 * Source: Dovecot 2.3 mail-user.c, mail_user_expand_plugins_envs: values are expanded before the driver list
 * is read. 2.4: each driver's settings are expanded when it starts.
 */
export function driversForUser(config: PushConfig, variables: ConfigVariables): UserPushConfig {
  if (config.activation.state !== 'active') return { drivers: [], fallback: [], settings: {} };
  return config.dialect === '2.3' ? forUser23(config, variables) : forUser24(config, variables);
}

function forUser23(config: PushConfig, variables: ConfigVariables): UserPushConfig {
  const { settings, failure } = expandPlugin(config.settings, variables);
  if (failure !== undefined) return { drivers: [], fallback: [], settings: {}, failure };
  const lines = new Map([...config.drivers, ...config.fallback].map(({ name, line }) => [name, line]));
  const list = (root: string) =>
    listDrivers(settings, root, (name) => lines.get(name) ?? 1).map((driver) => {
      const around = {
        dialect: config.dialect,
        plugins: config.plugins,
        settings,
        oxBlocks: new Set<string>(),
      };
      return withProblem(driver, driverProblem(driver, around)?.message);
    });
  const { drivers, stopped } = startable(list(DRIVER_LIST));
  const fallback = startable(list(OLD_DRIVER_LIST));
  const end = stopped ?? (drivers.length === 0 ? fallback.stopped : undefined);
  return { drivers, fallback: fallback.drivers, settings, ...(end ? { stopped: end } : {}) };
}

function expandPlugin(
  settings: Settings,
  variables: ConfigVariables,
): { settings: Settings; failure?: string } {
  const expanded: [string, string][] = [];
  for (const [key, value] of Object.entries(settings)) {
    const { text, problem } = expandVariables(value, variables, '2.3');
    if (problem !== undefined) {
      return { settings: {}, failure: `Failed to expand plugin setting ${key} = '${value}': ${problem}` };
    }
    expanded.push([key, text]);
  }
  return { settings: Object.fromEntries(expanded) };
}

function forUser24(config: PushConfig, variables: ConfigVariables): UserPushConfig {
  const { drivers, stopped } = startable(
    config.drivers.map((driver) => expandBlock(config, driver, variables)),
  );
  const settings = Object.entries(config.settings).map(
    ([key, value]) => [key, expandVariables(value, variables, '2.4').text] as const,
  );
  return { drivers, fallback: [], settings: Object.fromEntries(settings), ...(stopped ? { stopped } : {}) };
}

function expandBlock(
  config: PushConfig,
  driver: ConfiguredDriver,
  variables: ConfigVariables,
): ConfiguredDriver {
  let { problem } = driver;
  const settings = Object.entries({ ...driver.settings, ...userSettings(config, driver.name) }).map(
    ([key, value]) => {
      const expanded = expandVariables(value, variables, '2.4');
      if (expanded.problem !== undefined && belongsTo(driver, key)) {
        problem ??= expansionProblem(driver, key, expanded.problem);
      }
      return [key, expanded.text] as const;
    },
  );
  return withProblem({ ...driver, settings: Object.fromEntries(settings) }, problem);
}

/** What the user database sets: for all blocks, or for this one. */
function userSettings(config: PushConfig, block: string): Settings {
  const prefix = `push_notification/${block}/`;
  const fields = Object.entries(config.userFields);
  const general = fields.filter(([key]) => key.startsWith('lua_settings/'));
  const own = fields
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), value]);
  return Object.fromEntries([...general, ...own]) as Settings;
}

function belongsTo({ driver }: ConfiguredDriver, key: string): boolean {
  const kind = driver.toLowerCase();
  return (kind === 'ox' && !key.startsWith('lua_')) || (kind === 'lua' && key.startsWith('lua_'));
}

function expansionProblem({ driver }: ConfiguredDriver, key: string, problem: string): string {
  const [kind, set] = driver.toLowerCase() === 'lua' ? ['lua', 'dlua'] : ['ox', 'push_notification_ox'];
  const name = key.replace(/^ox_/, 'push_notification_ox_');
  return `${kind}: ${set} settings: Failed to parse configuration: Failed to expand ${name} setting variables: ${problem}`;
}

function startable(list: readonly ConfiguredDriver[]): Pick<UserPushConfig, 'drivers' | 'stopped'> {
  const failed = list.findIndex(({ problem }) => problem !== undefined);
  const driver = list[failed];
  if (driver?.problem === undefined) return { drivers: list };
  return { drivers: list.slice(0, failed), stopped: { driver, message: driver.problem } };
}

function withProblem(driver: ConfiguredDriver, problem: string | undefined): ConfiguredDriver {
  return problem === undefined ? driver : { ...driver, problem };
}
