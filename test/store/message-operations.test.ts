import { describe, expect, it } from 'vitest';
import {
  changeFlags,
  copyMessages,
  createMailbox,
  deliverMessage,
  expungeMessages,
  findMailbox,
  moveMessages,
  openSaveTransaction,
} from '#store';
import { createRecordingSession, names, type RecordingSession } from './recording-session.ts';

const raw = (text: string) => new TextEncoder().encode(text);

/** A session whose INBOX holds messages 1 to `count`, with nothing heard yet. */
async function withMessages(count: number): Promise<RecordingSession> {
  const recording = await createRecordingSession();
  const inbox = findMailbox(recording.session.store, 'INBOX');
  const transaction = openSaveTransaction(recording.session, inbox, 'append');
  for (let at = 1; at <= count; at++) await transaction.save({ raw: raw(`message ${at}`) });
  await transaction.commit();
  inbox.firstRecentUid = inbox.uidNext;
  recording.heard.length = 0;
  recording.order.length = 0;
  return recording;
}

const seen = { mode: 'add', flags: ['\\Seen'], keywords: [] } as const;

describe('changeFlags', () => {
  it('reports \\Seen as an empty FlagsClear, FlagsSet and MessageRead', async () => {
    const { session, heard } = await withMessages(1);
    await changeFlags(session, findMailbox(session.store, 'INBOX'), [1], seen);
    expect(names(heard)).toEqual(['INBOX: FlagsClear FlagsSet MessageRead']);
    expect(heard[0]?.events[0]).toMatchObject({ flags: [], flagsOld: [], uid: 1, uidValidity: 1 });
    expect(heard[0]?.events[1]).toMatchObject({ flags: ['\\Seen'] });
  });

  it('is no transaction at all when nothing changes', async () => {
    const { session, heard, order } = await withMessages(1);
    const inbox = findMailbox(session.store, 'INBOX');
    await changeFlags(session, inbox, [1], { mode: 'remove', flags: ['\\Seen'], keywords: ['none'] });
    await changeFlags(session, inbox, [99], seen);
    expect(heard).toEqual([]);
    expect(order).toEqual([]);
    expect(inbox.keywordNames).toEqual([]);
  });

  it('reports only the messages that changed, ascending whatever the order asked for', async () => {
    const { session, heard } = await withMessages(3);
    const inbox = findMailbox(session.store, 'INBOX');
    await changeFlags(session, inbox, [2], seen);
    heard.length = 0;
    await changeFlags(session, inbox, [3, 2, 1], seen);
    expect(heard[0]?.events.filter(({ name }) => name === 'MessageRead')).toMatchObject([
      { uid: 1 },
      { uid: 3 },
    ]);
  });

  it('puts flags and keywords of one STORE into one record, with what was there before', async () => {
    const { session, heard } = await withMessages(1);
    const inbox = findMailbox(session.store, 'INBOX');
    await changeFlags(session, inbox, [1], { mode: 'add', flags: ['\\Seen'], keywords: ['kw1', 'kw2'] });
    heard.length = 0;
    await changeFlags(session, inbox, [1], {
      mode: 'replace',
      flags: ['\\Deleted'],
      keywords: ['kw3', 'kw2'],
    });
    expect(names(heard)).toEqual(['INBOX: FlagsClear FlagsSet MessageTrash']);
    expect(heard[0]?.events).toMatchObject([
      { flags: ['\\Seen'], keywords: ['kw1'], flagsOld: ['\\Seen'], keywordsOld: ['kw1', 'kw2'] },
      { flags: ['\\Deleted'], keywords: ['kw3'] },
      {},
    ]);
  });

  it('lists keywords in the order and the spelling of the mailbox', async () => {
    const { session } = await withMessages(2);
    const inbox = findMailbox(session.store, 'INBOX');
    await changeFlags(session, inbox, [1], { mode: 'add', flags: [], keywords: ['Work', 'home'] });
    await changeFlags(session, inbox, [2], { mode: 'add', flags: [], keywords: ['home', 'WORK'] });
    expect(inbox.messages[1]?.keywords).toEqual(['Work', 'home']);
  });

  it('knows \\Recent as what was there before, and never as something set or cleared', async () => {
    const { session, heard } = await withMessages(1);
    const inbox = findMailbox(session.store, 'INBOX');
    await changeFlags(session, inbox, [1], { ...seen, recentFrom: 1 });
    expect(heard[0]?.events[0]).toMatchObject({ name: 'FlagsClear', flags: [], flagsOld: ['\\Recent'] });
  });
});

describe('expungeMessages', () => {
  it('reports each message once and takes it away before the drivers hear of it', async () => {
    const { session, heard } = await withMessages(3);
    const inbox = findMailbox(session.store, 'INBOX');
    await expungeMessages(session, inbox, [3, 1]);
    expect(heard[0]?.events).toMatchObject([{ uid: 1 }, { uid: 3 }]);
    expect(inbox.messages.map(({ uid }) => uid)).toEqual([2]);
    expect(inbox.uidNext).toBe(4);
  });
});

describe('copyMessages and moveMessages', () => {
  it('copies flags and keywords and reports an append in the target only', async () => {
    const { session, heard } = await withMessages(1);
    const inbox = findMailbox(session.store, 'INBOX');
    await changeFlags(session, inbox, [1], { mode: 'add', flags: ['\\Seen'], keywords: ['kw'] });
    const archive = await createMailbox(session, 'Archive');
    heard.length = 0;
    expect(await copyMessages(session, inbox, [1], archive)).toEqual([1]);
    expect(names(heard)).toEqual(['Archive: MessageAppend']);
    expect(heard[0]?.events).toMatchObject([
      { flags: ['\\Seen'], keywords: ['kw'], uid: 1, uidValidity: 100, subject: 'message 1' },
    ]);
  });

  it('moves as an append inside an expunge: the target begins and ends first', async () => {
    const { session, heard, order } = await withMessages(3);
    const archive = await createMailbox(session, 'Archive');
    heard.length = 0;
    order.length = 0;
    const inbox = findMailbox(session.store, 'INBOX');
    expect(await moveMessages(session, inbox, [1, 3], archive)).toEqual([1, 2]);
    expect(order).toEqual(['begin Archive', 'begin INBOX', 'end Archive', 'end INBOX']);
    expect(names(heard)).toEqual([
      'Archive: MessageAppend MessageAppend',
      'INBOX: MessageExpunge MessageExpunge',
    ]);
    expect(inbox.messages.map(({ uid }) => uid)).toEqual([2]);
  });
});

describe('openSaveTransaction', () => {
  it('brings all messages in with consecutive uids', async () => {
    const { session, heard } = await withMessages(2);
    const inbox = findMailbox(session.store, 'INBOX');
    const transaction = openSaveTransaction(session, inbox, 'append');
    await transaction.save({ raw: raw('a'), flags: ['\\Seen', '\\Recent'], keywords: ['kw'] });
    await transaction.save({ raw: raw('b') });
    expect(await transaction.commit()).toEqual([3, 4]);
    expect(heard[0]?.events).toMatchObject([
      { name: 'MessageAppend', uid: 3, subject: 'a', flags: ['\\Seen'], keywords: ['kw'] },
      { name: 'MessageAppend', uid: 4, subject: 'b' },
    ]);
  });

  it('leaves no trace after a rollback but the begin and end that drivers saw', async () => {
    const { session, heard, order } = await withMessages(1);
    const inbox = findMailbox(session.store, 'INBOX');
    const before = structuredClone(inbox);
    const transaction = openSaveTransaction(session, inbox, 'append');
    await transaction.save({ raw: raw('a'), keywords: ['new'] });
    await transaction.rollback();
    expect(inbox).toEqual(before);
    expect(order).toEqual(['begin INBOX', 'end INBOX']);
    expect(heard).toEqual([{ mailbox: 'INBOX', events: [], success: false }]);
  });

  it('reaches no driver when nothing was saved', async () => {
    const { session, order } = await withMessages(0);
    const transaction = openSaveTransaction(session, findMailbox(session.store, 'INBOX'), 'append');
    await transaction.rollback();
    expect(order).toEqual([]);
  });
});

describe('deliverMessage', () => {
  const options = { autocreate: true, autosubscribe: false, skipsUidValidity: false };

  it('reports MessageNew', async () => {
    const { session, heard } = await withMessages(0);
    expect(await deliverMessage(session, 'INBOX', raw('hi'), options)).toBe(1);
    expect(names(heard)).toEqual(['INBOX: MessageNew']);
  });

  it('creates a mailbox that is missing in a transaction of its own, and subscribes to it when asked to', async () => {
    const { session, heard } = await withMessages(0);
    await deliverMessage(session, 'New/Sub', raw('hi'), { ...options, autosubscribe: true });
    expect(names(heard)).toEqual([
      'New/Sub: MailboxCreate',
      'New/Sub: MailboxSubscribe',
      'New/Sub: MessageNew',
    ]);
  });

  it('delivers to the INBOX where the mailbox cannot be had', async () => {
    const { session, heard } = await withMessages(0);
    await deliverMessage(session, 'Missing', raw('hi'), { ...options, autocreate: false });
    await deliverMessage(session, 'a.b', raw('hi'), options);
    expect(names(heard)).toEqual(['INBOX: MessageNew', 'INBOX: MessageNew']);
  });

  it('uses up one UIDVALIDITY more in 2.4', async () => {
    const { session } = await withMessages(0);
    await deliverMessage(session, 'New', raw('hi'), { ...options, skipsUidValidity: true });
    expect(findMailbox(session.store, 'New').uidValidity).toBe(101);
  });
});
