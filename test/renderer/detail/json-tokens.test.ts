import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonTokens, tidyTokens, type JsonToken } from '../../../renderer/detail/json-tokens.ts';

const joined = (tokens: readonly JsonToken[]): string => tokens.map(({ text }) => text).join('');
const tidy = (text: string): string => joined(tidyTokens(jsonTokens(text)));

describe('jsonTokens', () => {
  it('tells keys from strings, numbers and words', () => {
    expect(jsonTokens('{"a" : "b\\"", "n":-1.5e3,"t":true}').filter(({ kind }) => kind !== 'space')).toEqual([
      { kind: 'punctuation', text: '{' },
      { kind: 'key', text: '"a"' },
      { kind: 'punctuation', text: ':' },
      { kind: 'string', text: '"b\\""' },
      { kind: 'punctuation', text: ',' },
      { kind: 'key', text: '"n"' },
      { kind: 'punctuation', text: ':' },
      { kind: 'number', text: '-1.5e3' },
      { kind: 'punctuation', text: ',' },
      { kind: 'key', text: '"t"' },
      { kind: 'punctuation', text: ':' },
      { kind: 'word', text: 'true' },
      { kind: 'punctuation', text: '}' },
    ]);
  });

  it('gives back any text unchanged', () => {
    const piece = fc.constantFrom(
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      ' ',
      '\n',
      '1',
      '-',
      'true',
      'x',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(joined(jsonTokens(pieces.join('')))).toBe(pieces.join(''));
      }),
    );
  });

  it('takes a string that nobody closes in no time', () => {
    const startedAtMs = performance.now();
    jsonTokens('"\\'.repeat(20_000));
    jsonTokens(`"${'\\"'.repeat(20_000)}`);
    expect(performance.now() - startedAtMs).toBeLessThan(500);
  });
});

describe('tidyTokens', () => {
  it('puts each member on a line and keeps the spelling of values', () => {
    expect(tidy('{"a":[1,{"b":1e400}],"c":{},"d":[ ]}')).toBe(
      '{\n  "a": [\n    1,\n    {\n      "b": 1e400\n    }\n  ],\n  "c": {},\n  "d": []\n}',
    );
  });

  it('does not fill the window with indents', () => {
    expect(tidy('['.repeat(2000)).length).toBeLessThan(2000 * 45);
    expect(tidy(']}]')).not.toContain('undefined');
  });
});
