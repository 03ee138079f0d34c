import { z } from 'zod';
import { createDriverRegistry, type DriverDefinition, type PushEvent } from '#framework';
import { dlog } from '../../drivers/dlog.ts';
import { createOx } from '../../drivers/ox.ts';
import type { SimulatedTransaction } from '../../main/simulation/mail-process.ts';
import { scenarioSchema } from '../../main/simulation/scenario.ts';
import { simulate, type SimulationOptions } from '../../main/simulation/simulate.ts';
import { registerEverything, type HeardTransaction } from '../store/recording-session.ts';

/**
 * A driver that stands in for a Lua script with all handlers: it asks for what such a script asks for, and
 * remembers what it hears. `calls` are its hooks in order, `begin INBOX`.
 */
export function createListener() {
  const heard: HeardTransaction[] = [];
  const calls: string[] = [];
  const definition: DriverDefinition = {
    name: 'lua',
    settings: z.looseObject({}),
    init: () => ({
      beginTxn(txn) {
        const { mailbox } = txn;
        calls.push(`begin ${mailbox}`);
        registerEverything(txn);
        const events: PushEvent[] = [];
        return {
          processMbox(mbox) {
            calls.push(`mbox ${mailbox}`);
            events.push(...mbox.events);
          },
          processMsg(msg) {
            calls.push(`msg ${msg.uid}`);
            events.push(...msg.events);
          },
          endTxn(success) {
            calls.push(`end ${mailbox} ${success}`);
            heard.push({ mailbox, events, success });
          },
        };
      },
    }),
  };
  return { definition, heard, calls };
}

export interface PerformOptions {
  /** The lines of `plugin { }`, or in 2.4 of the whole configuration. Only the listener when absent. */
  readonly config?: readonly string[];
  readonly dialect?: '2.3' | '2.4';
  readonly prepared?: object;
  readonly metadata?: string;
  readonly deduplicate?: boolean;
  readonly clock?: () => number;
  readonly beforeCommand?: SimulationOptions['beforeCommand'];
  readonly pluginsLoaded?: readonly string[];
}

/** What a server with these drivers said, sent to its drivers, and answered. */
export interface Performed {
  readonly log: readonly string[];
  /** The lines of errors only. */
  readonly errors: readonly string[];
  readonly answers: readonly string[];
  readonly heard: readonly HeardTransaction[];
  readonly calls: readonly string[];
  readonly transactions: readonly SimulatedTransaction[];
}

const listenerOnly = ['push_notification_driver = lua:file=x.lua'];

/** Performs steps on a server that is configured with these drivers; `lua` is the listener. */
export async function perform(steps: readonly unknown[], options: PerformOptions = {}): Promise<Performed> {
  const { dialect = '2.3', config = listenerOnly, prepared, metadata, pluginsLoaded } = options;
  const { definition, heard, calls } = createListener();
  const log: string[] = [];
  const errors: string[] = [];
  const answers: string[] = [];
  const transactions: SimulatedTransaction[] = [];
  const { input } = scenarioSchema.parse({
    input: { prepared, metadata, mail_plugins: pluginsLoaded, steps },
  });
  await simulate(input, {
    config: dialect === '2.3' ? ['plugin {', ...config, '}'].join('\n') : config.join('\n'),
    dialect,
    run: 'run',
    makeRegistry: () =>
      createDriverRegistry([
        dlog as DriverDefinition,
        createOx({ pace: 'dovecot' }) as DriverDefinition,
        definition,
      ]),
    deduplicateRegistrations: options.deduplicate ?? false,
    clock: options.clock ?? (() => 0),
    homeOf: (user) => `/home/${user}`,
    ...(options.beforeCommand && { beforeCommand: options.beforeCommand }),
    hear({ level, text }) {
      log.push(text);
      if (level === 'error' || level === 'fatal') errors.push(text);
    },
    report: (transaction) => void transactions.push(transaction),
    answered: ({ answer }) => void answers.push(answer),
  });
  return { log, errors, answers, heard, calls, transactions };
}

/** What was heard, as names: `INBOX: FlagsClear FlagsSet`. */
export function names(heard: readonly HeardTransaction[]): string[] {
  return heard.map(({ mailbox, events, success }) =>
    [`${mailbox}:`, ...events.map(({ name }) => name), ...(success ? [] : ['(rolled back)'])].join(' '),
  );
}

/** A delivery of one message. */
export const deliver = (message: string, to = 'alice@example.com') => ({ lmtp: { rcpt_to: [to], message } });

/** One IMAP session. */
export const imap = (...commands: unknown[]) => ({ imap: { commands } });

/** Messages for `prepared.preload`. */
export const preload = (...messages: readonly { flags?: string[]; keywords?: string[] }[]) => ({
  preload: messages.map((message, at) => ({ message: `Subject: ${at + 1}\r\n\r\nbody\r\n`, ...message })),
});
