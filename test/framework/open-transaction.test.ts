import { describe, expect, it } from 'vitest';
import {
  createTrace,
  openTransaction,
  type ActiveDriver,
  type PushEvent,
  type Txn,
  type TxnMbox,
  type TxnMsg,
} from '#framework';

const clock = () => 0;
const inbox = { user: 'alice', mailbox: 'INBOX' };

interface Heard {
  readonly lines: string[];
  readonly records: (TxnMbox | TxnMsg)[];
}

function driver(name: string, { lines, records }: Heard, register: (txn: Txn) => void): ActiveDriver {
  return {
    name,
    logPrefix: `${name}: `,
    trace: createTrace(clock),
    driver: {
      beginTxn(txn) {
        lines.push(`${name} begin ${txn.mailbox}`);
        txn.log.debug(`${name} begins`);
        register(txn);
        return {
          processMbox: (mbox) => void records.push(mbox),
          processMsg: (msg) => void records.push(msg),
          endTxn: (success) => void lines.push(`${name} end ${txn.mailbox} ${success}`),
        };
      },
    },
  };
}

const eventNames = (records: readonly (TxnMbox | TxnMsg)[]) =>
  records.map(({ events }) => events.map(({ name }) => name).join(' '));

function heard(): Heard {
  return { lines: [], records: [] };
}

describe('openTransaction', () => {
  it('begins with the first change that raises an event, and not before', async () => {
    const log = heard();
    const transaction = openTransaction(inbox, [driver('a', log, () => undefined)], {
      clock,
      deduplicateRegistrations: true,
    });
    await transaction.changeMessage(1, { kind: 'flags', before: [], after: [] });
    expect(log.lines).toEqual([]);
    await transaction.changeMessage(1, { kind: 'expunge' });
    await transaction.changeMessage(2, { kind: 'expunge' });
    expect(log.lines).toEqual(['a begin INBOX']);
    await transaction.commit({ uidValidity: 7 });
    expect(log.lines).toEqual(['a begin INBOX', 'a end INBOX true']);
  });

  it('reaches no driver and writes no line when it never began', async () => {
    const log = heard();
    const sunk: string[] = [];
    const options = {
      clock,
      deduplicateRegistrations: true,
      sink: (_source: string, { text }: { text: string }) => void sunk.push(text),
    };
    expect(await openTransaction(inbox, [driver('a', log, () => undefined)], options).commit()).toEqual([]);
    expect([log.lines, sunk]).toEqual([[], []]);
  });

  it('gives saved messages their uids at the commit, in the order of saving', async () => {
    const log = heard();
    const register = (txn: Txn) => txn.register('MessageAppend', { fields: ['subject'] });
    const transaction = openTransaction(inbox, [driver('a', log, register)], {
      clock,
      deduplicateRegistrations: true,
    });
    for (const subject of ['one', 'two', 'three']) {
      await transaction.saveMessage({ kind: 'append', data: { subject } });
    }
    await transaction.commit({ uids: [5, 6], uidValidity: 7 });
    expect(log.records).toMatchObject([
      { uid: 5, uidValidity: 7, events: [{ uid: 5, uidValidity: 7, subject: 'one' }] },
      { uid: 6 },
      { uid: 0, uidValidity: 7 },
    ]);
  });

  it('runs side by side with others, each ending when its mailbox is done', async () => {
    const log = heard();
    const drivers = [driver('a', log, () => undefined)];
    const options = { clock, deduplicateRegistrations: true };
    const target = openTransaction({ ...inbox, mailbox: 'Archive' }, drivers, options);
    const source = openTransaction(inbox, drivers, options);
    await target.saveMessage({ kind: 'append', data: {} });
    await source.changeMessage(1, { kind: 'expunge' });
    await target.commit({ uids: [1], uidValidity: 8 });
    await source.commit({ uidValidity: 7 });
    expect(log.lines).toEqual(['a begin Archive', 'a begin INBOX', 'a end Archive true', 'a end INBOX true']);
  });

  it('writes one log in the order of time, with its own line at the end of a success only', async () => {
    const lines: string[] = [];
    const drivers = [driver('a', heard(), () => undefined), driver('b', heard(), () => undefined)];
    const options = {
      clock,
      deduplicateRegistrations: true,
      sink: (source: string, { text }: { text: string }) => void lines.push(`${source}| ${text}`),
    };
    const committed = openTransaction(inbox, drivers, options);
    await committed.changeMailbox({ kind: 'subscribe' });
    await committed.commit();
    const rolledBack = openTransaction(inbox, drivers, options);
    await rolledBack.saveMessage({ kind: 'append', data: {} });
    await rolledBack.rollback();
    expect(lines).toEqual([
      'a| a begins',
      'b| b begins',
      'push-notification| push-notification: Push notification transaction completed',
      'a| a begins',
      'b| b begins',
    ]);
  });

  it('writes its line also when there is no driver', async () => {
    const lines: string[] = [];
    const sink = (_source: string, { text }: { text: string }) => void lines.push(text);
    const transaction = openTransaction(inbox, [], { clock, deduplicateRegistrations: true, sink });
    await transaction.changeMailbox({ kind: 'delete' });
    await transaction.commit();
    expect(lines).toHaveLength(1);
  });
});

describe('registrations in an open transaction', () => {
  const create = { kind: 'create', uidValidity: 1 } as const;
  const keywords = { kind: 'keywords', before: ['old'], after: ['new'] } as const;

  async function run(
    deduplicateRegistrations: boolean,
    first: (txn: Txn) => void,
    second: (txn: Txn) => void,
  ) {
    const [one, two] = [heard(), heard()];
    const drivers = [driver('one', one, first), driver('two', two, second)];
    const transaction = openTransaction(inbox, drivers, { clock, deduplicateRegistrations });
    await transaction.changeMailbox(create);
    await transaction.changeMessage(1, keywords);
    await transaction.commit({ uidValidity: 7 });
    return { one: one.records, two: two.records };
  }
  const both = (txn: Txn) => {
    txn.register('MailboxCreate');
    txn.register('FlagsSet');
  };

  it('repeats mailbox events and doubles keywords when they are shared, as Dovecot does', async () => {
    const { one, two } = await run(false, both, both);
    expect(eventNames(one)).toEqual(['MailboxCreate MailboxCreate', 'FlagsSet']);
    expect(two[1]?.events).toMatchObject([{ keywords: ['new', 'new'] }]);
  });

  it('gives each driver what it asked for, once, when they are not', async () => {
    const { one, two } = await run(true, both, () => undefined);
    expect(eventNames(one)).toEqual(['MailboxCreate', 'FlagsSet']);
    expect(one[1]?.events).toMatchObject([{ keywords: ['new'] }]);
    expect(eventNames(two)).toEqual(['', '']);
  });

  it('says by whose registration an event is there', async () => {
    const { one, two } = await run(false, both, (txn) => txn.register('FlagsClear'));
    const prefixes = (record: TxnMbox | TxnMsg | undefined) =>
      record?.events.map((event: PushEvent) => record.foreignPrefix(event));
    expect(prefixes(one[1])).toEqual([undefined, 'two: ']);
    expect(prefixes(two[1])).toEqual(['one: ', undefined]);
  });

  it('lists the old keywords once for each registration that wants them', async () => {
    const old = (txn: Txn) => txn.register('FlagsClear', { storeOld: true });
    const { one } = await run(false, old, old);
    expect(one[1]?.events).toMatchObject([
      { keywords: ['old', 'old'], keywordsOld: ['old', 'old'], flagsOld: [] },
    ]);
  });

  it('hides \\Seen and \\Deleted from FlagsSet where a registration wants that', async () => {
    const log = heard();
    const register = (txn: Txn) => txn.register('FlagsSet', { hideSeen: true, hideDeleted: true });
    const transaction = openTransaction(inbox, [driver('a', log, register)], {
      clock,
      deduplicateRegistrations: true,
    });
    await transaction.changeMessage(1, { kind: 'flags', before: [], after: ['\\Seen'] });
    await transaction.changeMessage(2, { kind: 'flags', before: [], after: ['\\Seen', '\\Draft'] });
    await transaction.commit({ uidValidity: 7 });
    expect(log.records.map(({ events }) => events)).toMatchObject([[], [{ flags: ['\\Draft'] }]]);
  });
});
