import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstAddress } from '#message';
import { cpuTime, LINEAR_MS } from './cpu-time.ts';

describe('firstAddress', () => {
  it.each([
    ['Bob Builder <bob@example.org>', { address: 'bob@example.org', displayName: 'Bob Builder' }],
    ['"Builder, Bob" <bob@example.org>', { address: 'bob@example.org', displayName: 'Builder, Bob' }],
    ['"a \\"b\\"" <bob@example.org>', { address: 'bob@example.org', displayName: 'a "b"' }],
    ['bob@example.org', { address: 'bob@example.org' }],
    ['bob@example.org (Bob (the) B)', { address: 'bob@example.org', displayName: 'Bob (the) B' }],
    ['<bob@example.org>', { address: 'bob@example.org' }],
    ['bob', { address: 'bob' }],
    ['<bob>', { address: 'bob' }],
    ['Bob Builder', { displayName: 'Bob Builder' }],
    ['"bob"', { displayName: 'bob' }],
    ['a@b, c@d', { address: 'a@b' }],
    ['@example.org', { address: '@example.org' }],
    ['"a b"@example.org', { address: 'a b@example.org' }],
    ['<@a,@b:bob@example.org>', { address: 'bob@example.org' }],
    ['.us..er.@example.org', { address: '.us..er.@example.org' }],
    ['bob@[192.0.2.1]', { address: 'bob@[192.0.2.1]' }],
    ['bob @ example . org', { address: 'bob@example.org' }],
    ['bob@', { address: 'bob' }],
    ['bob@exa..mple', { address: 'bob' }],
    ['Bob <bob@example.org', { address: 'bob@example.org', displayName: 'Bob' }],
    ['Bob <>', { displayName: 'Bob' }],
    ['<>', {}],
    ['', {}],
    [' \n ', {}],
    [', a@b', {}],
    ['(only a comment)', {}],
  ])('reads %j', (header, expected) => {
    expect(firstAddress(header)).toEqual(expected);
  });

  it('gives a group its label and no address', () => {
    expect(firstAddress('Friends: a@b, c@d;')).toEqual({ displayName: 'Friends' });
    expect(firstAddress('undisclosed-recipients:;')).toEqual({ displayName: 'undisclosed-recipients' });
    expect(firstAddress(': a@b;')).toEqual({});
  });

  it('decodes the name', () => {
    expect(firstAddress('=?utf-8?q?=C3=84?= =?utf-8?q?_B?= <a@b>')).toEqual({
      address: 'a@b',
      displayName: 'Ä B',
    });
  });

  it('drops folding inside of quotes and comments', () => {
    expect(firstAddress('"a\r\n b" <a@b>')).toEqual({ address: 'a@b', displayName: 'a b' });
    expect(firstAddress('a@b (c\n d)')).toEqual({ address: 'a@b', displayName: 'c d' });
  });

  it('never throws', () => {
    const token = fc.constantFrom(
      'a',
      '"',
      '<',
      '>',
      '@',
      ' ',
      '\n',
      ',',
      ';',
      ':',
      '(',
      ')',
      '\\',
      '.',
      '[',
      ']',
      'ä',
    );
    fc.assert(
      fc.property(fc.array(token), (tokens) => void firstAddress(tokens.join(''))),
      { numRuns: 300 },
    );
  });

  it.each([
    ['a group of many members', `All: ${'member@example.org, '.repeat(50_000)};`],
    ['many addresses', 'member@example.org, '.repeat(50_000)],
    ['many open comments', '('.repeat(300_000)],
    ['many open quotes', '" '.repeat(150_000)],
    ['a long phrase', 'word '.repeat(200_000)],
    ['a long route', `<${'@a,'.repeat(300_000)}:b@c>`],
  ])('reads %s quickly', (_, header) => {
    expect(
      cpuTime(() => {
        firstAddress(header);
      }),
    ).toBeLessThan(LINEAR_MS);
  });
});
