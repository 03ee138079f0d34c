import { describe, expect, it } from 'vitest';
import {
  addSubscription,
  createMailbox,
  deleteMailbox,
  deliverMessage,
  findMailbox,
  openMailbox,
  renameMailbox,
  subscribeMailbox,
  unsubscribeMailbox,
} from '#store';
import { createRecordingSession, names } from './recording-session.ts';

const delivery = { autocreate: true, autosubscribe: false, skipsUidValidity: false };

describe('mailbox operations', () => {
  it('creates a deep mailbox with one event, and not twice', async () => {
    const { session, heard } = await createRecordingSession();
    await createMailbox(session, 'a/b/c');
    await expect(createMailbox(session, 'a/b/c')).rejects.toMatchObject({ code: 'ALREADYEXISTS' });
    expect(names(heard)).toEqual(['a/b/c: MailboxCreate']);
  });

  it.each(['', '/a', 'a/', 'a//b', 'a.b', 'a\tb'])('creates no mailbox %j', async (name) => {
    const { session, heard } = await createRecordingSession();
    await expect(createMailbox(session, name)).rejects.toMatchObject({ code: 'CANNOT' });
    expect(heard).toEqual([]);
  });

  it('deletes the messages in a transaction of their own, then the mailbox, and leaves those below', async () => {
    const { session, heard } = await createRecordingSession();
    await createMailbox(session, 'a/b');
    await deliverMessage(session, 'a', Buffer.from('x'), delivery);
    heard.length = 0;
    await deleteMailbox(session, 'a');
    expect(names(heard)).toEqual(['a: MessageExpunge', 'a: MailboxDelete']);
    expect(findMailbox(session.store, 'a/b')).toBeDefined();
    await expect(deleteMailbox(session, 'a')).rejects.toMatchObject({ code: 'NONEXISTENT' });
    await expect(deleteMailbox(session, 'INBOX')).rejects.toThrow("INBOX can't be deleted.");
    await expect(deleteMailbox(session, 'nowhere')).rejects.toMatchObject({ code: 'NONEXISTENT' });
  });

  it('renames with everything below in one event, and keeps UIDVALIDITY', async () => {
    const { session, heard } = await createRecordingSession();
    const { uidValidity } = await createMailbox(session, 'a');
    await createMailbox(session, 'a/b');
    session.store.metadata.set('a', '/private/comment', 'kept');
    heard.length = 0;
    await renameMailbox(session, 'a', 'x/y');
    expect(heard).toMatchObject([{ mailbox: 'x/y', events: [{ name: 'MailboxRename', mailboxOld: 'a' }] }]);
    expect(findMailbox(session.store, 'x/y').uidValidity).toBe(uidValidity);
    expect(findMailbox(session.store, 'x/y/b').name).toBe('x/y/b');
    expect(session.store.metadata.get('x/y', '/private/comment')).toBe('kept');
  });

  it('refuses to rename the INBOX, onto a mailbox, below itself, and what is not there', async () => {
    const { session, heard } = await createRecordingSession();
    await createMailbox(session, 'a');
    await createMailbox(session, 'b');
    heard.length = 0;
    await expect(renameMailbox(session, 'INBOX', 'c')).rejects.toMatchObject({ code: 'CANNOT' });
    await expect(renameMailbox(session, 'a', 'b')).rejects.toMatchObject({ code: 'ALREADYEXISTS' });
    await expect(renameMailbox(session, 'a', 'a/c')).rejects.toMatchObject({ code: 'CANNOT' });
    await expect(renameMailbox(session, 'nowhere', 'c')).rejects.toMatchObject({ code: 'NONEXISTENT' });
    expect(heard).toEqual([]);
  });

  it('renames onto a level that has no mailbox of its own, unless one below it is in the way', async () => {
    const { session } = await createRecordingSession();
    for (const name of ['a', 'a/b', 'c/d', 'e/b']) await createMailbox(session, name);
    await expect(renameMailbox(session, 'a', 'e')).rejects.toMatchObject({ code: 'ALREADYEXISTS' });
    await renameMailbox(session, 'a', 'c');
    expect([...session.store.mailboxes.keys()].toSorted()).toEqual(['INBOX', 'c', 'c/b', 'c/d', 'e/b']);
  });

  it('reports a subscription only when it changes', async () => {
    const { session, heard } = await createRecordingSession();
    await subscribeMailbox(session, 'INBOX');
    await subscribeMailbox(session, 'INBOX');
    await unsubscribeMailbox(session, 'INBOX');
    await unsubscribeMailbox(session, 'INBOX');
    await expect(subscribeMailbox(session, 'nowhere')).rejects.toThrow("Mailbox doesn't exist: nowhere");
    expect(names(heard)).toEqual(['INBOX: MailboxSubscribe', 'INBOX: MailboxUnsubscribe']);
  });

  it('subscribes to no level without a mailbox of its own, except when not asked to check', async () => {
    const { session, heard } = await createRecordingSession();
    await createMailbox(session, 'a/b');
    heard.length = 0;
    await expect(subscribeMailbox(session, 'a')).rejects.toMatchObject({ code: 'NONEXISTENT' });
    await addSubscription(session, 'a');
    expect(names(heard)).toEqual(['a: MailboxSubscribe']);
  });

  it('makes the INBOX without a word when another mailbox is looked for first', async () => {
    const { session, heard } = await createRecordingSession();
    session.store.mailboxes.clear();
    await expect(openMailbox(session, 'Archive')).rejects.toMatchObject({ code: 'NONEXISTENT' });
    await openMailbox(session, 'INBOX');
    expect(names(heard)).toEqual([]);
  });

  it('makes the INBOX when it is opened first, and no other mailbox', async () => {
    const { session, heard } = await createRecordingSession();
    session.store.mailboxes.clear();
    await openMailbox(session, 'INBOX');
    await expect(openMailbox(session, 'Archive', 'TRYCREATE')).rejects.toMatchObject({ code: 'TRYCREATE' });
    expect(names(heard)).toEqual(['INBOX: MailboxCreate']);
  });
});
