import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMessage, parseRawHeaders } from '#message';
import { cpuTime, LINEAR_MS } from './cpu-time.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const noise = fc.uint8Array({ maxLength: 12 }).map((octets) => Buffer.from(octets).toString('latin1'));
const parse = (text: string) => parseMessage(bytes(text));
const snippetOf = (header: string, body: string) => parse(`${header}\r\n\r\n${body}\r\n`).snippet;

describe('parseMessage', () => {
  it('derives every field of an ordinary message', () => {
    const message = [
      'From: =?utf-8?q?=C3=84?= <alice@barfoo.org>',
      'To: Bob <bob@example.org>, carol@example.org',
      'Subject: Hello =?utf-8?q?W=C3=B6rld?=',
      'Date: Mon, 01 Jan 2024 12:00:00 +0200',
      'Message-ID: <1@example.org>',
      '',
      'Hey guys',
      'This is only a test',
    ];
    expect(parse(message.join('\r\n'))).toEqual({
      date: 1704103200,
      tz: 120,
      from: '=?utf-8?q?=C3=84?= <alice@barfoo.org>',
      fromAddress: 'alice@barfoo.org',
      fromDisplayName: 'Ä',
      to: 'Bob <bob@example.org>, carol@example.org',
      toAddress: 'bob@example.org',
      toDisplayName: 'Bob',
      subject: 'Hello Wörld',
      subjectHeader: 'Hello =?utf-8?q?W=C3=B6rld?=',
      messageId: '<1@example.org>',
      snippet: 'Hey guys This is only a test',
    });
  });

  it('leaves out missing headers and keeps empty ones', () => {
    expect(parse('\r\nbody')).toEqual({ date: 0, tz: 0, snippet: 'body' });
    expect(parse('')).toEqual({ date: 0, tz: 0, snippet: '' });
    expect(parse('From:\r\nTo: \r\nSubject:  \r\nMessage-ID:\r\n\r\n')).toEqual({
      date: 0,
      tz: 0,
      snippet: '',
      from: '',
      to: '',
      subject: '',
      subjectHeader: '',
      messageId: '',
    });
  });

  it('takes the first of several headers, whatever the case of its name', () => {
    expect(parse('SUBJECT : one\nSubject: two\n\n').subject).toBe('one');
  });

  it('keeps folding as LF and white space', () => {
    const { subject, subjectHeader } = parse('Subject: a\r\n\tb\r\n c\r\n\r\n');
    expect(subject).toBe('a\n\tb\n c');
    expect(subjectHeader).toBe(subject);
  });

  it('shows each byte that is not UTF-8 as U+FFFD in raw headers, a run of them as one in decoded text', () => {
    const { from, subject, subjectHeader } = parse('From: \xff\xfe <a@b>\nSubject: \xe2\x82 \xc3\xa4\n\n');
    expect(from).toBe('\ufffd\ufffd <a@b>');
    expect(subjectHeader).toBe('\ufffd\ufffd ä');
    expect(subject).toBe('\ufffd ä');
  });

  it('replaces a NUL in a header instead of ending it there', () => {
    expect(parse('Subject: a\0b\n\n').subject).toBe('a\ufffdb');
  });

  it('reads headers up to the end when there is no empty line', () => {
    expect(parse('no colon\nSubject: x').subject).toBe('x');
  });

  it('takes dates as the dialect says', () => {
    const message = bytes('Date: Wed, 31 Dec 1969 23:59:00 +0000\n\n');
    expect(parseMessage(message).date).toBe(4294967236);
    expect(parseMessage(message, { dialect: '2.4' }).date).toBe(0);
  });

  it('never throws, and its snippet is one line of at most 200 characters', () => {
    const line = fc.constantFrom(
      'Content-Type: multipart/mixed; boundary=b',
      'Content-Type: text/html; charset=gb2312',
      'Content-Transfer-Encoding: quoted-printable',
      'Content-Transfer-Encoding: base64',
      'From: a <b@c>',
      '--b',
      '--b--',
      '',
      '<p>text &amp; =C3=A4',
      'w6TDpA==',
      '> quoted',
      ' folded',
      '\xff\xfe\0',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(line, noise), { maxLength: 40 }), (lines) => {
        const { snippet = '' } = parseMessage(bytes(lines.join('\r\n')));
        expect(Array.from(snippet).length).toBeLessThanOrEqual(200);
        expect(snippet).not.toMatch(/[\r\n]/);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['a header of many lines', `Subject: ${'a\n '.repeat(150_000)}\n\n`],
    ['a long name', `${'a '.repeat(150_000)}: b\n\n`],
    ['many headers', `${'X: y\n'.repeat(200_000)}\n`],
    ['a long body', `\n${'word\n'.repeat(300_000)}`],
    ['many parameters', `Content-Type: text/plain${'; a="b;'.repeat(200_000)}\n\n`],
  ])('reads %s quickly', (_, message) => {
    expect(
      cpuTime(() => {
        parse(message);
      }),
    ).toBeLessThan(LINEAR_MS);
  });
});

describe('the snippet of parseMessage', () => {
  it.each([
    ['Content-Type: text/plain; charset=iso-8859-1', 'P\xe4iv\xe4\xe4', 'Päivää'],
    ['Content-Type: text/plain; charset=x-none', 'abc \xe4 def', 'abc \ufffd def'],
    ['Content-Type: text/plain; charset*0=iso-; charset*1=8859-1', '\xe4', 'ä'],
    ['Content-Transfer-Encoding: base64', 'w6TDpA==', 'ää'],
    ['Content-Transfer-Encoding: BASE64; x=y', 'w6TDpA==', 'ää'],
    ['Content-Transfer-Encoding: quoted-printable', 'a=C3=A4=\r\nb', 'aäb'],
    ['Content-Transfer-Encoding: x-uuencode', 'abc', ''],
    ['Content-Transfer-Encoding: 7bit base64', 'abc', ''],
    ['Content-Type: text/html', '<title>T</title><p>x &amp; y</p>', 'T x & y'],
    ['Content-Type: text/html', '<blockquote>only quoted</blockquote>', '>only quoted'],
    ['Content-Type: text', 'abc', ''],
    ['Content-Type: application/pdf', 'abc', ''],
    ['Subject: x', 'a\r\n\r\n> b\r\n  c', 'a c'],
  ])('with %s', (header, body, snippet) => {
    expect(snippetOf(header, body)).toBe(snippet);
  });

  it('loses a last Latin-1 letter before the line end when no charset is named', () => {
    expect(snippetOf('Subject: x', 'caf\xe9')).toBe('caf');
    expect(snippetOf('Subject: x', 'caf\xe9 ol\xe9.. ')).toBe('caf\ufffd ol\ufffd..');
  });
});

describe('parseRawHeaders', () => {
  it('gives the bytes of the headers that are not decoded', () => {
    const raw = parseRawHeaders(bytes('From: J\xf6rg <j\xf6rg@b>\nMessage-ID: <\xff>\n\n'));
    expect(raw).toEqual({
      from: bytes('J\xf6rg <j\xf6rg@b>'),
      fromAddress: bytes('j\xf6rg@b'),
      messageId: bytes('<\xff>'),
    });
  });
});
