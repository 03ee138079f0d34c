import { describe, expect, it } from 'vitest';
import {
  createTrace,
  runTransaction,
  type ActiveDriver,
  type Driver,
  type DriverTxn,
  type PushEvent,
  type Txn,
} from '#framework';

const clock = () => 0;
const inbox = { user: 'alice', mailbox: 'INBOX' };
const message = (uid: number): PushEvent => ({
  name: 'MessageNew',
  ...inbox,
  uid,
  uidValidity: 7,
  from: 'bob',
  subject: 'hi',
  subjectHeader: 'hi',
  snippet: 'text',
});

function activeDriver(name: string, beginTxn: (txn: Txn) => DriverTxn | undefined): ActiveDriver {
  const driver: Driver = { beginTxn };
  return { name, logPrefix: `${name}: `, driver, trace: createTrace(clock) };
}

function recording(
  name: string,
  calls: string[],
  register: (txn: Txn) => void = () => undefined,
): ActiveDriver {
  return activeDriver(name, (txn) => {
    calls.push(`${name} begin`);
    register(txn);
    return {
      processMbox: ({ events }) =>
        void calls.push(`${name} mbox ${events.map((event) => event.name).join()}`),
      processMsg: ({ uid, events }) =>
        void calls.push(`${name} msg ${uid} ${events.map((event) => event.name).join()}`),
      endTxn: (success) => void calls.push(`${name} end ${success}`),
    };
  });
}

const run = (
  events: PushEvent[],
  drivers: ActiveDriver[],
  deduplicateRegistrations = true,
  committed = true,
) => runTransaction({ ...inbox, events, committed }, drivers, { deduplicateRegistrations, clock });

describe('runTransaction', () => {
  it('shows one message to all drivers before the next message', async () => {
    const calls: string[] = [];
    await run([message(1), message(2)], [recording('a', calls), recording('b', calls)]);
    expect(calls).toEqual([
      'a begin',
      'b begin',
      'a msg 1 ',
      'b msg 1 ',
      'a msg 2 ',
      'b msg 2 ',
      'a end true',
      'b end true',
    ]);
  });

  it('reaches no driver when nothing happened', async () => {
    const calls: string[] = [];
    expect(await run([], [recording('a', calls)])).toEqual([]);
    expect(calls).toEqual([]);
  });

  it('begins and ends after a rollback, with nothing between', async () => {
    const calls: string[] = [];
    await run([message(1)], [recording('a', calls, (txn) => txn.register('MessageNew'))], true, false);
    expect(calls).toEqual(['a begin', 'a end false']);
  });

  it('skips a driver that refuses and says why', async () => {
    const [skipped] = await run(
      [message(1)],
      [activeDriver('a', (txn) => txn.refuse('Archive is not watched'))],
    );
    expect(skipped).toMatchObject({ driver: 'a', outcome: 'skipped', reason: 'Archive is not watched' });
  });

  it.each(['beginTxn', 'processMsg', 'endTxn'])(
    'lets the others go on when a driver throws in %s',
    async (hook) => {
      const calls: string[] = [];
      const fail = () => {
        throw new Error(`broken ${hook}`);
      };
      const broken = activeDriver('broken', () => {
        if (hook === 'beginTxn') fail();
        return hook === 'processMsg' ? { processMsg: fail } : { endTxn: fail };
      });
      const runs = await run([message(1)], [broken, recording('b', calls)]);
      expect(runs[0]).toMatchObject({ outcome: 'failed', reason: `broken ${hook}` });
      expect(runs[1]).toMatchObject({ outcome: 'done' });
      expect(calls).toEqual(['b begin', 'b msg 1 ', 'b end true']);
    },
  );

  it('gives a driver the fields it registered and nothing else', async () => {
    let seen: readonly PushEvent[] = [];
    const driver = activeDriver('a', (txn) => {
      txn.register('MessageNew', { fields: ['subject'] });
      return { processMsg: ({ events }) => void (seen = events) };
    });
    await run([message(5)], [driver]);
    expect(seen).toEqual([
      { name: 'MessageNew', ...inbox, uid: 5, uidValidity: 7, subject: 'hi', subjectHeader: 'hi' },
    ]);
  });

  it('repeats a mailbox event once per registration when registrations are shared, as Dovecot does', async () => {
    const calls: string[] = [];
    const register = (txn: Txn) => txn.register('MailboxCreate');
    const drivers = () => [recording('a', calls, register), recording('b', calls, register)];
    const created: PushEvent = { name: 'MailboxCreate', ...inbox };
    await run([created], drivers(), false);
    expect(calls.filter((call) => call.includes('mbox'))).toEqual([
      'a mbox MailboxCreate,MailboxCreate',
      'b mbox MailboxCreate,MailboxCreate',
    ]);
    calls.length = 0;
    await run([created], drivers());
    expect(calls.filter((call) => call.includes('mbox'))).toEqual([
      'a mbox MailboxCreate',
      'b mbox MailboxCreate',
    ]);
  });

  it('shows a driver what only another one asked for when registrations are shared', async () => {
    let seen: readonly PushEvent[] = [];
    const asks = activeDriver('asks', (txn) => {
      txn.register('MessageNew', { fields: ['from'] });
      return {};
    });
    const looks = activeDriver('looks', (txn) => {
      txn.register('MessageNew');
      return { processMsg: ({ events }) => void (seen = events) };
    });
    await run([message(1)], [asks, looks], false);
    expect(seen).toMatchObject([{ name: 'MessageNew', from: 'bob' }]);
    await run([message(1)], [asks, looks]);
    expect(seen).toEqual([]);
  });

  it('lists keywords twice when two registrations share them, and flags once', async () => {
    let seen: readonly PushEvent[] = [];
    const driver = () =>
      activeDriver('a', (txn) => {
        txn.register('FlagsSet');
        return { processMsg: ({ events }) => void (seen = events) };
      });
    const set: PushEvent = {
      name: 'FlagsSet',
      ...inbox,
      uid: 1,
      uidValidity: 7,
      flags: ['\\Seen'],
      keywords: ['kw'],
    };
    await run([set], [driver(), driver()], false);
    expect(seen).toMatchObject([{ flags: ['\\Seen'], keywords: ['kw', 'kw'] }]);
  });
});
