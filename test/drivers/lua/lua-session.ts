import {
  createDriverRegistry,
  initDrivers,
  runTransaction,
  type DovecotDialect,
  type DriverDefinition,
  type PushEvent,
  type TraceEntry,
} from '#framework';
import type { CalledFunction, LuaEngine, LuaOptions, ScriptRules } from '#drivers';
import { createLua } from '../../../drivers/lua/index.ts';

export interface LuaSessionOptions {
  readonly engine: LuaEngine;
  /** One for each configured lua driver: `file` in 2.3, `lua_file` in 2.4. */
  readonly entries: readonly Readonly<Record<string, string>>[];
  /** Scripts by name; the disk when absent. */
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dialect?: DovecotDialect;
  readonly rules?: Partial<ScriptRules>;
  readonly strict?: boolean;
  /** Plugin settings. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly user?: string;
}

/** A session of one user with lua drivers, and one log for everything, in order. */
export async function startLuaSession(options: LuaSessionOptions) {
  const { engine, scripts, dialect = '2.3', rules, settings = {}, user = 'alice' } = options;
  const log: string[] = [];
  const calls: CalledFunction[] = [];
  const read = (file: string) => Promise.resolve(new Uint8Array(Buffer.from(scripts?.[file] ?? '')));
  const luaOptions: LuaOptions = {
    engine,
    strict: options.strict ?? true,
    rulesFor: () => ({ access: 'capture', ...rules }),
    onCall: (called) => void calls.push(called),
    ...(scripts && { read }),
  };
  const sink = (_source: string, { level, text }: TraceEntry) => void log.push(`${level}: ${text}`);
  const { drivers, problems } = await initDrivers(
    options.entries.map((entry) => ({ driver: 'lua', settings: entry })),
    createDriverRegistry([createLua(luaOptions) as DriverDefinition]),
    {
      user,
      dialect,
      clock: () => 0,
      settings,
      setting: (name) => settings[name],
      sink,
    },
  );
  return {
    log,
    calls,
    problems: problems.map(({ message }) => message),
    run(events: readonly PushEvent[], { mailbox = 'INBOX', committed = true } = {}) {
      const transaction = { user, mailbox, events, committed };
      return runTransaction(transaction, drivers, { deduplicateRegistrations: true, clock: () => 0, sink });
    },
    async end() {
      for (const { driver } of drivers) await driver.deinit?.();
    },
  };
}

/** A message to alice. */
export const message: PushEvent = {
  name: 'MessageNew',
  user: 'alice',
  mailbox: 'INBOX',
  uid: 5,
  uidValidity: 7,
  subject: 'hi',
};

/** A session with one script, /x.lua, in the only entry. */
export const startOne = (engine: LuaEngine, source: string, options: Partial<LuaSessionOptions> = {}) =>
  startLuaSession({
    engine,
    entries: [options.dialect === '2.4' ? { lua_file: '/x.lua' } : { file: '/x.lua' }],
    scripts: { '/x.lua': source },
    ...options,
  });

const linesOf = (log: readonly string[], level: string) =>
  log.filter((line) => line.startsWith(`${level}: `)).map((line) => line.slice(level.length + 2));

export const infos = (log: readonly string[]): string[] => linesOf(log, 'info');
export const errors = (log: readonly string[]): string[] => linesOf(log, 'error');
