import { describe, expect, it } from 'vitest';
import {
  createDriverRegistry,
  initDrivers,
  runTransaction,
  type DriverDefinition,
  type PushEvent,
} from '#framework';
import { dlog } from '../../drivers/dlog.ts';
import { recordings, type LuaCall, type LuaValue, type Recording } from './recordings.ts';

/**
 * The events that the real Dovecot gave to a Lua script are given to our dlog; its lines must be those of the
 * real dlog for the same operations. Left out are the lines of begin_txn, init and deinit: transactions nest,
 * and the recording of the calls does not say where a session began.
 */
const comparable = recordings.filter(
  ({ log, lua_calls }) => log['dlog'] && lua_calls?.some(({ txn }) => txn),
);

const hookLine =
  /^(Called (process_m|end_txn)|Mailbox data: |Message data: |(Flags|Mailbox|Message)[A-Z][a-z]+: )/;

function recordedLines({ log }: Recording): string[] {
  return (log['dlog'] ?? [])
    .map((line) => /^\S+: Debug: (.*)$/s.exec(line)?.[1] ?? '')
    .filter((text) => hookLine.test(text));
}

function plain([type, value]: LuaValue): unknown {
  if (type !== 'table') return value;
  return Object.entries(value as Record<string, LuaValue>)
    .toSorted(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }))
    .map(([, item]) => item[1]);
}

const camelCase = (key: string) => key.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());

function toEvent(call: LuaCall, user: string): PushEvent {
  const fields = Object.entries(call.event ?? {}).map(([key, value]) => [camelCase(key), plain(value)]);
  return { user, ...Object.fromEntries(fields) } as PushEvent;
}

interface Recorded {
  readonly events: PushEvent[];
  readonly committed: boolean;
}

/** Transactions in the order in which they ended. */
function transactions({ lua_calls = [], input }: Recording): Recorded[] {
  const open = new Map<number, PushEvent[]>();
  const ended: Recorded[] = [];
  for (const call of lua_calls) {
    const txn = call.txn ?? 0;
    if (call.call === 'begin_txn') open.set(txn, []);
    if (call.event) open.get(txn)?.push(toEvent(call, input.user));
    if (call.call === 'end_txn')
      ended.push({ events: open.get(txn) ?? [], committed: call.success?.[1] === true });
  }
  return ended;
}

async function ourLines(recording: Recording): Promise<string[]> {
  const registry = createDriverRegistry([dlog as DriverDefinition]);
  const host = { user: recording.input.user, clock: () => 0 };
  const { drivers } = await initDrivers([{ driver: 'dlog', settings: {} }], registry, host);
  const lines: string[] = [];
  for (const { events, committed } of transactions(recording)) {
    const [event] = events;
    if (!event) {
      lines.push('Called end_txn push_notification plugin hook.');
      continue;
    }
    const options = { deduplicateRegistrations: false, clock: () => 0 };
    const transaction = { user: event.user, mailbox: event.mailbox, events, committed };
    const [run] = await runTransaction(transaction, drivers, options);
    lines.push(...(run?.trace ?? []).map(({ text }) => text).filter((text) => hookLine.test(text)));
  }
  return lines;
}

describe('dlog against the real Dovecot', () => {
  it.each(comparable.map((recording) => [recording.scenario, recording] as const))(
    '%s',
    async (_name, recording) => {
      expect(await ourLines(recording)).toEqual(recordedLines(recording));
    },
  );
});
