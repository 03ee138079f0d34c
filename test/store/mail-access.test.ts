import { describe, expect, it } from 'vitest';
import { createMailAccess } from '#store';
import { createRecordingSession, names } from './recording-session.ts';

const plainly = { autoCreate: false, autoSubscribe: false };

describe('what drivers may do with the mail', () => {
  it('creates a mailbox on the way when it is asked to, and drivers hear of it', async () => {
    const { session, heard } = await createRecordingSession();
    const { mailboxes } = createMailAccess(session.store, () => session);
    await mailboxes?.openMailbox('Auto', { autoCreate: true, autoSubscribe: true });
    await mailboxes?.openMailbox('Auto', { autoCreate: true, autoSubscribe: true });
    expect(names(heard)).toEqual(['Auto: MailboxCreate', 'Auto: MailboxSubscribe']);
  });

  it('creates the INBOX of a new user when a script opens it', async () => {
    const { session, heard } = await createRecordingSession();
    session.store.mailboxes.clear();
    const { mailboxes } = createMailAccess(session.store, () => session);
    await mailboxes?.openMailbox('inbox', plainly);
    expect(names(heard)).toEqual(['INBOX: MailboxCreate']);
  });

  it('refuses what is not there and what cannot be a name, in words for the script', async () => {
    const { session, heard } = await createRecordingSession();
    const { mailboxes } = createMailAccess(session.store, () => session);
    const open = async (name: string, autoCreate: boolean) =>
      mailboxes?.openMailbox(name, { ...plainly, autoCreate });
    await expect(open('Nope', false)).rejects.toThrow("Mailbox doesn't exist: Nope");
    await expect(open('a//b', true)).rejects.toThrow('Has adjacent hierarchy separators');
    await expect(open('a\u0001b', true)).rejects.toThrow('Control characters');
    expect(() => mailboxes?.changeMetadata('', '/private/a*', 'x')).toThrow("must not contain '*'");
    expect(heard).toEqual([]);
  });

  it('changes METADATA without telling anybody', async () => {
    const { session, heard } = await createRecordingSession();
    const mail = createMailAccess(session.store, () => session);
    const { mailboxes } = mail;
    void mailboxes?.changeMetadata('', '/private/x', 'v');
    expect(mail.getMetadata('', '/private/x')).toBe('v');
    expect(mailboxes?.listMetadata('', '/private/')).toEqual([{ entry: '/private/x', value: 'v' }]);
    void mailboxes?.changeMetadata('', '/private/x', undefined);
    expect(mail.getMetadata('', '/private/x')).toBeUndefined();
    expect(heard).toEqual([]);
  });

  it('only answers questions without a session', async () => {
    const { session } = await createRecordingSession();
    expect(createMailAccess(session.store).mailboxes).toBeUndefined();
  });
});
