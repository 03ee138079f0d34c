import { describe, expect, it } from 'vitest';
import {
  createDriverRegistry,
  initDrivers,
  runTransaction,
  type DriverDefinition,
  type DriverSettings,
  type PushEvent,
} from '#framework';

const inbox = { user: 'alice', mailbox: 'INBOX' };
const one = { ...inbox, uid: 1, uidValidity: 7 };
const changes = { flags: ['\\Seen'], keywords: ['$Work'] };

/** One of each event, in the registry's order. */
export const oneOfEach: readonly PushEvent[] = [
  { name: 'FlagsClear', ...one, ...changes },
  { name: 'FlagsSet', ...one, ...changes },
  { name: 'MailboxCreate', ...inbox },
  { name: 'MailboxDelete', ...inbox },
  { name: 'MailboxRename', ...inbox, mailboxOld: 'Old' },
  { name: 'MailboxSubscribe', ...inbox },
  { name: 'MailboxUnsubscribe', ...inbox },
  { name: 'MessageAppend', ...one, from: 'bob', subject: 'hi', subjectHeader: 'hi', snippet: '' },
  { name: 'MessageExpunge', ...one },
  { name: 'MessageNew', ...one, from: 'bob', subject: 'hi', subjectHeader: 'hi', snippet: '' },
  { name: 'MessageRead', ...one },
  { name: 'MessageTrash', ...one },
];

/** Starts one driver and runs transactions over it; each call gives the log lines of that transaction. */
export async function startDriver(definition: DriverDefinition, settings: Omit<DriverSettings, 'driver'>) {
  const { drivers, problems } = await initDrivers(
    [{ driver: definition.name, ...settings }],
    createDriverRegistry([definition]),
    { user: 'alice', clock: () => 0 },
  );
  const run = async (events: readonly PushEvent[], committed = true) => {
    const transaction = { ...inbox, events, committed };
    const [driverRun] = await runTransaction(transaction, drivers, {
      deduplicateRegistrations: true,
      clock: () => 0,
    });
    return driverRun;
  };
  return { run, problems, drivers };
}

/** What every driver owes the framework, whatever it does. `settings` is a configuration it starts with. */
export function testDriver(definition: DriverDefinition, settings: Omit<DriverSettings, 'driver'>): void {
  describe(`${definition.name} as a driver`, () => {
    it('starts with its settings', async () => {
      expect((await startDriver(definition, settings)).problems).toEqual([]);
    });

    it.each(oneOfEach.map((event) => [event.name, event] as const))('survives %s', async (_name, event) => {
      const run = await (await startDriver(definition, settings)).run([event]);
      expect(run?.outcome).not.toBe('failed');
    });

    it('survives a rollback, two transactions in a row, and its end', async () => {
      const { run, drivers } = await startDriver(definition, settings);
      await run(oneOfEach, false);
      expect((await run(oneOfEach))?.outcome).not.toBe('failed');
      await drivers[0]?.driver.deinit?.();
    });

    it('says why when it takes no part', async () => {
      const run = await (await startDriver(definition, settings)).run(oneOfEach);
      if (run?.outcome === 'skipped') expect(run.reason).toBeTruthy();
    });
  });
}
