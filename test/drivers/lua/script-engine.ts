import path from 'node:path';
import { createLuaEngine, type LuaEngine } from '#drivers';
import type { HostCalls, HostHandlers } from '../../../drivers/lua/host/host-calls.ts';
import type { CallOutcome, LoadOutcome, ScriptCall, ScriptLine } from '../../../drivers/lua/protocol.ts';
import type { ScriptSetup } from '../../../drivers/lua/script-context.ts';
import type { ScriptLimits } from '../../../drivers/lua/script-limits.ts';

/** Where the program's threads lie once it is built. */
export const workersDir = path.resolve(import.meta.dirname, '../../../out/main');

export const startEngine = (): LuaEngine => createLuaEngine(workersDir);

export interface StartOptions extends Partial<Omit<ScriptSetup, 'source'>> {
  readonly limits?: Partial<ScriptLimits>;
  /** Answers some of what a script asks for; the rest nobody answers. */
  readonly host?: { readonly [Name in keyof HostCalls]?: (argument: never) => unknown };
  readonly clock?: () => number;
  readonly onEnd?: () => void;
}

/** A script in the engine, and every line that was heard of it: `level: text`. */
export interface StartedScript {
  readonly outcome: LoadOutcome;
  readonly log: string[];
  perform(...calls: readonly ScriptCall[]): Promise<readonly CallOutcome[]>;
  /** One transaction with a new message: begin, event, end. The error of each call, or undefined. */
  transact(subject?: string): Promise<readonly (string | undefined)[]>;
  close(): Promise<LoadOutcome>;
}

/** Handlers that do nothing, for scripts that are about something else. */
export const EMPTY_HANDLERS = `
function dovecot_lua_notify_begin_txn(user) return {} end
function dovecot_lua_notify_event_message_new(ctx, event) end
function dovecot_lua_notify_end_txn(ctx, success) end
`;

/** A script whose handler of new messages is this. */
export const handlerScript = (body: string): string =>
  `${EMPTY_HANDLERS}\nfunction dovecot_lua_notify_event_message_new(ctx, event)\n${body}\nend\n`;

/** Loads a script for alice, sandboxed and held to 2.3 unless the options say otherwise. */
export async function startScript(
  engine: LuaEngine,
  source: string | Uint8Array,
  options: StartOptions = {},
): Promise<StartedScript> {
  const { limits, host = {}, clock, onEnd, ...setup } = options;
  const log: string[] = [];
  const hear = ({ level, text }: ScriptLine) => void log.push(`${level}: ${text}`);
  const { script, outcome } = await engine.open({
    setup: makeSetup(source, setup),
    host: host as HostHandlers<HostCalls>,
    hear,
    ...(limits && { limits }),
    ...(clock && { clock }),
    ...(onEnd && { onEnd }),
  });
  let transactions = 0;
  const perform: StartedScript['perform'] = (...calls) => script.perform(calls, { hear });
  return {
    outcome,
    log,
    perform,
    async transact(subject = 'hello') {
      const txn = ++transactions;
      const [begin] = await perform({ kind: 'begin', txn });
      if (!begin?.handles || begin.error !== undefined) return [begin?.error];
      const event = newMessage(subject);
      const [told] = await perform({ kind: 'event', txn, event });
      const [end] = await perform({ kind: 'end', txn, success: true });
      return [begin.error, told?.error, end?.error];
    },
    close: () => script.close({ hear }),
  };
}

export function newMessage(subject: string, uid = 1) {
  return { name: 'MessageNew', user: 'alice', mailbox: 'INBOX', uid, uidValidity: 7, subject } as const;
}

export function makeSetup(source: string | Uint8Array, setup: StartOptions = {}): ScriptSetup {
  return {
    file: '/scripts/script.lua',
    role: 'push',
    dialect: '2.3',
    strict: true,
    trusted: false,
    user: { username: 'alice', uid: 1000, gid: 1000, service: 'lmtp', sessionCreateTime: 1_700_000_000 },
    pluginSettings: {},
    luaSettings: {},
    ...setup,
    source: typeof source === 'string' ? new Uint8Array(Buffer.from(source, 'utf8')) : source,
  };
}
