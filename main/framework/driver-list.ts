import { z } from 'zod';
import type { Driver, DriverDefinition, DriverSettings } from './driver.ts';
import { DriverInitError, errorText } from './errors.ts';
import { createTrace, type Trace } from './trace.ts';

/** The drivers there are, by lower-case name. */
export type DriverRegistry = ReadonlyMap<string, DriverDefinition>;

/** A started driver with its own log. */
export interface ActiveDriver {
  readonly name: string;
  readonly driver: Driver;
  readonly trace: Trace;
}

/** The drivers of one user, and what was not started with the reason in Dovecot's words. */
export interface DriverList {
  readonly drivers: readonly ActiveDriver[];
  readonly problems: readonly DriverProblem[];
}

export interface DriverProblem {
  readonly driver: string;
  readonly message: string;
}

/**
 * Builds the registry.
 * @throws Error when two drivers share a name: a mistake in the program, not in a configuration.
 */
export function createDriverRegistry(definitions: readonly DriverDefinition[]): DriverRegistry {
  const registry = new Map<string, DriverDefinition>();
  for (const definition of definitions) {
    if (registry.has(definition.name)) throw new Error(`Driver ${definition.name} is registered twice`);
    registry.set(definition.name, definition);
  }
  return registry;
}

/**
 * Starts the configured drivers in order and stops at the first that fails; the ones before it stay.
 *
 * Source: Dovecot push-notification-plugin.c, push_notification_config_init.
 */
export function initDrivers(
  configured: readonly DriverSettings[],
  registry: DriverRegistry,
  host: { readonly user: string; readonly clock: () => number },
): DriverList {
  const drivers: ActiveDriver[] = [];
  for (const [index, settings] of configured.entries()) {
    const trace = createTrace(host.clock);
    try {
      const { name, driver } = initDriver(settings, registry, { user: host.user, log: trace });
      drivers.push({ name, driver, trace });
    } catch (error) {
      return { drivers, problems: describeStop(configured, index, error) };
    }
  }
  return { drivers, problems: [] };
}

function initDriver(
  settings: DriverSettings,
  registry: DriverRegistry,
  host: { readonly user: string; readonly log: Trace },
): { name: string; driver: Driver } {
  const definition = registry.get(settings.driver.toLowerCase());
  if (!definition) throw new DriverInitError(`Unknown push notification driver: ${settings.driver}`);
  const parsed = definition.settings.safeParse(settings.settings);
  if (!parsed.success) throw new DriverInitError(`${settings.driver}: ${z.prettifyError(parsed.error)}`);
  const config = settings.args === undefined ? {} : { args: settings.args };
  return { name: definition.name, driver: definition.init({ settings: parsed.data, ...config }, host) };
}

function describeStop(
  configured: readonly DriverSettings[],
  failed: number,
  error: unknown,
): DriverProblem[] {
  const first = configured[failed];
  const skipped = configured.slice(failed + 1);
  return [
    { driver: first?.driver ?? '', message: errorText(error) },
    ...skipped.map(({ driver }) => ({
      driver,
      message: `Not started: the driver before it, ${first?.driver ?? ''}, failed`,
    })),
  ];
}
