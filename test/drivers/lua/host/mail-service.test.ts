import { describe, expect, it } from 'vitest';
import type { DriverHost, MailAccess } from '#framework';
import { createMailAccess } from '#store';
import { createMailService } from '../../../../drivers/lua/host/mail-service.ts';
import { createRecordingSession, names } from '../../../store/recording-session.ts';

function serviceFor(mail: MailAccess, host: Partial<DriverHost> = {}) {
  return createMailService({ user: 'alice', dialect: '2.4', mail, ...host } as DriverHost);
}

const plainly = { autoCreate: false, autoSubscribe: false };

describe('what scripts ask about mail', () => {
  it('creates a mailbox when a script opens it so, and waits for the drivers that hear of it', async () => {
    const { session, heard } = await createRecordingSession();
    const service = serviceFor(createMailAccess(session.store, () => session));
    const opened = { mailbox: 'Auto', autoCreate: true, autoSubscribe: false };
    expect(await service['mail.status'](opened)).toMatchObject({ messages: 0, uidNext: 1 });
    expect(names(heard)).toEqual(['Auto: MailboxCreate']);
  });

  it('lets the INBOX of a new user come to exist when entries of the server are looked up', async () => {
    const { session, heard } = await createRecordingSession();
    session.store.mailboxes.clear();
    const service = serviceFor(createMailAccess(session.store, () => session));
    expect(await service['mail.getMetadata']({ mailbox: undefined, keys: ['/private/x'] })).toEqual([
      undefined,
    ]);
    expect(names(heard)).toEqual(['INBOX: MailboxCreate']);
  });

  it('finds what doveadm sets on the mailbox "" under the user, and in the INBOX under its long name', async () => {
    const { session } = await createRecordingSession();
    session.store.metadata.set('', '/private/vendor/vendor.dovecot/http-notify', 'user=11@3');
    const service = serviceFor(createMailAccess(session.store, () => session));
    const keys = ['/private/vendor/vendor.dovecot/http-notify'];
    expect(await service['mail.getMetadata']({ mailbox: undefined, keys })).toEqual(['user=11@3']);
    expect(await service['mail.getMetadata']({ mailbox: 'INBOX', keys })).toEqual([undefined]);
    const long = ['/private/vendor/vendor.dovecot/pvt/server/vendor/vendor.dovecot/http-notify'];
    expect(await service['mail.getMetadata']({ mailbox: 'INBOX', keys: long })).toEqual(['user=11@3']);
  });

  it('says that an INBOX cannot be opened', async () => {
    const { session } = await createRecordingSession();
    const mail = createMailAccess(session.store, () => session);
    const { mailboxes } = mail;
    if (!mailboxes) throw new Error('no mailboxes');
    const openMailbox = () => Promise.reject(new Error('disk full'));
    const service = serviceFor({ ...mail, mailboxes: { ...mailboxes, openMailbox } });
    const list = async () => service['mail.listMetadata']({ mailbox: undefined, prefixes: ['/private/'] });
    await expect(list()).rejects.toThrow('Cannot open INBOX: disk full');
  });

  it('has counts, but changes nothing, where there is only asking', async () => {
    const { session } = await createRecordingSession();
    const service = serviceFor(createMailAccess(session.store));
    expect(await service['mail.status']({ mailbox: 'INBOX', ...plainly })).toMatchObject({ messages: 0 });
    const change = async () =>
      service['mail.changeMetadata']({ mailbox: undefined, key: '/private/x', value: 'y' });
    await expect(change()).rejects.toThrow('cannot be changed here');
  });

  it('expands variables, and fails where 2.4 does', async () => {
    const { session } = await createRecordingSession();
    const mail = createMailAccess(session.store);
    const expand = () => ({ text: 'UNSUPPORTED_VARIABLE_x', problem: "Unknown variable 'x'" });
    const old = serviceFor(mail, { dialect: '2.3', expand });
    expect(await old['mail.expand']('%{x}')).toBe('UNSUPPORTED_VARIABLE_x');
    expect(() => serviceFor(mail, { expand })['mail.expand']('%{x}')).toThrow("Unknown variable 'x'");
  });
});
