import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EDITS, editSource } from '../../scripts/fengari-edits.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const source = (name: string) => readFileSync(path.join(root, 'node_modules/fengari/src', name), 'utf8');
const bundle = () => readFileSync(path.join(root, 'out/fengari/fengari.mjs'), 'utf8');

describe('editSource', () => {
  const edits = { 'a.js': [{ find: 'one', put: 'two $& $1', times: 2, why: 'a test' }] };

  it('replaces what it finds, and $ means nothing', () => {
    expect(editSource('a.js', 'one, one', edits)).toBe('two $& $1, two $& $1');
  });

  it('fails when a place is not found exactly as often as it says', () => {
    expect(() => editSource('a.js', 'one', edits)).toThrow('fengari a.js: "a test" was found 1 times, not 2');
    expect(() => editSource('a.js', 'one one one', edits)).toThrow('found 3 times');
  });

  it('leaves files alone that have no edits', () => {
    expect(editSource('b.js', 'one', edits)).toBe('one');
  });

  it.each(Object.keys(EDITS))('finds every place in %s of the installed package', (name) => {
    expect(editSource(name, source(name))).not.toBe(source(name));
  });

  it('says of every edit why', () => {
    expect(
      Object.values(EDITS)
        .flat()
        .filter(({ why, times }) => why === '' || times < 1),
    ).toEqual([]);
  });
});

describe('the bundle', () => {
  it('asks for nothing of node: no files, processes or console', () => {
    expect(bundle()).not.toMatch(/\brequire\(\s*["'`]|from ["']node:|createRequire|process\.(env|std|exit)/);
  });

  it('holds none of the packages that fengari would load', () => {
    expect(bundle()).not.toMatch(/sprintf-js|readline-sync|child_process|tmpNameSync/);
  });
});
