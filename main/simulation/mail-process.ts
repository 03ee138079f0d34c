import {
  FRAMEWORK_SOURCE,
  initDrivers,
  openTransaction,
  type ActiveDriver,
  type DriverRegistry,
  type DriverRun,
  type LogSink,
  type OpenTransaction,
} from '#framework';
import { parseMessage } from '#message';
import { createMailAccess, type MailSession, type MailStore } from '#store';
import {
  driversForUser,
  userVariables,
  type PushConfig,
  type UserPushConfig,
} from '../config/push-config.ts';
import { openSilently } from './prepare-store.ts';
import { createLogFilter } from './log-filter.ts';

/** A line of the log with the session that wrote it. A process that ends itself writes `fatal`. */
export interface SimulationLine {
  readonly service: string;
  readonly user: string;
  readonly source: string;
  readonly atMs: number;
  readonly level: 'debug' | 'info' | 'warning' | 'error' | 'fatal';
  readonly text: string;
}

/** A transaction that reached the drivers. */
export interface SimulatedTransaction {
  readonly service: string;
  readonly user: string;
  readonly mailbox: string;
  readonly committed: boolean;
  readonly driverRuns: readonly DriverRun[];
}

/** What a mail process works on. */
export interface MailWorld {
  readonly store: MailStore;
  readonly clock: () => number;
  readonly deduplicateRegistrations: boolean;
  /** Makes the drivers of one process: what drivers share, they share within a process. */
  readonly makeRegistry: () => DriverRegistry;
  /** Where the homes of the users are, for variables in the configuration. */
  readonly homeOf: (user: string) => string;
  hear(line: SimulationLine): void;
  report(transaction: SimulatedTransaction): void;
}

/** One process of the mail server: an LMTP or IMAP session, a run of dovecot-lda or doveadm. */
export interface MailProcess {
  readonly config: PushConfig;
  /** Opens the mail of a user and starts the user's drivers. @throws ProcessDied */
  openUser(user: string): UserSession;
}

export interface UserSession {
  readonly mail: MailSession;
  /** Ends the drivers, one after the other. */
  close(): Promise<void>;
}

/** The configuration does not let the process work; the line is in the log. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

export function startProcess(world: MailWorld, config: PushConfig): MailProcess {
  const registry = world.makeRegistry();
  return {
    config,
    openUser(user) {
      const { state } = config.activation;
      const session = createUserContext(world, config, user);
      if (config.activation.state === 'fatal') throw session.die(config.activation.message);
      if (state !== 'active') return { mail: session.mail(openSilently), close: () => Promise.resolve() };
      const drivers = startDrivers(session, registry);
      const open = (mailbox: string) => openReported(session, drivers, mailbox);
      return { mail: session.mail(open), close: () => endDrivers(drivers, session.sink) };
    },
  };
}

interface UserContext {
  readonly world: MailWorld;
  readonly config: PushConfig;
  readonly user: string;
  readonly sink: LogSink;
  mail(open: MailSession['open']): MailSession;
  die(message: string): ProcessDied;
}

function createUserContext(world: MailWorld, config: PushConfig, user: string): UserContext {
  const service = config.protocol;
  const isHeard = createLogFilter(config);
  const store = world.store.forUser(user);
  return {
    world,
    config,
    user,
    sink(source, entry) {
      if (isHeard(source, entry)) world.hear({ service, user, source, ...entry });
    },
    mail: (open) => ({ store, open, parse: (raw) => parseMessage(raw, { dialect: config.dialect }) }),
    die(text) {
      world.hear({ service, user, source: FRAMEWORK_SOURCE, atMs: world.clock(), level: 'fatal', text });
      return new ProcessDied(text);
    },
  };
}

function startDrivers(context: UserContext, registry: DriverRegistry): readonly ActiveDriver[] {
  const { world, config, user, sink } = context;
  const variables = userVariables({ user, service: config.protocol, home: world.homeOf(user) });
  const configured = driversForUser(config, variables);
  if (configured.failure !== undefined) throw context.die(configured.failure);
  const start = (list: UserPushConfig['drivers']) =>
    initDrivers(list, registry, {
      user,
      sink,
      clock: world.clock,
      dialect: config.dialect,
      mail: createMailAccess(world.store.forUser(user)),
      setting: (name) => configured.settings[name],
    }).drivers;
  const drivers = start(configured.drivers);
  if (configured.stopped) {
    sink(FRAMEWORK_SOURCE, { atMs: world.clock(), level: 'error', text: configured.stopped.message });
  }
  return drivers.length > 0 ? drivers : start(configured.fallback);
}

function openReported(
  { world, config, user, sink }: UserContext,
  drivers: readonly ActiveDriver[],
  mailbox: string,
): OpenTransaction {
  const { clock, deduplicateRegistrations } = world;
  const transaction = openTransaction({ user, mailbox }, drivers, { clock, deduplicateRegistrations, sink });
  const reported = (committed: boolean) => (driverRuns: DriverRun[]) => {
    if (driverRuns.length > 0)
      world.report({ service: config.protocol, user, mailbox, committed, driverRuns });
    return driverRuns;
  };
  return {
    ...transaction,
    commit: (result) => transaction.commit(result).then(reported(true)),
    rollback: () => transaction.rollback().then(reported(false)),
  };
}

async function endDrivers(drivers: readonly ActiveDriver[], sink: LogSink): Promise<void> {
  for (const { driver, name } of drivers) {
    try {
      await driver.deinit?.();
    } catch (error) {
      sink(name, { atMs: 0, level: 'error', text: `deinit failed: ${String(error)}` });
    }
  }
}
