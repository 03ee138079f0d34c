import {
  FRAMEWORK_SOURCE,
  initDrivers,
  runTransaction,
  type LogLevel,
  type MailAccess,
  type PushEvent,
  type TraceEntry,
} from '#framework';
import {
  createDrivers,
  type CalledFunction,
  type LuaEngine,
  type ScriptExchange,
  type ScriptRules,
} from '#drivers';
import { createMailAccess, createMailStore, type MailStore, type MetadataRecord } from '#store';
import { expandVariables, userVariables } from './config/push-config.ts';
import { applyEvents } from './replay-mail.ts';
import { openSilently } from './simulation/prepare-store.ts';

/** A script and what it is to run on. */
export interface ScriptRun {
  readonly file: string;
  /** The text where it is not the file's. */
  readonly source?: Uint8Array;
  /** In order; see groupTransactions. */
  readonly transactions: readonly ReplayTransaction[];
  /** Plugin settings (2.3, document) or lua_settings (2.4). */
  readonly settings: Readonly<Record<string, string>>;
  /** The METADATA of each user at the start; none where absent. */
  readonly metadata?: MetadataRecord;
  readonly rules: ScriptRules & { readonly dialect: NonNullable<ScriptRules['dialect']> };
  readonly strict: boolean;
  readonly engine: LuaEngine;
}

/** Events of one mailbox that happened together. */
export interface ReplayTransaction {
  readonly user: string;
  readonly mailbox: string;
  readonly events: readonly PushEvent[];
}

/** What became of it. Plain JSON. `ok` is false when the script did not load or one of its functions failed. */
export interface ScriptRunResult {
  readonly ok: boolean;
  readonly calls: readonly CalledFunction[];
  readonly log: readonly { readonly level: LogLevel; readonly text: string }[];
  readonly http: readonly ScriptExchange[];
  readonly txns: number;
  readonly durationMs: number;
}

/** Consecutive events of one user and mailbox are one transaction. */
export function groupTransactions(events: readonly PushEvent[]): ReplayTransaction[] {
  const groups: { user: string; mailbox: string; events: PushEvent[] }[] = [];
  for (const event of events) {
    const { user, mailbox } = event;
    const last = groups.at(-1);
    if (last?.user === user && last.mailbox === mailbox) last.events.push(event);
    else groups.push({ user, mailbox, events: [event] });
  }
  return groups;
}

/**
 * Runs one script on transactions as the driver would, for each user with a state of its own; nothing is stored
 * and nobody else hears of it. The mail that the script may ask about is what the events tell of it.
 */
export async function runScript(run: ScriptRun): Promise<ScriptRunResult> {
  const calls: CalledFunction[] = [];
  const http: ScriptExchange[] = [];
  const log: { level: LogLevel; text: string }[] = [];
  const startedAtMs = performance.now();
  const registry = createDrivers({
    lua: {
      engine: run.engine,
      strict: run.strict,
      rulesFor: () => run.rules,
      onCall: (called) => void calls.push(called),
      record: (exchange) => void http.push(exchange),
      ...(run.source && { read: () => Promise.resolve(run.source as Uint8Array) }),
    },
  });
  const sink = (source: string, { level, text }: TraceEntry) => {
    if (source !== FRAMEWORK_SOURCE || level === 'error') log.push({ level, text });
  };
  const ok = await runTransactions(run, { registry, sink });
  return { ok, calls, log, http, txns: run.transactions.length, durationMs: performance.now() - startedAtMs };
}

interface RunParts {
  readonly registry: ReturnType<typeof createDrivers>;
  readonly sink: (source: string, entry: TraceEntry) => void;
}

async function runTransactions(run: ScriptRun, parts: RunParts): Promise<boolean> {
  const store = createMailStore(() => () => 1);
  const sessions = new Map<string, Awaited<ReturnType<typeof startSession>>>();
  let ok = true;
  for (const transaction of run.transactions) {
    const { user, events } = transaction;
    applyEvents(store.forUser(user), events);
    const session = sessions.get(user) ?? (await startSession(user, store, run, parts));
    sessions.set(user, session);
    if (session.problems.length > 0) ok = false;
    const options = { clock: Date.now, sink: parts.sink, deduplicateRegistrations: true };
    const runs = await runTransaction({ ...transaction, committed: true }, session.drivers, options);
    if (runs.some(({ outcome }) => outcome === 'failed')) ok = false;
  }
  for (const { drivers } of sessions.values()) for (const { driver } of drivers) await driver.deinit?.();
  return ok;
}

/** What a script does to the mail lasts as long as the run: the next handler sees it, and no driver hears of it. */
function openMail(user: string, mail: MailStore, metadata: MetadataRecord = {}): MailAccess {
  const store = mail.forUser(user);
  store.metadata.import(metadata);
  return createMailAccess(store, () => ({ store, open: openSilently, parse: () => ({}) }));
}

function startSession(user: string, store: MailStore, run: ScriptRun, { registry, sink }: RunParts) {
  const { file, settings, rules } = run;
  const is24 = rules.dialect === '2.4';
  const dialect = is24 ? '2.4' : '2.3';
  const luaSettings = Object.entries(settings).map(([key, value]) => [`lua_settings/${key}`, value] as const);
  const entry: Readonly<Record<string, string>> = is24
    ? { lua_file: file, ...Object.fromEntries(luaSettings) }
    : { file };
  const home = `/home/${user}`;
  const variables = userVariables({ user, service: 'lmtp', home });
  return initDrivers([{ driver: 'lua', settings: entry }], registry, {
    user,
    dialect,
    clock: Date.now,
    sink,
    mail: openMail(user, store, run.metadata),
    settings: is24 ? {} : settings,
    setting: (name) => (is24 ? undefined : settings[name]),
    session: { service: 'lmtp', home, uid: 1000, gid: 1000, sessionId: 'replay', createdAtMs: Date.now() },
    expand: (template) => expandVariables(template, variables, dialect),
  });
}
