// Traps about transactions and what drivers hear together. Elsewhere: 16 to 32 of single events in
// events.test.ts, dlog's lines in dlog.test.ts; 34, 53 to 59 and 65 to 79 (Lua) are step 3's.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  createDriverRegistry,
  initDrivers,
  openTransaction,
  type DriverDefinition,
  type TransactionOptions,
} from '#framework';
import {
  addInbox,
  changeFlags,
  createMailStore,
  findMailbox,
  openSaveTransaction,
  type MailSession,
} from '#store';
import { dlog } from '../../drivers/dlog.ts';
import { createListener, deliver, imap, names, perform, preload } from './mail-server.ts';

const mail = { message: 'Subject: hi\r\n\r\nbody\r\n' };
const delivery = deliver(mail.message);
const dlogAndLua = ['push_notification_driver = dlog', 'push_notification_driver2 = lua:file=x.lua'];
const completed = 'push-notification: Push notification transaction completed';
const options: TransactionOptions = { clock: () => 0, deduplicateRegistrations: false };

/** These drivers, started for alice. */
async function startDrivers(...definitions: DriverDefinition[]) {
  const configured = definitions.map(({ name }) => ({ driver: name, settings: {} }));
  const host = { user: 'alice', clock: () => 0 };
  return (await initDrivers(configured, createDriverRegistry(definitions), host)).drivers;
}

describe('when a transaction reaches the drivers', () => {
  it('trap 13: a FETCH that reads only and a STORE that changes nothing begin nothing and complete nothing', async () => {
    const { log, calls, transactions } = await perform(
      [imap('SELECT INBOX', 'FETCH 1 (FLAGS BODY.PEEK[])', 'STORE 1 +FLAGS (\\Seen)', 'NOOP')],
      { config: dlogAndLua, prepared: preload({ flags: ['\\Seen'] }) },
    );
    expect(calls).toEqual([]);
    expect(transactions).toEqual([]);
    expect(log.filter((line) => line.includes('begin_txn') || line === completed)).toEqual([]);
  });

  it('trap 14: a rollback after one message begins and ends without success, reports nothing and completes nothing', async () => {
    const { log, calls, heard, transactions } = await perform(
      [imap(['APPEND INBOX ', mail, ' (\\Bogus) ', mail])],
      { config: dlogAndLua },
    );
    expect(calls).toEqual(['begin INBOX', 'end INBOX false']);
    expect(heard).toEqual([{ mailbox: 'INBOX', events: [], success: false }]);
    expect(transactions).toMatchObject([{ committed: false }]);
    expect(log).not.toContain(completed);
  });

  it('trap 15: the rollback of a transaction in which nothing happened calls no driver', async () => {
    const { definition, calls } = createListener();
    const drivers = await startDrivers(definition);
    const runs = await openTransaction({ user: 'alice', mailbox: 'INBOX' }, drivers, options).rollback();
    expect([runs, calls]).toEqual([[], []]);
  });

  it('trap 16: three messages of one APPEND are one begin, three messages with consecutive uids, one end', async () => {
    const { calls } = await perform([imap(['APPEND INBOX ', mail, ' ', mail, ' ', mail])], {
      prepared: preload({}),
    });
    expect(calls).toEqual(['begin INBOX', 'msg 2', 'msg 3', 'msg 4', 'end INBOX true']);
  });

  it('trap 17: two drivers see a message each before the next one: m1d1 m1d2 m2d1 m2d2', async () => {
    const order: string[] = [];
    const driver = (name: string): DriverDefinition => ({
      name,
      settings: z.looseObject({}),
      init: () => ({ beginTxn: () => ({ processMsg: ({ uid }) => void order.push(`m${uid}${name}`) }) }),
    });
    const drivers = await startDrivers(driver('d1'), driver('d2'));
    const transaction = openTransaction({ user: 'alice', mailbox: 'INBOX' }, drivers, options);
    await transaction.changeMessage(1, { kind: 'expunge' });
    await transaction.changeMessage(2, { kind: 'expunge' });
    await transaction.commit({ uidValidity: 7 });
    expect(order).toEqual(['m1d1', 'm1d2', 'm2d1', 'm2d2']);
  });

  it('trap 30: an action on a mailbox begins and ends once, always with success', async () => {
    const { calls } = await perform([
      imap('CREATE New', 'RENAME New Other', 'SUBSCRIBE Other', 'UNSUBSCRIBE Other', 'DELETE Other'),
    ]);
    const once = (name: string) => [`begin ${name}`, `mbox ${name}`, `end ${name} true`];
    expect(calls).toEqual(['New', 'Other', 'Other', 'Other', 'Other'].flatMap(once));
  });

  it('trap 83: the user under whose name a message is read has drivers that never begin', async () => {
    const { log } = await perform([delivery], { dialect: '2.4', config: ['push_notification dlog {', '}'] });
    expect(log.filter((line) => line.includes('Called init'))).toHaveLength(2);
    expect(log.filter((line) => line.includes('Called begin_txn'))).toHaveLength(1);
    expect(log.filter((line) => line.includes('Called deinit'))).toHaveLength(2);
  });
});

describe('what several drivers share', () => {
  it('trap 33: dlog and lua hear of a new mailbox twice each, as in Dovecot', async () => {
    const { log, heard } = await perform([imap('CREATE New')], { config: dlogAndLua });
    expect(names(heard)).toEqual(['New: MailboxCreate MailboxCreate']);
    expect(log.filter((line) => line === 'MailboxCreate: Mailbox was created')).toHaveLength(2);
  });

  it('trap 33: our default tells each of them once', async () => {
    const { log, heard } = await perform([imap('CREATE New')], { config: dlogAndLua, deduplicate: true });
    expect(names(heard)).toEqual(['New: MailboxCreate']);
    expect(log.filter((line) => line === 'MailboxCreate: Mailbox was created')).toHaveLength(1);
  });

  it('trap 35: dlog and lua list keywords twice in both events, and dlog going first harms nobody', async () => {
    const steps = [imap('SELECT INBOX', 'STORE 1 FLAGS (new)')];
    const prepared = preload({ keywords: ['old'] });
    const { heard, errors } = await perform(steps, { config: dlogAndLua, prepared });
    expect(errors).toEqual([]);
    expect(heard[0]?.events).toMatchObject([
      // dlog made the event and keeps no old keywords; only lua's registration adds them.
      { name: 'FlagsClear', keywords: ['old', 'old'], keywordsOld: ['old'] },
      { name: 'FlagsSet', keywords: ['new', 'new'] },
    ]);
    const single = await perform(steps, { config: dlogAndLua, prepared, deduplicate: true });
    expect(single.heard[0]?.events).toMatchObject([
      { name: 'FlagsClear', keywords: ['old'], keywordsOld: ['old'] },
      { name: 'FlagsSet', keywords: ['new'] },
    ]);
  });
});

describe('transactions side by side', () => {
  it('trap 74: a hook that stores flags and appends in another session does not hang; the transactions are independent', async () => {
    const order: string[] = [];
    const store = createMailStore(() => () => 100).forUser('alice');
    addInbox(store, 1);
    let isNested = false;
    const meddling: DriverDefinition = {
      name: 'meddling',
      settings: z.looseObject({}),
      init: () => ({
        beginTxn(txn) {
          const label = isNested ? 'inner' : 'outer';
          order.push(`${label} begin`);
          txn.register('MessageNew', { fields: ['subject'] });
          txn.register('FlagsSet');
          return {
            async processMsg({ uid, events }) {
              order.push(`${label} ${uid} ${events.map(({ name }) => name).join()}`);
              if (isNested) return;
              isNested = true;
              await changeFlags(other, inbox, [uid], { mode: 'add', flags: ['\\Seen'], keywords: [] });
              const save = openSaveTransaction(other, inbox, 'append');
              await save.save({ raw: Buffer.from('Subject: inner\n\n') });
              await save.commit();
              isNested = false;
            },
            endTxn: (success) => void order.push(`${label} end ${success}`),
          };
        },
      }),
    };
    const session = async (): Promise<MailSession> => {
      const drivers = await startDrivers(meddling);
      const open = (mailbox: string) => openTransaction({ user: 'alice', mailbox }, drivers, options);
      return { store, open, parse: () => ({ subject: 'x' }) };
    };
    const other = await session();
    const inbox = findMailbox(store, 'INBOX');
    const delivered = openSaveTransaction(await session(), inbox, 'save');
    await delivered.save({ raw: Buffer.from('Subject: outer\n\n') });
    expect(await delivered.commit()).toEqual([1]);
    expect(order).toEqual([
      'outer begin',
      'outer 1 MessageNew',
      'inner begin',
      'inner 1 FlagsSet',
      'inner end true',
      'inner begin',
      'inner 2 ',
      'inner end true',
      'outer end true',
    ]);
    expect(inbox.messages).toMatchObject([
      { uid: 1, flags: ['\\Seen'] },
      { uid: 2, flags: [] },
    ]);
  });
});

describe('uid and UIDVALIDITY', () => {
  it('trap 84: flag changes carry the UIDVALIDITY of the mailbox, saves that of the commit', async () => {
    const { heard } = await perform([delivery, imap('SELECT INBOX', 'STORE 1 +FLAGS (\\Flagged)')]);
    expect(heard.flatMap(({ events }) => events)).toMatchObject([
      { name: 'MessageNew', uid: 1, uidValidity: 1_700_000_000 },
      { name: 'FlagsClear', uid: 1, uidValidity: 1_700_000_000 },
      { name: 'FlagsSet', uid: 1, uidValidity: 1_700_000_000 },
    ]);
  });

  it('trap 85: a message whose uid the store does not tell is reported with uid 0, not skipped', async () => {
    const { definition, heard } = createListener();
    const lines: string[] = [];
    const sink = (_source: string, { text }: { text: string }) => void lines.push(text);
    const registry = createDriverRegistry([definition, dlog as DriverDefinition]);
    const configured = ['lua', 'dlog'].map((driver) => ({ driver, settings: {} }));
    const { drivers } = await initDrivers(configured, registry, { user: 'alice', clock: () => 0, sink });
    const ref = { user: 'alice', mailbox: 'INBOX' };
    const transaction = openTransaction(ref, drivers, { ...options, sink });
    await transaction.saveMessage({ kind: 'save', data: { subject: 'one' } });
    await transaction.saveMessage({ kind: 'save', data: { subject: 'two' } });
    await transaction.commit({ uidValidity: 7 });
    expect(heard[0]?.events).toMatchObject([
      { uid: 0, uidValidity: 7, subject: 'one' },
      { uid: 0, uidValidity: 7, subject: 'two' },
    ]);
    expect(lines.filter((line) => line.includes('UID [0], UIDVALIDITY [7]'))).toHaveLength(2);
  });
});
