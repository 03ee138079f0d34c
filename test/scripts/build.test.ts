import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintInputs } from '../../scripts/build.mjs';

describe('fingerprintInputs', () => {
  let root: string;
  const fingerprint = (): string => fingerprintInputs(root, ['main', 'package.json', 'not-there']);

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'dovebell-build-'));
    mkdirSync(path.join(root, 'main', 'app'), { recursive: true });
    writeFileSync(path.join(root, 'main', 'app', 'a.ts'), 'one');
    writeFileSync(path.join(root, 'package.json'), '{}');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('stays the same while nothing is written', () => {
    expect(fingerprint()).toBe(fingerprint());
  });

  it('changes when a file becomes older, as after a git checkout', () => {
    const before = fingerprint();
    utimesSync(path.join(root, 'main', 'app', 'a.ts'), 1, 1);
    expect(fingerprint()).not.toBe(before);
  });

  it('changes when a file comes or goes', () => {
    const before = fingerprint();
    writeFileSync(path.join(root, 'main', 'b.ts'), '');
    const withMore = fingerprint();
    rmSync(path.join(root, 'main', 'app'), { recursive: true });
    expect(new Set([before, withMore, fingerprint()]).size).toBe(3);
  });

  it('does not look at files that are no input', () => {
    const before = fingerprint();
    writeFileSync(path.join(root, 'README.md'), 'new');
    expect(fingerprint()).toBe(before);
  });
});
