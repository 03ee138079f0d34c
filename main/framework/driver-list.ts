import { z } from 'zod';
import type {
  DovecotDialect,
  Driver,
  DriverDefinition,
  DriverHost,
  DriverSettings,
  MailAccess,
  SessionFacts,
} from './driver.ts';
import { DriverInitError, errorText, MailAccessError } from './errors.ts';
import { createTrace, FRAMEWORK_SOURCE, type LogSink, type Trace } from './trace.ts';

/** The drivers there are, by lower-case name. */
export type DriverRegistry = ReadonlyMap<string, DriverDefinition>;

/** A started driver with its own log. */
export interface ActiveDriver {
  readonly name: string;
  /** What its lines begin with in Dovecot 2.4. */
  readonly logPrefix: string;
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

/** Whose drivers they are, and what they may use. */
export interface DriverListHost {
  readonly user: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Default 2.3. */
  readonly dialect?: DovecotDialect;
  /** Without it METADATA is empty and no mailbox can be opened. */
  readonly mail?: MailAccess;
  /** Without it no plugin setting is set. */
  readonly setting?: (name: string) => string | undefined;
  /** All plugin settings, for drivers that hand them on; none when absent. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: an LMTP session without a home that begins now. */
  readonly session?: SessionFacts;
  /** Without it variables stay as they are. */
  readonly expand?: DriverHost['expand'];
  /** Hears every line of the drivers as it is written, and the errors of those that do not start. */
  readonly sink?: LogSink;
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
export async function initDrivers(
  configured: readonly DriverSettings[],
  registry: DriverRegistry,
  host: DriverListHost,
): Promise<DriverList> {
  const drivers: ActiveDriver[] = [];
  for (const [index, settings] of configured.entries()) {
    try {
      drivers.push(await initDriver(settings, registry, host));
    } catch (error) {
      const problems = describeStop(configured, index, error);
      reportStop(settings, problems[0]?.message ?? '', host, error);
      return { drivers, problems };
    }
  }
  return { drivers, problems: [] };
}

/** No driver of that name is registered: the line of the log is the message alone. */
class UnknownDriverError extends DriverInitError {}

async function initDriver(
  settings: DriverSettings,
  registry: DriverRegistry,
  host: DriverListHost,
): Promise<ActiveDriver> {
  const definition = registry.get(settings.driver.toLowerCase());
  if (!definition) throw new UnknownDriverError(`Unknown push notification driver: ${settings.driver}`);
  const { name, logPrefix = `${name}: ` } = definition;
  const parsed = definition.settings.safeParse(settings.settings);
  if (!parsed.success) throw new DriverInitError(z.prettifyError(parsed.error));
  const trace = createTrace(host.clock, (entry) => host.sink?.(name, entry));
  const config = settings.args === undefined ? {} : { args: settings.args };
  const driver = await definition.init({ settings: parsed.data, ...config }, hostFor(host, trace));
  return { name, logPrefix, driver, trace };
}

function hostFor(
  { user, clock, dialect = '2.3', mail = noMail, setting, settings = {}, session, expand }: DriverListHost,
  log: Trace,
): DriverHost {
  return {
    user,
    clock,
    dialect,
    mail,
    log,
    settings,
    session: session ?? { service: 'lmtp', uid: 0, gid: 0, createdAtMs: clock() },
    setting: (name) => setting?.(name),
    expand: (template) => expand?.(template) ?? { text: template },
  };
}

const noMail: MailAccess = {
  getMetadata: () => undefined,
  getStatus(mailbox) {
    throw new MailAccessError(`Mailbox doesn't exist: ${mailbox}`);
  },
};

function reportStop(
  { driver }: DriverSettings,
  message: string,
  { sink, clock }: DriverListHost,
  error: unknown,
): void {
  const text = error instanceof UnknownDriverError ? message : `${driver}: ${message}`;
  sink?.(FRAMEWORK_SOURCE, { atMs: clock(), level: 'error', text });
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
