import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine } from '../../main/toast/clean-text.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const graphemes = (text: string) => [...segmenter.segment(text)].length;
const family = '👩‍👩‍👧‍👦';

describe('cleanLine', () => {
  it('makes one line of white space of any kind', () => {
    expect(cleanLine(' a\r\n\tb\u2028c\u0085d\u00a0e ', 50)).toBe('a b c d e');
  });

  it('removes controls and the whole of an ANSI sequence', () => {
    expect(cleanLine('\u001b[31;1mred\u001b[0m\u0000\u007f\u009b!', 50)).toBe('red!');
  });

  it('removes bidi embeddings, overrides and isolates', () => {
    expect(cleanLine('\u202eexe.\u2066gpj\u2069\u202c', 50)).toBe('exe.gpj');
  });

  it('keeps right-to-left text and its marks', () => {
    expect(cleanLine('שלום\u200f!', 50)).toBe('שלום\u200f!');
  });

  it('removes zero-width spaces and keeps the joiners of emoji and Persian', () => {
    expect(cleanLine(`pay\u200bpal \ufeff${family} می\u200cخواهم`, 50)).toBe(
      `paypal ${family} می\u200cخواهم`,
    );
  });

  it('replaces lone surrogates', () => {
    expect(cleanLine('a\ud800b', 50)).toBe('a\ufffdb');
  });

  it('is empty when nothing visible is left', () => {
    expect(cleanLine('\u200d\u200e\u3164\u2800 \u0301', 50)).toBe('');
  });

  it('limits the marks on one letter', () => {
    expect(cleanLine(`a${'\u0301'.repeat(500)}`, 50)).toBe(`a${'\u0301'.repeat(8)}`);
  });

  it('cuts at a grapheme and says so', () => {
    expect(cleanLine(family.repeat(20), 5)).toBe(`${family.repeat(4)}…`);
    expect(cleanLine('abcde', 5)).toBe('abcde');
    expect(cleanLine('abcdef', 5)).toBe('abcd…');
  });

  it('leaves markup alone: escaping it is the business of the system that would read it', () => {
    expect(cleanLine('<b>x</b> &#x0;', 50)).toBe('<b>x</b> &#x0;');
  });

  it.each([
    ['10,000 emoji', '😀'.repeat(10_000)],
    ['10,000 families', family.repeat(10_000)],
    ['64 KB of one letter with marks', `a${'\u0301'.repeat(65_535)}`],
    ['64 KB of white space', ' '.repeat(65_536)],
    ['64 KB of half ANSI sequences', '\u001b[0;'.repeat(16_384)],
    ['64 KB of joiners', '\u200d'.repeat(65_536)],
  ])('takes no time for %s', (_name, text) => {
    const startedAtMs = performance.now();
    cleanLine(text, 400);
    expect(performance.now() - startedAtMs).toBeLessThan(500);
  });

  it('gives well-formed text within the limit, without controls, for any input', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 500 }),
        fc.integer({ min: 1, max: 60 }),
        (text, limit) => {
          const line = cleanLine(text, limit);
          expect(graphemes(line)).toBeLessThanOrEqual(limit + 1);
          expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
          expect(line).toBe(line.trim());
        },
      ),
    );
  });
});
