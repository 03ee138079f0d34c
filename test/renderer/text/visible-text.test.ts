import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutText, visibleParts, visibleText } from '../../../renderer/text/visible-text.ts';

describe('visibleText', () => {
  it('leaves ordinary text of any script alone', () => {
    for (const text of ['Test päivää', 'שלום', 'مرحبا', '日本語', 'Re: #1 – “done”', '\u0600١٢']) {
      expect(visibleText(text)).toBe(text);
    }
  });

  it('shows bidi controls, zero-width characters and control codes', () => {
    expect(visibleText('evil\u202Egpj.exe')).toBe('evil‹U+202E›gpj.exe');
    expect(visibleText('a\u2066b\u2069c')).toBe('a‹U+2066›b‹U+2069›c');
    expect(visibleText('pay\u200Bpal\uFEFF')).toBe('pay‹U+200B›pal‹U+FEFF›');
    expect(visibleText('\u001B[31mred\u0007\u0000')).toBe('‹U+001B›[31mred‹U+0007›‹U+0000›');
  });

  it('shows characters that are blank without being controls', () => {
    expect(visibleText('\u3164\u2800\u115F\u034F')).toBe('‹U+3164›‹U+2800›‹U+115F›‹U+034F›');
  });

  it('shows lone surrogates and text hidden in tag characters', () => {
    expect(visibleText('a\uD83Db')).toBe('a‹U+D83D›b');
    expect(visibleText('hi\u{E0041}')).toBe('hi‹U+E0041›');
  });

  it('keeps emoji that are joined, flagged by tags, or coloured', () => {
    for (const emoji of ['👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👍🏽', '❤️', '🇫🇮']) expect(visibleText(emoji)).toBe(emoji);
  });

  it('keeps joiners in scripts that need them and shows them elsewhere', () => {
    expect(visibleText('می‌خواهم')).toBe('می‌خواهم');
    expect(visibleText('क्‍ष')).toBe('क्‍ष');
    expect(visibleText('ad\u200Dmin')).toBe('ad‹U+200D›min');
  });

  it('escapes line feeds and tabs in one line and keeps them in several', () => {
    expect(visibleText('a\nb\tc')).toBe('a‹U+000A›b‹U+0009›c');
    expect(visibleText('a\nb\tc\r', { multiline: true })).toBe('a\nb\tc‹U+000D›');
  });

  it('marks escapes apart from a sender who types them', () => {
    expect(visibleParts('‹U+202E›\u202E')).toEqual([
      { text: '‹U+202E›', escaped: false },
      { text: '‹U+202E›', escaped: true },
    ]);
  });

  it('never lets a bidi control, a control code or a lone surrogate through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(visibleText(text)).not.toMatch(/[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069\u200E\u200F\u200B]/u);
      }),
    );
  });

  it('takes a long hostile text in no time', () => {
    const startedAtMs = performance.now();
    visibleText('👨‍'.repeat(20_000) + '\u202E'.repeat(20_000));
    expect(performance.now() - startedAtMs).toBeLessThan(1000);
  });
});

describe('cutText', () => {
  it('leaves short text alone', () => {
    expect(cutText('abc', 3)).toEqual({ text: 'abc', omitted: 0 });
  });

  it('cuts between graphemes and counts what is left away', () => {
    expect(cutText('abcdef', 4)).toEqual({ text: 'abcd', omitted: 2 });
    const family = '👨‍👩‍👧‍👦';
    expect(cutText(`ab${family}`, 5)).toEqual({ text: 'ab', omitted: family.length });
    expect(cutText('aé'.normalize('NFD'), 2)).toEqual({ text: 'a', omitted: 2 });
  });

  it('cuts inside a grapheme that is longer than anybody reads, but not inside a character', () => {
    const stacked = `a${'\u0301'.repeat(500)}`;
    expect(cutText(stacked, 100).text).toHaveLength(100);
    const { text } = cutText(`${'\u0301'.repeat(100)}😀`, 101);
    expect(text.isWellFormed()).toBe(true);
  });

  it('is bounded and well-formed for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 1, max: 80 }),
        (text, max) => {
          const cut = cutText(text, max);
          expect(cut.text.length).toBeLessThanOrEqual(max);
          expect(cut.text.length + cut.omitted).toBe(text.length);
          expect(text.startsWith(cut.text)).toBe(true);
        },
      ),
    );
  });
});
