import { describe, expect, it } from 'vitest';
import { findMissing, hasCandidate } from '../../scripts/system-packages.mjs';

describe('findMissing', () => {
  const needs = {
    'libgbm.so.1': ['libgbm1'],
    Xvfb: ['xvfb'],
    '/usr/lib/dovecot/lmtp': ['dovecot-lmtpd'],
  };
  const bare = { libraries: '2 libs found\n', folders: ['/usr/bin'], exists: () => false };

  it('names all on a bare machine', () => {
    expect(findMissing(needs, bare)).toEqual(['libgbm.so.1', 'Xvfb', '/usr/lib/dovecot/lmtp']);
  });

  it('finds libraries, commands and files where they are', () => {
    const files = ['/usr/bin/Xvfb', '/usr/lib/dovecot/lmtp'];
    const machine = {
      libraries: '\tlibgbm.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libgbm.so.1\n',
      folders: ['/bin', '/usr/bin'],
      exists: (file: string) => files.includes(file),
    };
    expect(findMissing(needs, machine)).toEqual([]);
  });

  it('does not take a longer name for the library', () => {
    const libraries = '\tlibgbm.so.10 (libc6) => /lib/libgbm.so.10\n';
    expect(findMissing({ 'libgbm.so.1': ['libgbm1'] }, { ...bare, libraries })).toEqual(['libgbm.so.1']);
  });
});

describe('hasCandidate', () => {
  const policy = [
    'libasound2:',
    '  Installed: (none)',
    '  Candidate: (none)',
    'libasound2t64:',
    '  Installed: (none)',
    '  Candidate: 1.2.11-1',
    '',
  ].join('\n');

  it('tells an installable package from a virtual or unknown one', () => {
    expect(hasCandidate(policy, 'libasound2t64')).toBe(true);
    expect(hasCandidate(policy, 'libasound2')).toBe(false);
    expect(hasCandidate(policy, 'libgbm1')).toBe(false);
  });
});
