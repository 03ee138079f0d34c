import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, decodeQuotedPrintable } from '../../main/message/transfer-decode.ts';
import { cpuTime, LINEAR_MS } from './cpu-time.ts';

describe('decodeQuotedPrintable', () => {
  it.each([
    ['a=C3=a4b\n', 'a\xc3\xa4b\r\n'],
    ['a=\nb=  \r\nc', 'abc'],
    ['a  \nb', 'a\r\nb'],
    ['a  b', 'a  b'],
    ['=x=4x==41', '=x=4x=A'],
    ['= x', '= x'],
    ['a\rb', 'a\rb'],
    ['a=', 'a'],
    ['a=4', 'a'],
    ['a= \t\r', 'a'],
    ['a \t', 'a'],
    ['=41', 'A'],
  ])('decodes %j', (text, decoded) => {
    expect(decodeQuotedPrintable(text)).toBe(decoded);
  });

  it('reads long white space quickly', () => {
    expect(
      cpuTime(() => {
        decodeQuotedPrintable(`${' '.repeat(300_000)}x${'= '.repeat(150_000)}`);
      }),
    ).toBeLessThan(LINEAR_MS);
  });
});

describe('decodeBase64', () => {
  it('skips white space and ends at padding or garbage', () => {
    expect(Buffer.from(decodeBase64('YW\r\nJj ZGVm')).toString()).toBe('abcdef');
    expect(Buffer.from(decodeBase64('YQ==YQ==')).toString()).toBe('a');
    expect(Buffer.from(decodeBase64('YWJj-YWJj')).toString()).toBe('abc');
  });

  it('decodes what was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(new Uint8Array(decodeBase64(Buffer.from(bytes).toString('base64')))).toEqual(bytes);
      }),
    );
  });
});
