import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SNIPPET_LENGTH, textToSnippet } from '#message';

describe('textToSnippet', () => {
  it.each([
    ['1234567890 234567890', 12, '1234567890 2'],
    ['whitespace and more', 11, 'whitespace'],
    ['>quoted long text', 8, '>quoted'],
    ['line1\n>q\n> q3\n > line4\n\n \t\nline5\n', 100, 'line1 > line4 line5'],
    ['>q1\n>q2\nbottom\nposter', 100, 'bottom poster'],
    ['hyvää päivää', 11, 'hyvää päivä'],
    [`${'a'.repeat(198)} bcd`, 200, `${'a'.repeat(198)} b`],
    [`${'a'.repeat(199)} bcd`, 200, 'a'.repeat(199)],
    [`>${'b'.repeat(300)}`, 200, `>${'b'.repeat(199)}`],
    ['😀'.repeat(201), 200, '😀'.repeat(200)],
    ['\nfoo\0bar', 5, 'fooba'],
    ['> a\n> b', 100, '>a b'],
    ['>> a', 100, '>> a'],
    ['\ufeffa\u00a0b', 100, 'a\u00a0b'],
    ['> a \nb', 100, 'b'],
    ['a\x01b', 100, 'a\x01b'],
    ['', 100, ''],
    ['>', 100, ''],
  ])('makes of %j with %i characters %j', (text, limit, snippet) => {
    expect(textToSnippet(text, limit)).toBe(snippet);
  });

  const texts = fc.array(fc.constantFrom('a', 'ä', '😀', ' ', '\n', '>', '\t', '\0', '\u00a0', 'word '), {
    maxLength: 600,
  });

  it('is one line of at most 200 characters without surrounding or double spaces', () => {
    fc.assert(
      fc.property(texts, (pieces) => {
        const snippet = textToSnippet(pieces.join(''));
        expect(Array.from(snippet).length).toBeLessThanOrEqual(SNIPPET_LENGTH);
        expect(snippet).not.toMatch(/^ | $| {2}|[\t\n\v\f\r\0]/);
      }),
    );
  });

  it('changes nothing in a snippet of text that is not quoted', () => {
    fc.assert(
      fc.property(texts, (pieces) => {
        const snippet = textToSnippet(pieces.join(''));
        if (!snippet.startsWith('>')) expect(textToSnippet(snippet)).toBe(snippet);
      }),
    );
  });
});
