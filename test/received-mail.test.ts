import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PushEvent } from '#framework';
import { createReceivedMail } from '../main/received-mail.ts';
import { openMetadataFile } from '../main/store/metadata-file.ts';

describe('mail that is on another server', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'received-mail-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('keeps what scripts set where `dovebell metadata` finds it, and what that has set meanwhile', async () => {
    const mail = createReceivedMail(folder, () => undefined).mailOf('alice');
    await mail.mailboxes?.changeMetadata('', '/private/a', '1');
    const other = await openMetadataFile(folder);
    other.forUser('alice').set('', '/private/b', '2');
    await other.save();
    await Promise.all([
      mail.mailboxes?.changeMetadata('', '/private/c', '3'),
      mail.mailboxes?.changeMetadata('', '/private/a', undefined),
    ]);
    const found = (await openMetadataFile(folder)).forUser('alice');
    expect(found.list('')).toEqual(['/private/b', '/private/c']);
    expect(mail.getMetadata('', '/private/c')).toBe('3');
    expect(mail.mailboxes?.listMetadata('', '/private/')).toHaveLength(2);
  });

  it('keeps no more than it can read again', async () => {
    const { mailboxes } = createReceivedMail(folder, () => undefined).mailOf('alice');
    const set = async (value: string) => mailboxes?.changeMetadata('', '/private/a', value);
    await expect(set('x'.repeat(70_000))).rejects.toThrow('longer than 65536');
    await set('x'.repeat(65_536));
  });

  it('does not write over a file that it cannot read, and says so', async () => {
    await writeFile(path.join(folder, 'metadata.json'), 'nonsense');
    const mail = createReceivedMail(folder, () => undefined).mailOf('alice');
    await expect(mail.mailboxes?.changeMetadata('', '/private/a', '1')).rejects.toThrow(
      'does not hold METADATA',
    );
    expect(await readFile(path.join(folder, 'metadata.json'), 'utf8')).toBe('nonsense');
  });

  it('opens any mailbox and counts what the sender has counted', async () => {
    const received = createReceivedMail(folder, () => undefined);
    const { mailboxes } = received.mailOf('alice');
    expect(mailboxes?.openMailbox('INBOX', { autoCreate: false, autoSubscribe: false })).toBeUndefined();
    expect(() => mailboxes?.readStatus('INBOX')).toThrow('did not say');
    const event = { name: 'MessageNew', user: 'alice', mailbox: 'INBOX', uid: 1, uidValidity: 7, unseen: 3 };
    await received.update([event as unknown as PushEvent]);
    expect(mailboxes?.readStatus('INBOX')).toMatchObject({ unseen: 3, uidValidity: 7, messages: 0 });
  });
});
