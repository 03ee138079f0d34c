import {
  FRAMEWORK_SOURCE,
  initDrivers,
  type ActiveDriver,
  type DriverListHost,
  type DriverRegistry,
  type LogSink,
} from '#framework';
import {
  driversForUser,
  expandVariables,
  type ConfiguredDriver,
  type ConfigVariables,
} from '../config/push-config.ts';
import type { ServerConfig } from './server-config.ts';

/** Whose drivers are started, and with what. */
export interface SessionDriversOptions {
  readonly config: ServerConfig;
  readonly registry: DriverRegistry;
  readonly variables: ConfigVariables;
  readonly host: Omit<DriverListHost, 'setting' | 'dialect'> & { readonly sink: LogSink };
}

/** The user's mail does not work at all; the message is Dovecot's. */
export class SessionFailure extends Error {
  override readonly name = 'SessionFailure';
}

/**
 * Starts the drivers of one user in the order of Dovecot, with its lines in the log.
 * @throws SessionFailure when the configuration lets nobody in.
 */
export async function startSessionDrivers(options: SessionDriversOptions): Promise<readonly ActiveDriver[]> {
  const { config, registry, host } = options;
  const { drivers, fallback, stopped, settings, failure } = driversForUser(config.push, options.variables);
  if (failure !== undefined) throw new SessionFailure(failure);
  const listHost: DriverListHost = {
    ...host,
    dialect: config.push.dialect,
    settings,
    expand: (template) => expandVariables(template, options.variables, config.push.dialect),
    // Not a plugin setting in 2.3, but ox looks there for the server's certificates.
    setting: (name) => settings[name] ?? (name.startsWith('ssl_') ? config.settings.get(name) : undefined),
  };
  const started = (await initDrivers(drivers, registry, listHost)).drivers;
  if (stopped) await reportStop(stopped, registry, listHost);
  return started.length > 0 ? started : (await initDrivers(fallback, registry, listHost)).drivers;
}

// A driver that fails may have written lines before it does; the error itself is the configuration's word for it.
async function reportStop(
  { driver, message }: { readonly driver: ConfiguredDriver; readonly message: string },
  registry: DriverRegistry,
  host: DriverListHost,
): Promise<void> {
  const lines: Parameters<LogSink>[] = [];
  const trial = registry.has(driver.driver.toLowerCase())
    ? await initDrivers([driver], registry, { ...host, sink: (...line) => void lines.push(line) })
    : undefined;
  if (trial && trial.problems.length > 0) {
    for (const [source, entry] of lines) if (source !== FRAMEWORK_SOURCE) host.sink?.(source, entry);
  }
  host.sink?.(FRAMEWORK_SOURCE, { atMs: host.clock(), level: 'error', text: message });
}

/** Ends the drivers, one after the other; each waits for what it has still out. */
export async function endSessionDrivers(drivers: readonly ActiveDriver[]): Promise<void> {
  for (const { driver, trace } of drivers) {
    try {
      await driver.deinit?.();
    } catch (error) {
      trace.error(`deinit failed: ${String(error)}`);
    }
  }
}
