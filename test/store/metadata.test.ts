import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMetadata, METADATA_FILE, openMetadataFile } from '#store';

const entry = '/private/vendor/vendor.dovecot/http-notify';

describe('metadata', () => {
  it('keeps entries of the server apart from those of a mailbox', () => {
    const metadata = createMetadata();
    metadata.set('', entry, 'user=11@3');
    expect(metadata.get('', entry)).toBe('user=11@3');
    expect(metadata.get('INBOX', entry)).toBeUndefined();
    expect(metadata.list('')).toEqual([entry]);
    expect(metadata.unset('', entry)).toBe(true);
    expect(metadata.unset('', entry)).toBe(false);
  });

  it('takes the scope in any case and the rest as it is', () => {
    const metadata = createMetadata();
    metadata.set('', '/SHARED/Comment', 'x');
    expect(metadata.list('')).toEqual(['/shared/Comment']);
    expect(metadata.get('', '/shared/comment')).toBeUndefined();
  });

  it.each([
    'comment',
    '/other/comment',
    '/private',
    '/private/',
    '/private/a//b',
    '/private/a*',
    '/private/a%',
    '/private/ä',
    '/private/vendor/vendor.dovecot/pvt/x',
  ])('refuses the entry %s', (name) => {
    expect(() => createMetadata().get('', name)).toThrow('Entry name');
  });
});

describe('openMetadataFile', () => {
  it('starts empty, saves whole files and reads them again', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'metadata-'));
    const file = await openMetadataFile(folder);
    file.forUser('alice').set('', entry, 'user=11@3');
    await file.save();
    expect((await openMetadataFile(folder)).forUser('alice').get('', entry)).toBe('user=11@3');
    expect(await readdir(folder)).toEqual([METADATA_FILE]);
    expect(JSON.parse(await readFile(path.join(folder, METADATA_FILE), 'utf8'))).toEqual({
      version: 1,
      users: { alice: { '': { [entry]: 'user=11@3' } } },
    });
  });

  it('names a file that holds something else', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'metadata-'));
    await writeFile(path.join(folder, METADATA_FILE), '{"version":2}');
    await expect(openMetadataFile(folder)).rejects.toThrow(METADATA_FILE);
  });
});
