// Traps about what is read out of a message: 60 to 64 and 80 to 82. The ox half of 60 is here and in
// ox.test.ts; how a Lua script sees these fields (59, 61 to 63) is step 3's.
import { describe, expect, it } from 'vitest';
import { parseMessage, textToSnippet } from '#message';

const parse = (...lines: string[]) => parseMessage(Buffer.from(lines.join('\r\n')));
const part = (type: string, text: string) => `--b\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`;
const multipart = (subtype: string, ...parts: string[]) =>
  parse(`Content-Type: multipart/${subtype}; boundary=b`, '', `${parts.join('')}--b--`, '').snippet;

describe('headers', () => {
  it('trap 60: an encoded Subject is decoded for Lua and raw for ox', () => {
    const { subject, subjectHeader } = parse('Subject: =?utf-8?q?p=C3=A4iv=C3=A4?=', '', '');
    expect(subject).toBe('päivä');
    expect(subjectHeader).toBe('=?utf-8?q?p=C3=A4iv=C3=A4?=');
  });

  it('trap 61: an encoded name of From is raw in from, decoded in the display name', () => {
    expect(parse('From: =?utf-8?q?=C3=84?= <alice@barfoo.org>', '', '')).toMatchObject({
      from: '=?utf-8?q?=C3=84?= <alice@barfoo.org>',
      fromAddress: 'alice@barfoo.org',
      fromDisplayName: 'Ä',
    });
  });

  it('trap 62: undisclosed recipients are a name without an address', () => {
    const message = parse('To: undisclosed-recipients:;', '', '');
    expect(message).toMatchObject({ toDisplayName: 'undisclosed-recipients' });
    expect(message).not.toHaveProperty('toAddress');
  });

  it('trap 63: an empty From is there and empty, without address or name', () => {
    expect(parse('From:', '', '')).toEqual({ date: 0, tz: 0, from: '', snippet: '' });
  });

  it('trap 64: a folded Subject keeps its line break as LF, the snippet never has one', () => {
    const { subject, subjectHeader, snippet } = parse('Subject: a', ' b', '', 'one', ' two', '');
    expect([subject, subjectHeader, snippet]).toEqual(['a\n b', 'a\n b', 'one two']);
  });
});

describe('the snippet', () => {
  it('trap 80: of HTML only has the title, no style, and begins with > where all is quoted', () => {
    const html = (text: string) => parse('Content-Type: text/html', '', text, '').snippet;
    expect(html('<head><title>T</title><style>p { color: red }</style></head><p>x</p>')).toBe('T x');
    expect(html('<blockquote>said</blockquote>')).toBe('>said');
  });

  it('trap 81: of an alternative takes the plain text even when it is second, and looks into no multipart below', () => {
    const html = part('text/html', 'html');
    expect(multipart('alternative', html, part('text/plain', 'plain'))).toBe('plain');
    const related = part('multipart/related; boundary=c', '--c\r\nContent-Type: text/html\r\n\r\nx\r\n--c--');
    expect(multipart('alternative', related)).toBe('');
  });

  it('trap 82: is exactly 200 characters, emoji counted as one, and 199 when the 200th would be a space', () => {
    const snippet = (text: string) => parse('Content-Type: text/plain; charset=utf-8', '', text, '').snippet;
    expect(snippet('😀'.repeat(201))).toBe('😀'.repeat(200));
    expect(snippet(`${'a'.repeat(199)} bcd`)).toBe('a'.repeat(199));
    expect(textToSnippet(`${'a'.repeat(198)} bcd`)).toBe(`${'a'.repeat(198)} b`);
  });
});
