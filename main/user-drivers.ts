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
import { formatScriptProblem, type ScriptFiles, type ScriptProblem } from './script-files.ts';
import { createConfigReader, type ServerConfig } from './simulation/server-config.ts';
import { SessionFailure, startSessionDrivers } from './simulation/session-drivers.ts';

/** Drivers are kept for this many users; who was quiet longest starts anew with the next event. */
const MAX_USERS = 1000;

/** Whose files scripts see; Windows has no such numbers. */
const OWN_UID = process.getuid?.() ?? 0;
const OWN_GID = process.getgid?.() ?? 0;

/**
 * The running drivers of each user. Dovecot has them for a session; here they live until they are needed elsewhere,
 * or until one of their scripts changes.
 */
export interface UserDrivers {
  /**
   * Starts them when they do not run yet, and anew when a script or its rules have changed. When what has changed
   * does not start, those that run stay, and the reason is among the problems. Never rejects: what does not start
   * is among the problems.
   */
  forUser(user: string): Promise<DriverList>;
  /** How many drivers the configuration names, and how many of them run, for the user who came last. */
  count(): DriverCount;
  /** Looks at the scripts before anybody needs them; what is wrong counts as a driver that does not run. */
  checkScripts(): Promise<readonly ScriptProblem[]>;
  /** Ends all drivers. */
  close(): Promise<void>;
}

export interface DriverCount {
  readonly active: number;
  readonly configured: number;
  /** Why one of them does not run, or not as its script was last changed. */
  readonly problem?: string;
}

/** A push configuration as text. The dialect is taken from it when it is not given. */
export interface DriverConfigText {
  readonly text: string;
  readonly dialect?: PushDialect;
  /** See PushConfigOptions. */
  readonly folder?: string;
}

/** Reads the configuration that says which drivers run; never throws, see its diagnostics. */
export function readDriverConfig(given: DriverConfigText = { text: DEFAULT_PUSH_CONFIG }): ServerConfig {
  const { text, dialect = detectDialect(text) ?? '2.3', folder } = given;
  // What comes in was delivered: the settings for LMTP hold.
  return createConfigReader(text, { dialect, ...(folder !== undefined && { folder }) })('lmtp');
}

export interface UserDriversOptions {
  readonly config: ServerConfig;
  readonly registry: DriverRegistry;
  readonly clock: () => number;
  readonly mailOf: (user: string) => MailAccess;
  readonly scripts: ScriptFiles;
}

/** Drivers that were started, and what their scripts looked like before. */
interface Started {
  readonly list: DriverList;
  readonly files: readonly string[];
  readonly stamp: string;
}

export function createUserDrivers(options: UserDriversOptions): UserDrivers {
  const users = new Map<string, Promise<Started>>();
  let counted = countConfigured(options);
  let hasStarted = false;
  return {
    async forUser(user) {
      const before = users.get(user);
      const current = before ? before.then((started) => renew(user, started, options)) : start(user, options);
      users.delete(user);
      users.set(user, current);
      if (users.size > MAX_USERS) endOldest(users);
      const { list } = await current;
      hasStarted = true;
      counted = countList(list, options);
      return list;
    },
    count: () => counted,
    async checkScripts() {
      const problems = await options.scripts.check();
      const [first] = problems;
      // Who has really started them knows better.
      if (first && !hasStarted) {
        const active = Math.max(0, counted.active - problems.length);
        counted = { ...counted, active, problem: formatScriptProblem(first) };
      }
      return problems;
    },
    async close() {
      for (const started of users.values()) await endDrivers((await started).list);
      users.clear();
    },
  };
}

function countConfigured({ config }: UserDriversOptions): DriverCount {
  const { drivers } = config.push;
  const problem = drivers.find((driver) => driver.problem !== undefined)?.problem;
  const active = drivers.filter((driver) => driver.problem === undefined).length;
  return { active, configured: drivers.length, ...(problem !== undefined && { problem }) };
}

function countList({ drivers, problems }: DriverList, { config }: UserDriversOptions): DriverCount {
  const active = drivers.length;
  const [first] = problems;
  return {
    active,
    configured: Math.max(active, config.push.drivers.length),
    ...(first && { problem: `${first.driver}: ${first.message}` }),
  };
}

async function start(user: string, options: UserDriversOptions): Promise<Started> {
  const files = options.scripts.forUser(user);
  // Before they are read: what changes meanwhile is then seen with the next transaction.
  const stamp = await options.scripts.stamp(files);
  return { list: await startDrivers(user, options), files, stamp };
}

async function renew(user: string, started: Started, options: UserDriversOptions): Promise<Started> {
  if ((await options.scripts.stamp(started.files)) === started.stamp) return started;
  const next = await start(user, options);
  return { ...next, list: await takeOver(started.list, next.list) };
}

// A script is edited in small steps: one of them that does not run must not cost a notification.
async function takeOver(old: DriverList, next: DriverList): Promise<DriverList> {
  if (next.drivers.length < old.drivers.length) {
    await endDrivers(next);
    const problems = next.problems.map(({ driver, message }) => ({
      driver,
      message: `What has changed does not start, and what ran before goes on: ${message}`,
    }));
    return { drivers: old.drivers, problems };
  }
  await endDrivers(old);
  for (const [position, { name, trace }] of next.drivers.entries()) {
    const before = old.drivers[position];
    if (name !== 'lua' || before?.name !== 'lua') continue;
    trace.info('lua: Started anew: a script or its rules have changed');
    for (const { level, text, atMs: _atMs, ...style } of before.trace.take()) trace[level](text, style);
  }
  return next;
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

function endOldest(users: Map<string, Promise<Started>>): void {
  const [oldest] = users;
  if (!oldest) return;
  users.delete(oldest[0]);
  void oldest[1].then(({ list }) => endDrivers(list));
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
