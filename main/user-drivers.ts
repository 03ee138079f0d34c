import {
  FRAMEWORK_SOURCE,
  type DriverList,
  type DriverRegistry,
  type LogSink,
  type MailAccess,
} from '#framework';
import { userVariables, type PushDialect } from './config/push-config.ts';
import { detectDialect } from './config/push-dialect.ts';
import { DEFAULT_PUSH_CONFIG } from './config/push-file.ts';
import { createConfigReader, type ServerConfig } from './simulation/server-config.ts';
import { SessionFailure, startSessionDrivers } from './simulation/session-drivers.ts';

/** Drivers are kept for this many users; who was quiet longest starts anew with the next event. */
const MAX_USERS = 1000;

/** Whose files scripts see; Windows has no such numbers. */
const OWN_UID = process.getuid?.() ?? 0;
const OWN_GID = process.getgid?.() ?? 0;

/** The running drivers of each user. Dovecot has them for a session; here they live until they are needed elsewhere. */
export interface UserDrivers {
  /** Starts them when they do not run yet. Never rejects: what does not start is among the problems. */
  forUser(user: string): Promise<DriverList>;
  /** How many drivers the configuration names, and how many of them run, for the user who came last. */
  count(): { readonly active: number; readonly configured: number };
  /** Ends all drivers. */
  close(): Promise<void>;
}

/** A push configuration as text. The dialect is taken from it when it is not given. */
export interface DriverConfigText {
  readonly text: string;
  readonly dialect?: PushDialect;
}

/** Reads the configuration that says which drivers run; never throws, see its diagnostics. */
export function readDriverConfig(given: DriverConfigText = { text: DEFAULT_PUSH_CONFIG }): ServerConfig {
  const { text, dialect = detectDialect(text) ?? '2.3' } = given;
  // What comes in was delivered: the settings for LMTP hold.
  return createConfigReader(text, { dialect })('lmtp');
}

export interface UserDriversOptions {
  readonly config: ServerConfig;
  readonly registry: DriverRegistry;
  readonly clock: () => number;
  readonly mailOf: (user: string) => MailAccess;
}

export function createUserDrivers(options: UserDriversOptions): UserDrivers {
  const lists = new Map<string, Promise<DriverList>>();
  const { drivers: configured } = options.config.push;
  let active = configured.filter(({ problem }) => problem === undefined).length;
  return {
    async forUser(user) {
      const starting = lists.get(user) ?? startDrivers(user, options);
      lists.delete(user);
      lists.set(user, starting);
      if (lists.size > MAX_USERS) endOldest(lists);
      const list = await starting;
      active = list.drivers.length;
      return list;
    },
    count: () => ({ active, configured: Math.max(active, configured.length) }),
    async close() {
      for (const list of lists.values()) await endDrivers(await list);
      lists.clear();
    },
  };
}

// As Dovecot starts them; what it would write to its log as an error is why a driver does not run.
async function startDrivers(
  user: string,
  { config, registry, clock, mailOf }: UserDriversOptions,
): Promise<DriverList> {
  const { activation, protocol } = config.push;
  if (activation.state !== 'active') {
    return notStarted(activation.state === 'inactive' ? activation.reason : activation.message);
  }
  const problems: DriverList['problems'][number][] = [];
  const sink: LogSink = (source, { level, text }) => {
    if (source === FRAMEWORK_SOURCE && level === 'error') problems.push(toProblem(text));
  };
  const session = { service: protocol, uid: OWN_UID, gid: OWN_GID, createdAtMs: clock() };
  const host = { user, clock, mail: mailOf(user), session, sink };
  try {
    const variables = userVariables({ user, service: protocol });
    return { drivers: await startSessionDrivers({ config, registry, variables, host }), problems };
  } catch (error) {
    if (error instanceof SessionFailure) return notStarted(error.message);
    throw error;
  }
}

const notStarted = (message: string): DriverList => ({
  drivers: [],
  problems: [{ driver: FRAMEWORK_SOURCE, message }],
});

// Dovecot's line begins with the name of the driver, except where there is no such driver.
function toProblem(text: string): DriverList['problems'][number] {
  const [, driver = FRAMEWORK_SOURCE, message = text] = /^([\w-]+): (.*)$/s.exec(text) ?? [];
  return { driver, message };
}

function endOldest(lists: Map<string, Promise<DriverList>>): void {
  const [oldest] = lists;
  if (!oldest) return;
  lists.delete(oldest[0]);
  void oldest[1].then(endDrivers);
}

async function endDrivers({ drivers }: DriverList): Promise<void> {
  for (const { driver } of drivers) {
    try {
      await driver.deinit?.();
    } catch {
      // The session is over: there is no run left in which to report it, and the next driver has its turn.
    }
  }
}
