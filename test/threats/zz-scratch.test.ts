import { it } from 'vitest';
import { parseMessage } from '#message';
import { cpuTime } from '../message/cpu-time.ts';
const rss = () => process.resourceUsage().maxRSS / 1024;
const MB = 1024 * 1024;
const cases: [string, () => string | Buffer][] = [
  ['nest1000', () => Array.from({ length: 1000 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`).join('')],
  ['nest1000 rfc822', () => 'Content-Type: message/rfc822\n\n'.repeat(1000)],
  ['headers100k', () => Array.from({ length: 100000 }, (_, i) => `X-${i}: y\n`).join('') + '\nbody'],
  ['10MB header', () => `Subject: ${'a'.repeat(10 * MB)}\n\nbody`],
  ['10MB folded', () => `Subject: ${'a\n '.repeat(10 * MB / 3)}\n\nbody`],
  ['1M words', () => `Subject: ${'=?utf-8?q?=C3=A4?= '.repeat(1e6)}\n\nb`],
  ['1M words folded from', () => `From: ${'=?utf-8?b?w6Q=?=\n '.repeat(1e6)} <a@b>\n\nb`],
  ['1M iso words', () => `Subject: ${'=?iso-8859-1?q?=E4?= '.repeat(1e6)}\n\nb`],
  ['1M gb words', () => `Subject: ${'=?gb2312?q?=B0=A1?= '.repeat(1e6)}\n\nb`],
  ['1M iso2022 words', () => `Subject: ${'=?iso-2022-jp?b?GyRCJCIbKEI=?= '.repeat(1e6)}\n\nb`],
  ['bad words', () => `Subject: ${'=?'.repeat(5e6)}\n\nb`],
  ['bad words2', () => `Subject: ${'=?a?q?'.repeat(2e6)}\n\nb`],
  ['words ws', () => `Subject: ${'=?'.padEnd(5e6, ' ')}\n\nb`],
  ['group', () => `From: Friends: ${Array.from({ length: 50000 }, (_, i) => `u${i}@h`).join(', ')};\n\nb`],
  ['parens', () => `From: ${'('.repeat(1e6)} a@b\n\nb`],
  ['quotes', () => `From: ${'"a\\" '.repeat(1e6)} a@b\n\nb`],
  ['angle', () => `From: ${'<'.repeat(1e6)} a@b\n\nb`],
  ['route', () => `From: <${'@a,'.repeat(1e6)}:b@c>\n\nb`],
  ['dots', () => `From: ${'.'.repeat(1e6)}@${'.'.repeat(1e6)}\n\nb`],
  ['commas', () => `From: ${', '.repeat(1e6)} a@b\n\nb`],
  ['50MB text', () => `\n${'word '.repeat(10 * MB)}`],
  ['50MB one line ws', () => `\n${' '.repeat(50 * MB)}`],
  ['50MB quoted', () => `\n${'> word\n'.repeat(7 * MB)}`],
  ['50MB NUL', () => '\0'.repeat(50 * MB)],
  ['50MB NUL body', () => '\n' + '\0'.repeat(50 * MB)],
  ['50MB invalid', () => Buffer.concat([Buffer.from('\n'), Buffer.alloc(50 * MB, 0xff)])],
  ['50MB invalid mixed', () => Buffer.concat([Buffer.from('\n>'), Buffer.alloc(50 * MB, Buffer.from([0xff, 0x61]))])],
  ['10MB invalid hdr', () => Buffer.concat([Buffer.from('Subject: '), Buffer.alloc(10 * MB, Buffer.from([0xff, 0x61]))])],
  ['50MB b64', () => `Content-Transfer-Encoding: base64\n\n${'PiBh'.repeat(12 * MB)}`],
  ['50MB b64 garbage', () => `Content-Transfer-Encoding: base64\n\n${'\0!?='.repeat(12 * MB)}`],
  ['50MB qp', () => `Content-Transfer-Encoding: quoted-printable\n\n>${'=41'.repeat(16 * MB)}`],
  ['50MB qp ws', () => `Content-Transfer-Encoding: quoted-printable\n\n>${' \t'.repeat(25 * MB)}x`],
  ['50MB qp =', () => `Content-Transfer-Encoding: quoted-printable\n\n>${'= '.repeat(25 * MB)}x`],
  ['50MB html tags', () => `Content-Type: text/html\n\n${'<b>'.repeat(16 * MB)}`],
  ['50MB html entities', () => `Content-Type: text/html\n\n${'&amp;'.repeat(10 * MB)}`],
  ['50MB html amp', () => `Content-Type: text/html\n\n${'&'.repeat(50 * MB)}`],
  ['50MB html lt', () => `Content-Type: text/html\n\n${'<'.repeat(50 * MB)}`],
  ['50MB html blockq', () => `Content-Type: text/html\n\n${'<blockquote>a'.repeat(4 * MB)}`],
  ['50MB html style', () => `Content-Type: text/html\n\n${'<style>'.repeat(7 * MB)}`],
  ['50MB html cdata', () => `Content-Type: text/html\n\n${'<![CDATA[a]]>'.repeat(4 * MB)}`],
  ['50MB html comment', () => `Content-Type: text/html\n\n${'<!-- -'.repeat(8 * MB)}`],
  ['50MB gb18030', () => Buffer.concat([Buffer.from('Content-Type: text/plain; charset=gb18030\n\n>'), Buffer.alloc(50 * MB, 0xfe)])],
  ['50MB sjis', () => Buffer.concat([Buffer.from('Content-Type: text/plain; charset=shift_jis\n\n>'), Buffer.alloc(50 * MB, 0xfe)])],
  ['50MB euckr', () => Buffer.concat([Buffer.from('Content-Type: text/plain; charset=euc-kr\n\n>'), Buffer.alloc(50 * MB, Buffer.from([0xb0,0xa1]))])],
  ['50MB iso2022', () => Buffer.concat([Buffer.from('Content-Type: text/plain; charset=iso-2022-jp\n\n>'), Buffer.alloc(50 * MB, Buffer.from('\x1b$B\x1b(B', 'latin1'))])],
  ['50MB utf7', () => Buffer.concat([Buffer.from('Content-Type: text/plain; charset=utf-7\n\n>'), Buffer.alloc(50 * MB, Buffer.from('+AGE-', 'latin1'))])],
  ['50MB utf16', () => Buffer.concat([Buffer.from('Content-Type: text/plain; charset=utf-16\n\n>'), Buffer.alloc(50 * MB, Buffer.from([0xd8, 0xd8]))])],
  ['50MB iso', () => Buffer.concat([Buffer.from('Content-Type: text/plain; charset=iso-8859-15\n\n>'), Buffer.alloc(50 * MB, 0xe4)])],
  ['50MB vn', () => Buffer.concat([Buffer.from('Content-Type: text/plain; charset=windows-1258\n\n>'), Buffer.alloc(50 * MB, Buffer.from([0x61, 0xcc]))])],
  ['50MB dashes', () => `Content-Type: multipart/mixed; boundary=b\n\n${'--x\n'.repeat(12 * MB)}`],
  ['50MB dashes x100', () => Array.from({ length: 98 }, (_, i) => `Content-Type: multipart/mixed; boundary=${'x'.repeat(70)}b${i}\n\n--${'x'.repeat(70)}b${i}\n`).join('') + `\n${'--x\n'.repeat(12 * MB)}`],
  ['50MB dashes x100 long', () => Array.from({ length: 98 }, (_, i) => `Content-Type: multipart/mixed; boundary=${'x'.repeat(i%79)}\n\n--${'x'.repeat(i%79)}\n`).join('') + `\n${`--${'x'.repeat(70)}\n`.repeat(50 * MB/73)}`],
  ['50MB parts', () => `Content-Type: multipart/mixed; boundary=b\n\n${'--b\nContent-Type: a/b\n\n'.repeat(2 * MB)}`],
  ['50MB CT params', () => `Content-Type: text/plain${'; a="b;\\"'.repeat(1 * MB)}\n\nx`],
  ['10MB CT rfc2231', () => `Content-Type: text/plain${Array.from({ length: 400000 }, (_, i) => `; charset*${i}=x`).join('')}\n\nx`],
  ['10MB date', () => `Date: ${'Mon, '.repeat(2 * MB)}\n\nx`],
  ['10MB date parens', () => `Date: ${'('.repeat(10 * MB)}\n\nx`],
  ['10MB date digits', () => `Date: ${'1'.repeat(10 * MB)}\n\nx`],
  ['10MB cte', () => `Content-Transfer-Encoding: ${'(a) '.repeat(2 * MB)}base64\n\nx`],
  ['1M cte fields', () => `${'Content-Transfer-Encoding: base64\n'.repeat(1e6)}\nx`],
];
const only = process.env['ONLY'];
for (const [name, make] of cases) {
  if (only && !name.includes(only)) continue;
  it(name, () => {
    const m = make();
    const bytes = typeof m === 'string' ? Buffer.from(m, 'latin1') : m;
    const before = rss();
    let s = '';
    const ms = cpuTime(() => { s = parseMessage(bytes).snippet ?? ''; });
    if (ms > 1500 || rss() - before > 300 || process.env['ALL']) console.log(`${name}: ${(bytes.length / MB).toFixed(1)} MB, ${ms.toFixed(0)} ms, peak ${rss().toFixed(0)} (+${(rss() - before).toFixed(0)}) MB snippet ${Array.from(s).length}`);
  }, 120000);
}
