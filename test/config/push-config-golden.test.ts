import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  driversForUser,
  parsePushConfig,
  userVariables,
  type PushConfig,
  type PushDialect,
  type PushProtocol,
  type UserPushConfig,
} from '../../main/config/push-config.ts';

const golden = process.env['DOVEBELL_GOLDEN'] ?? path.resolve(import.meta.dirname, '../../../shared/golden');
const PLUGINS = ['notify', 'push_notification', 'mail_lua', 'push_notification_lua'];

/** What becomes of these is decided by the script of the mail_lua plugin, not by the configuration. */
const DECIDED_BY_SCRIPT = {
  '2.3': /^lua_mail_lua_script($|_created)/,
  '2.4': /^lua_mail_lua_script_created_neg/,
};

interface Recording {
  readonly scenario: string;
  readonly input: {
    readonly config: string | Readonly<Record<string, string>>;
    readonly mail_plugins?: readonly string[];
  };
  readonly doveconf?: { readonly stderr: readonly string[]; readonly reload: readonly string[] };
  readonly log: Readonly<Record<string, readonly string[]>>;
}

interface Run {
  readonly name: string;
  readonly dialect: PushDialect;
  readonly config: string;
  readonly recording: Recording;
  readonly log: readonly string[];
}

describe.each([
  ['dovecot-2.3.19', '2.3'],
  ['dovecot-2.4.1', '2.4'],
] as const)('the configurations of %s', (folder, dialect) => {
  const runs = readRuns(path.join(golden, folder), dialect);

  it('are read where they lie beside the checkout', () => {
    expect(runs.length > 0).toBe(existsSync(path.join(golden, folder)));
  });

  it.skipIf(runs.length === 0).each(runs)('$name: starts the drivers that Dovecot started', (run) => {
    const sessions = [...sessionsOf(run)];
    const started = sessions.map(([session, log]) => compareSession(run, session, log));
    const { drivers } = driversOf(run, 'lmtp', 'alice@example.com');
    expect(drivers.length === 0 || !isLogged(run) || started.some((count) => count > 0)).toBe(true);
  });

  const refused = runs.filter(({ recording }) => recording.doveconf !== undefined);
  it.skipIf(refused.length === 0).each(refused)('$name: is refused with the words of Dovecot', (run) => {
    const { activation, drivers } = read(run, 'lmtp');
    expect(drivers).toEqual([]);
    expect(activation.state).toBe('refused');
    const { stderr = [], reload = [] } = run.recording.doveconf ?? {};
    const said = activation.state === 'refused' ? activation.message : '';
    expect([...stderr, ...reload].some((line) => line.includes(said))).toBe(true);
  });

  const fatal = runs.filter(({ log }) => log.some((line) => /Fatal: (?!master: service)/.test(line)));
  it.skipIf(fatal.length === 0).each(fatal)('$name: ends the session with the words of Dovecot', (run) => {
    const { activation } = read(run, 'lmtp');
    expect(activation.state).toBe('fatal');
    const said = activation.state === 'fatal' ? activation.message : '';
    expect(run.log.some((line) => line.endsWith(`Fatal: ${said}`))).toBe(true);
  });
});

function readRuns(folder: string, dialect: PushDialect): Run[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => {
    const recording = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Recording;
    if (DECIDED_BY_SCRIPT[dialect].test(recording.scenario)) return [];
    const { config } = recording.input;
    const texts = typeof config === 'string' ? { [Object.keys(recording.log)[0] ?? 'run']: config } : config;
    return Object.entries(texts).map(([key, text]) => ({
      name: `${recording.scenario} ${key}`,
      dialect,
      config: text,
      recording,
      log: recording.log[key] ?? [],
    }));
  });
}

function read(run: Run, protocol: PushProtocol): PushConfig {
  return parsePushConfig(run.config, {
    dialect: run.dialect,
    protocol,
    pluginBase: run.recording.input.mail_plugins ?? PLUGINS,
    modules: PLUGINS,
    fileProblem: (file) => {
      if (/missing_file|nonexistent/.test(file)) return `open(${file}) failed: No such file or directory`;
      return file.endsWith('directory.lua') ? `read(${file}) failed: Is a directory` : undefined;
    },
  });
}

function driversOf(run: Run, protocol: PushProtocol, user: string): UserPushConfig {
  const home = `$DIR/mail/${user}`;
  return driversForUser(read(run, protocol), userVariables({ user, service: protocol, home }));
}

/** Lines by what stands before the level: the program and the user. */
function sessionsOf({ log }: Run): Map<string, string[]> {
  const sessions = new Map<string, string[]>();
  for (const line of log) {
    const session = /^(lmtp|lda|imap|doveadm)\([^)]*\)/.exec(line)?.[0];
    if (session !== undefined) sessions.set(session, [...(sessions.get(session) ?? []), line]);
  }
  return sessions;
}

/** Compares one session, and returns how many drivers were started in it. */
function compareSession(run: Run, session: string, log: readonly string[]): number {
  const [, protocol = 'lmtp', who = ''] = /^([a-z]+)\((.*)\)$/.exec(session) ?? [];
  const user = who.includes('@') ? who : 'raw-mail-user';
  const ours = driversOf(run, protocol as PushProtocol, user);
  const started = log.flatMap((line) => startOf(line, run.dialect));
  const expected = attempts(ours, run.dialect).filter((kind) => isLogged(run) || kind === 'dlog');
  const perSession = expected.length === 0 ? 1 : Math.max(started.length / expected.length, 0);
  expect(started).toEqual(Array.from({ length: perSession }, () => expected).flat());
  const failures = log.filter((line) => isInitFailure(line));
  for (const line of failures) expect(line).toContain(ours.stopped?.message);
  if (ours.stopped && started.length > 0) expect(failures.length).toBeGreaterThan(0);
  if (run.dialect === '2.3') compareUrls(log, ours);
  else if (user !== 'raw-mail-user') compareLuaSettings(log, ours);
  return started.length;
}

/** Whether drivers other than dlog leave lines in the log. */
function isLogged({ config }: Run): boolean {
  return !config.includes('mail_debug = no') || config.includes('log_debug');
}

function startOf(line: string, dialect: PushDialect): string[] {
  if (line.includes('Called init push_notification plugin hook.')) return ['dlog'];
  if (line.includes('push-notification-ox: Using URL')) return ['ox'];
  return line.includes(dialect === '2.3' ? ' lua: Loading ' : ' lua: Calling script_init') ? ['lua'] : [];
}

/** The drivers that leave a line when they are started, also one that then fails over a later option. */
function attempts({ drivers, stopped }: UserPushConfig, dialect: PushDialect): string[] {
  const kinds = drivers.map(({ driver }) => driver.toLowerCase());
  const message = stopped?.message ?? '';
  if (message.includes('cache_lifetime')) kinds.push('ox');
  if (dialect === '2.3' && message.includes('access()')) kinds.push('lua');
  return kinds;
}

function isInitFailure(line: string): boolean {
  return /Error: (Unknown push notification driver|Unable to identify|(ox|OX): |lua: (No file|access\(\)|lua_file|Lua doesn't|dlua settings))/.test(
    line,
  );
}

function compareUrls(log: readonly string[], { drivers }: UserPushConfig): void {
  const urls = drivers.flatMap(({ settings }) => (settings['url'] === undefined ? [] : [settings['url']]));
  for (const line of log) {
    const url = /push-notification-ox: Using URL (.*)$/.exec(line)?.[1];
    if (url !== undefined && urls.length > 0) expect(urls).toContain(url);
  }
}

/** Some scripts write the settings they are given: `setting "name" = string "ALICE"`. */
function compareLuaSettings(log: readonly string[], { drivers }: UserPushConfig): void {
  const lua = drivers.find(({ driver }) => driver === 'lua');
  const written = log.flatMap((line) => {
    const [, key, value] = /Info: setting "([^"]+)" = string "(.*)"$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [[key, value.replace(/\\(.)/g, '$1')] as const];
  });
  for (const [key, value] of written) expect(lua?.settings[`lua_settings/${key}`]).toBe(value);
  const given = Object.keys(lua?.settings ?? {}).filter((key) => key.startsWith('lua_settings/'));
  if (written.length > 0) expect(new Set(written.map(([key]) => key)).size).toBe(given.length);
}
