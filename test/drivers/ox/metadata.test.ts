import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMetadataCache, readMetadataUser } from '../../../drivers/ox/metadata.ts';

const letters: Readonly<Record<string, string>> = {
  '\0': '0',
  '\u0001': '1',
  '\t': 't',
  '\r': 'r',
  '\n': 'n',
};

const escapeField = (text: string) =>
  Array.from(text, (character) =>
    letters[character] === undefined ? character : `\u0001${letters[character]}`,
  ).join('');

describe('a METADATA value', () => {
  it.each([
    ['user=11@3', '11@3'],
    ['user=11@3\tuser=12@4', '12@4'],
    ['user=11@3 folder=Archive', '11@3 folder=Archive'],
    ['expire=1\tuser=x\tevents=MessageNew', 'x'],
    ['user=a\u0001tb', 'a\tb'],
    ['user=a\u0001xb\u0001', 'axb'],
    ['user=a=b', 'a=b'],
    ['user=', ''],
    ['user=a\u00010b', 'a'],
  ])('%j names the user %j', (value, user) => {
    expect(readMetadataUser(value)).toBe(user);
  });

  it.each(['', 'foo', 'user', 'User=x', ' user=x', 'folder=INBOX'])('%j names no user', (value) => {
    expect(readMetadataUser(value)).toBeUndefined();
  });

  it('gives back every user that is escaped, whatever stands around it', () => {
    const otherField = fc.string().map((text) => `x${text}`);
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
        fc.array(otherField),
        fc.array(otherField),
        (user, before, after) => {
          const fields = [...before, `user=${user}`, ...after];
          expect(readMetadataUser(fields.map(escapeField).join('\t'))).toBe(user);
        },
      ),
    );
  });

  it('never throws, and never gives a NUL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(readMetadataUser(value) ?? '').not.toContain('\0');
      }),
    );
  });
});

describe('the cache of METADATA', () => {
  it('remembers nothing with a lifetime of 0', () => {
    const cache = createMetadataCache(0, () => 5000);
    let loads = 0;
    const load = () => String(++loads);
    expect([cache.get(load), cache.get(load)]).toEqual(['1', '2']);
  });

  it('does not fall back to a value that is too old', () => {
    let now = 0;
    const cache = createMetadataCache(1, () => now);
    cache.get(() => 'old');
    now = 1000;
    expect(cache.get(() => undefined)).toBeUndefined();
  });
});
