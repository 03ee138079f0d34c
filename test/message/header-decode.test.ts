import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHeader } from '#message';
import { cpuTime, LINEAR_MS } from './cpu-time.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('decodeHeader', () => {
  it.each([
    ['=?utf-8?q?P=C3=A4iv=C3=A4=C3=A4?=', 'Päivää'],
    ['=?UTF-8?B?w6TDpA==?=', 'ää'],
    ['=?iso-8859-1?q?Gr=fc=dfe_=a1?=', 'Grüße ¡'],
    ['=?windows-1252?b?gA==?=', '€'],
    ['=?shift_jis?b?k/qWeyFc?=', '日本!¥'],
    ['=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=', '日本'],
    ['=?iso-2022-kr?b?GyQpQw5HUQ9hYmM=?=', '한abc'],
    ['=?gb2312?b?1tDOxA==?=', '中文'],
    ['=?big5?b?pKSk5Q==?=', '中文'],
    ['=?euc-kr?b?x9GxwA==?=', '한굼'],
    ['=?koi8-r?q?=d2?=', 'р'],
    ['=?utf-7?q?+AOQ-?=', 'ä'],
    ['=?utf-16?b?/v8A5A==?=', 'ä'],
  ])('decodes %s', (header, text) => {
    expect(decodeHeader(header)).toBe(text);
    expect(decodeHeader(bytes(header))).toBe(text);
  });

  it('drops white space between encoded-words and before the first one, but nowhere else', () => {
    expect(decodeHeader(' =?utf-8?q?a?= \r\n\t=?utf-8?q?b?= c =?utf-8?q?d?=')).toBe('ab c d');
  });

  it('keeps folding', () => {
    expect(decodeHeader('a\n b')).toBe('a\n b');
  });

  it('copies malformed words', () => {
    const malformed = ['=?utf-8?x?a?=', '=?utf-8?q?a', '=?utf-8?q?a?', '=?', '=?utf-8??a?=', 'a=?b'];
    for (const header of malformed) expect(decodeHeader(header)).toBe(header);
  });

  it('drops white space before a malformed word, too', () => {
    expect(decodeHeader('=?utf-8?q?a?= =?broken')).toBe('a=?broken');
  });

  it('looks at the first letter of the encoding only', () => {
    expect(decodeHeader('=?utf-8?quoted?a_b?=')).toBe('a b');
  });

  it('keeps malformed escapes and stops decoding Q at one that is cut short', () => {
    expect(decodeHeader('=?utf-8?q?a=xy_b?=')).toBe('a=xy b');
    expect(decodeHeader('=?utf-8?q?a_=_?=')).toBe('a =_');
  });

  it('decodes base64 up to the first invalid character', () => {
    expect(decodeHeader('=?utf-8?b?YWJj!ZGVm?=')).toBe('abc');
  });

  it('ends the text at a NUL', () => {
    expect(decodeHeader('a =?utf-8?q?b=00c?= d')).toBe('a b');
    expect(decodeHeader('a\0b')).toBe('a');
  });

  it('takes text in an unknown charset as UTF-8', () => {
    expect(decodeHeader('=?x-none?q?=C3=A4_=FF=FE?=')).toBe('ä �');
    expect(decodeHeader('=?utf-8*en?q?=C3=A4?=')).toBe('ä');
    // Encodings of iconv-lite that are no charsets.
    expect(decodeHeader('=?hex?q?abcd?=')).toBe('abcd');
  });

  it('takes a charset without a name as strict ASCII', () => {
    expect(decodeHeader('=??q?a=C3=A4b?=')).toBe('a�b');
  });

  it('makes one U+FFFD of a run of invalid bytes, across words', () => {
    expect(decodeHeader('=?utf-8?q?a=ff=fe?= =?utf-8?q?=fdb?=')).toBe('a�b');
    expect(decodeHeader(bytes('x\xff\xfey'))).toBe('x�y');
  });

  it('leaves out a last character that is cut short in charsets other than UTF-8', () => {
    expect(decodeHeader('=?gb2312?b?1tDO?=')).toBe('中');
    expect(decodeHeader('=?utf-8?b?5Lit5pY=?=')).toBe('中�');
  });

  it('loses the last Hebrew or Vietnamese letter that iconv holds back', () => {
    expect(decodeHeader('=?windows-1255?q?=f9=ec=e5=ed?=')).toBe('שלו');
    expect(decodeHeader('=?windows-1258?q?Vi=ea=f2t_?=')).toBe('Việt ');
  });

  it('returns text without encoded-words as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('=?') && !text.includes('\0'));
        expect(decodeHeader(text)).toBe(text);
        expect(decodeHeader(Buffer.from(text))).toBe(text);
      }),
    );
  });

  it('decodes what was encoded in UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('\0'));
        expect(decodeHeader(`=?utf-8?b?${Buffer.from(text).toString('base64')}?=`)).toBe(text);
      }),
    );
  });

  it('never throws and gives well-formed text', () => {
    const piece = fc.constantFrom(
      '=?',
      '?=',
      '?',
      'q',
      'b',
      'utf-8',
      'gb2312',
      'iso-2022-jp',
      '=ff',
      ' ',
      '\xe4',
      'A',
      '\x1b$B',
    );
    const noise = fc.array(
      fc.oneof(
        piece,
        fc.uint8Array({ maxLength: 4 }).map((octets) => Buffer.from(octets).toString('latin1')),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(noise, (pieces) => {
        const decoded = decodeHeader(bytes(pieces.join('')));
        expect(decoded).not.toMatch(/[\ud800-\udfff]/u);
      }),
      { numRuns: 150 },
    );
  });
});

describe('decodeHeader on hostile input', () => {
  const size = 300_000;
  it.each([
    ['one long word', `=?utf-8?q?${'=41'.repeat(size / 3)}?=`],
    ['many words', '=?utf-8?q?a?= '.repeat(size / 14)],
    ['many empty words', '=?utf-8?q??= '.repeat(size / 13)],
    ['many beginnings', '=?'.repeat(size / 2)],
    ['many beginnings without an end', '=?utf-8?q?'.repeat(size / 10)],
    ['many invalid bytes', '\xffa'.repeat(size / 2)],
    ['much white space', `${' '.repeat(size)}=?${' '.repeat(size)}=?`],
    ['a long word in Shift_JIS', `=?shift_jis?q?${'\x93\xfa\xff'.repeat(size / 3)}?=`],
    ['many shifts', `=?iso-2022-jp?q?${'\x1b$BF|\x1b(B'.repeat(size / 8)}?=`],
  ])('takes %s in its stride', (_, header) => {
    expect(
      cpuTime(() => {
        decodeHeader(bytes(header));
      }),
    ).toBeLessThan(LINEAR_MS);
  });
});
