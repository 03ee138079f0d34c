import {
  FRAMEWORK_SOURCE,
  openTransaction,
  type ActiveDriver,
  type DriverRegistry,
  type DriverRun,
  type LineStyle,
  type LogSink,
  type MailAccess,
  type OpenTransaction,
} from '#framework';
import { parseMessage } from '#message';
import { createMailAccess, type MailSession, type MailStore } from '#store';
import { userVariables } from '../config/push-config.ts';
import { createLogFilter, type LogFilterOptions } from './log-filter.ts';
import { openSilently } from './prepare-store.ts';
import type { ServerConfig } from './server-config.ts';
import { endSessionDrivers, SessionFailure, startSessionDrivers } from './session-drivers.ts';

/** Whose files the mail is: the user id of the recorded servers. */
const MAIL_UID = 5000;
/** Sessions are not told apart by name. */
const SESSION_ID = 'simulated';
/** Who delivers and reads is on this machine. */
const CLIENT = { rip: '127.0.0.1', lip: '127.0.0.1', remote_ip: '127.0.0.1', local_ip: '127.0.0.1' };

/** A line of the log with the session that wrote it. A process that ends itself writes `fatal`. */
export interface SimulationLine extends LineStyle {
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
  /** What the server is called, for variables. */
  readonly hostname: string;
  hear(line: SimulationLine): void;
  report(transaction: SimulatedTransaction): void;
}

/** One process of the mail server: an LMTP or IMAP session, a run of dovecot-lda or doveadm. */
export interface MailProcess {
  readonly config: ServerConfig;
  /** Opens the mail of a user and starts the user's drivers. @throws ProcessDied */
  openUser(user: string, options?: { readonly isRawUser?: boolean }): Promise<UserSession>;
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

/**
 * Starts a process. @throws ProcessDied when the configuration ends it at once.
 */
export function startProcess(world: MailWorld, config: ServerConfig): MailProcess {
  const registry = world.makeRegistry();
  const { activation, dialect, protocol } = config.push;
  if (activation.state === 'fatal') throw die(world, { service: protocol, user: '' }, activation.message);
  return {
    config,
    async openUser(user, { isRawUser = false } = {}) {
      const store = world.store.forUser(user);
      const session = (open: MailSession['open']): MailSession => ({
        store,
        open,
        parse: (raw) => parseMessage(raw, { dialect }),
      });
      if (activation.state !== 'active')
        return { mail: session(openSilently), close: () => Promise.resolve() };
      const sink = createSink(world, { config, user, isRawUser });
      let drivers: readonly ActiveDriver[] = [];
      const mail = session((mailbox) => openReported(world, { config, drivers, user, sink }, mailbox));
      const access = createMailAccess(store, () => mail);
      // The user database knows nothing of the raw user.
      const settings = isRawUser ? { ...config, push: { ...config.push, userFields: {} } } : config;
      drivers = await startDrivers(world, { config: settings, registry, user, sink, access });
      return { mail, close: () => endSessionDrivers(drivers) };
    },
  };
}

function createSink(world: MailWorld, whose: LogFilterOptions & { readonly user: string }): LogSink {
  const isHeard = createLogFilter(whose);
  const { user, config } = whose;
  return (source, entry) => {
    if (isHeard(source, entry)) world.hear({ service: config.push.protocol, user, source, ...entry });
  };
}

function die(
  world: MailWorld,
  whose: { readonly service: string; readonly user: string },
  text: string,
): ProcessDied {
  world.hear({ ...whose, source: FRAMEWORK_SOURCE, atMs: world.clock(), level: 'fatal', text });
  return new ProcessDied(text);
}

interface SessionParts {
  readonly config: ServerConfig;
  readonly user: string;
  readonly sink: LogSink;
}

async function startDrivers(
  world: MailWorld,
  {
    config,
    registry,
    user,
    sink,
    access: mail,
  }: SessionParts & { readonly registry: DriverRegistry; readonly access: MailAccess },
): Promise<readonly ActiveDriver[]> {
  const service = config.push.protocol;
  const home = world.homeOf(user);
  const variables = userVariables({ user, service, home, hostname: world.hostname, ...CLIENT });
  const session = {
    service,
    home,
    uid: MAIL_UID,
    gid: MAIL_UID,
    sessionId: SESSION_ID,
    createdAtMs: world.clock(),
  };
  try {
    const host = { user, sink, mail, session, clock: world.clock };
    return await startSessionDrivers({ config, registry, variables, host });
  } catch (error) {
    if (error instanceof SessionFailure) throw die(world, { service, user }, error.message);
    throw error;
  }
}

function openReported(
  world: MailWorld,
  { config, drivers, user, sink }: SessionParts & { readonly drivers: readonly ActiveDriver[] },
  mailbox: string,
): OpenTransaction {
  const { clock, deduplicateRegistrations } = world;
  const transaction = openTransaction({ user, mailbox }, drivers, { clock, deduplicateRegistrations, sink });
  const reported = (committed: boolean) => (driverRuns: DriverRun[]) => {
    if (driverRuns.length > 0)
      world.report({ service: config.push.protocol, user, mailbox, committed, driverRuns });
    return driverRuns;
  };
  return {
    ...transaction,
    commit: (result) => transaction.commit(result).then(reported(true)),
    rollback: () => transaction.rollback().then(reported(false)),
  };
}
