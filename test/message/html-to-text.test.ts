import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlToText } from '../../main/message/html-to-text.ts';
import { cpuTime, LINEAR_MS } from './cpu-time.ts';

describe('htmlToText', () => {
  it.each([
    ['<p>a</p><p>b</p>', 'a b '],
    ['a<b title="x>y\\">z">b', 'a b'],
    ["a<b title='>'>b", 'a b'],
    ['<title>T</title>x', 'T x'],
    ['a<script>1<2</script>b<STYLE type="x">p{}</style>c', 'a b c'],
    ['a<scripts>b', 'a b'],
    ['a<!-- <b> -- c -->d', 'ad'],
    ['a<!-- b ---> c --  >d', 'ad'],
    ['<![CDATA[<b>&amp;]]]>x', '<b>&amp;]x'],
    ['&lt;&auml;&#228;&#xe4;&euro;&lang;', '<äää€⟨'],
    ['&bogus;a&#xD800;b&#;', 'ab'],
    ['AT&T is & you&abcdefghij;', 'ATT is  youabcdefghij;'],
    ['&Auml;&auml', 'Ä'],
    ['a<b', 'a'],
    ['a<!-- b', 'a'],
    ['a<script>b', 'a'],
    ['1 < 2', '1 '],
    ['a<blockquote>b<br>c</blockquote>d', 'a\n> b\n> c\nd'],
    ['<blockquote>a<blockquote>b</blockquote>c</blockquote>d', '\n> a\n> b\n> c\nd'],
    ['a</blockquote>b', 'a b'],
  ])('makes of %j %j', (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  it('leaves text without markup alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!/[<&]/.test(text));
        expect(htmlToText(text)).toBe(text);
      }),
    );
  });

  it.each(['<', '&', '<!--', '<script>', '<![CDATA[', '<a "', '<blockquote>', '&amp', '<!-- -'])(
    'reads many %s quickly',
    (piece) => {
      expect(
        cpuTime(() => {
          htmlToText(piece.repeat(100_000));
        }),
      ).toBeLessThan(LINEAR_MS);
    },
  );
});
