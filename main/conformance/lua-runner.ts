import type { PushEvent } from '#framework';
import { createSocketService, type LuaEngine, type ScriptSetup } from '#drivers';
import type { RunLua } from './lua-golden.ts';

/** Longer than any answer of a case. */
const LINE_LENGTH = 16 * 1024 * 1024;
/** Cases wait for servers that never answer. */
const TIME_LIMIT_MS = 60_000;

/** A handler that runs the chunk which an event brings in its raw From, and logs the string that it gives. */
const SOURCE = `
function dovecot_lua_notify_begin_txn(user) return {} end
function dovecot_lua_notify_event_message_new(ctx, event)
  local chunk, problem = load(event.from, "=test")
  local ok, answer = false, problem
  if chunk then ok, answer = pcall(chunk) end
  dovecot.i_info(ok and answer or "error: " .. tostring(answer))
end
function dovecot_lua_notify_end_txn(ctx, success) end
`;

/** A Lua state in a thread, for one chunk after the other. */
export interface RunningLua {
  readonly run: RunLua;
  close(): Promise<void>;
}

/** Starts a state with everything that scripts have; it may reach this machine. */
export async function openRunningLua(engine: LuaEngine): Promise<RunningLua> {
  const sockets = createSocketService({ access: 'local' });
  const { script, outcome } = await engine.open({
    setup: SETUP,
    limits: { timeLimitMs: TIME_LIMIT_MS, logLineLength: LINE_LENGTH },
    host: sockets as unknown as Parameters<LuaEngine['open']>[0]['host'],
    hear: () => undefined,
  });
  if (outcome.error !== undefined) throw new Error(outcome.error);
  let txn = 0;
  return {
    async run(chunk) {
      txn += 1;
      const answers: string[] = [];
      const outcomes = await script.perform(
        [
          { kind: 'begin', txn },
          { kind: 'event', txn, event: eventWith(chunk) },
          { kind: 'end', txn, success: true },
        ],
        { hear: ({ level, text }) => void (level === 'info' && answers.push(text)) },
      );
      const failed = outcomes.find(({ error }) => error !== undefined);
      return answers[0] ?? `error: ${failed?.error ?? 'the chunk gave nothing'}`;
    },
    async close() {
      await script.close({ hear: () => undefined });
      sockets.close();
    },
  };
}

const SETUP: ScriptSetup = {
  file: '/nowhere/conformance.lua',
  source: new Uint8Array(Buffer.from(SOURCE)),
  role: 'push',
  dialect: '2.3',
  strict: true,
  trusted: false,
  user: { username: 'alice', uid: 1000, gid: 1000, service: 'lmtp', sessionCreateTime: 0 },
  pluginSettings: {},
  luaSettings: {},
};

/** The chunk has one code unit a byte. */
function eventWith(chunk: string): PushEvent {
  const from = Buffer.from(chunk, 'latin1').toString('base64');
  const identity = { user: 'alice', mailbox: 'INBOX', uid: 1, uidValidity: 1 };
  return { name: 'MessageNew', ...identity, from: '', rawHeaders: { from } };
}
