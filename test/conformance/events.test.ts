import { describe, expect, it } from 'vitest';
import {
  createDriverRegistry,
  messageFields,
  rfc5423Events,
  type DriverDefinition,
  type PushEvent,
} from '#framework';
import { z } from 'zod';
import { scenarioSchema } from '../../main/simulation/scenario.ts';
import { simulate } from '../../main/simulation/simulate.ts';
import { recordings, type LuaCall, type LuaValue, type Recording } from './recordings.ts';

/**
 * The calls that the real Dovecot made to a Lua script are held against the hooks that a driver with the same
 * registrations gets from our store and framework: order, nesting and data.
 */
const eventScenarios = recordings.filter(
  ({ input, lua_calls }) => typeof input.config === 'object' && (lua_calls?.length ?? 0) > 0,
);

interface Call {
  readonly call: string;
  readonly txn: number;
  readonly success?: unknown;
  readonly event?: Record<string, unknown>;
}

function recordedCalls({ lua_calls = [] }: Recording): Call[] {
  return lua_calls
    .filter(({ txn }) => txn !== undefined)
    .map(({ call, txn = 0, event, success }: LuaCall) => ({
      call,
      txn,
      ...(success && { success: success[1] }),
      ...(event && { event: plainEvent(event) }),
    }));
}

function plainEvent(event: Readonly<Record<string, LuaValue>>): Record<string, unknown> {
  // Lua strings are bytes; those that are no UTF-8 are text only in our events.
  const readable = Object.entries(event).filter(([, [type]]) => type !== 'string-hex');
  return Object.fromEntries(readable.map(([key, value]) => [key, plain(value)]));
}

function plain([type, value]: LuaValue): unknown {
  if (type !== 'table') return value;
  return Object.entries(value as Record<string, LuaValue>)
    .toSorted(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }))
    .map(([, item]) => item[1]);
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What the Lua driver makes of an event (semantics.md 6.4). */
function toLuaEvent({ user: _user, ...event }: PushEvent): Record<string, unknown> {
  const isNew = event.name === 'MessageNew' || event.name === 'MessageAppend';
  const addressDefaults = {
    from: '',
    from_address: '',
    from_display_name: '',
    to: '',
    to_address: '',
    to_display_name: '',
  };
  const fields = Object.entries(event).filter(([key]) => key !== 'subjectHeader' && key !== 'unseen');
  const table = Object.fromEntries(fields.map(([key, value]) => [snakeCase(key), value]));
  if (event.name === 'MailboxCreate') delete table['uid_validity'];
  return isNew ? { ...addressDefaults, ...table } : table;
}

/** A driver that asks for what a Lua script with all handlers asks for, and remembers its calls. */
function recordingDriver(calls: Call[]): DriverDefinition {
  return {
    name: 'lua',
    settings: z.looseObject({}),
    init() {
      let begun = 0;
      return {
        beginTxn(txn) {
          const number = ++begun;
          calls.push({ call: 'begin_txn', txn: number });
          for (const { name } of rfc5423Events) {
            if (name === 'MessageNew' || name === 'MessageAppend')
              txn.register(name, { fields: messageFields });
            else if (name === 'FlagsClear') txn.register(name, { storeOld: true });
            else txn.register(name);
          }
          const call = (event: PushEvent) =>
            calls.push({ call: `event${snakeCase(event.name)}`, txn: number, event: toLuaEvent(event) });
          return {
            processMbox: ({ events }) => {
              for (const event of events) call(event);
            },
            processMsg: ({ events }) => {
              for (const event of events) call(event);
            },
            endTxn: (success) => void calls.push({ call: 'end_txn', txn: number, success }),
          };
        },
      };
    },
  };
}

async function ourCalls(recording: Recording, dialect: '2.3' | '2.4'): Promise<Call[]> {
  const calls: Call[] = [];
  const { input } = scenarioSchema.parse(recording);
  await simulate(input, {
    config:
      dialect === '2.3'
        ? 'plugin {\n push_notification_driver = lua:file=x.lua\n}\n'
        : 'push_notification lua {\n lua_file = x.lua\n}\n',
    dialect,
    run: 'lua',
    makeRegistry: () => createDriverRegistry([recordingDriver(calls)]),
    deduplicateRegistrations: false,
    clock: () => 1_799_999_999_000,
    homeOf: (user) => `/home/${user}`,
    hear: () => undefined,
  });
  return calls;
}

describe('events and their order against the real Dovecot', () => {
  it.each(eventScenarios.map((recording) => [recording.scenario, recording] as const))(
    '%s',
    async (_name, recording) => {
      const recorded = recordedCalls(recording);
      const calls = await ourCalls(recording, '2.3');
      const comparable = calls.map((call, at) => {
        const wanted = recorded[at]?.event;
        if (!wanted || !call.event) return call;
        const shown = Object.entries(call.event).filter(([key]) => key in wanted);
        return { ...call, event: Object.fromEntries(shown) };
      });
      expect(comparable).toEqual(recorded);
    },
  );
});
