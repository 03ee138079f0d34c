import { describe, expect, it } from 'vitest';
import { readConfLines } from '../../main/config/dovecot-lines.ts';

const read = (text: string) => readConfLines(text, '2.3').lines;

describe('readConfLines', () => {
  it('leaves out comments and blank lines, and counts lines from 1', () => {
    expect(read('# a\n\n  key = value # why\n')).toEqual([
      { kind: 'setting', key: 'key', value: 'value', form: 'plain', line: 3, column: 3, endColumn: 14 },
    ]);
  });

  it('keeps a # in quotes, and undoes the quotes', () => {
    expect(read(String.raw`key = " a # \"b\" \\ "`)).toMatchObject([
      { value: ' a # "b" \\ ', form: 'quoted' },
    ]);
    expect(read("key = 'x # y'")).toMatchObject([{ value: 'x # y' }]);
  });

  it('takes a # without a blank before it for a comment as well, and says so', () => {
    const { lines, hashes } = readConfLines('url = http://h/#frag', '2.4');
    expect(lines).toMatchObject([{ value: 'http://h/' }]);
    expect(hashes).toEqual([{ line: 1, column: 16, endColumn: 17 }]);
  });

  it('joins lines that end in a backslash with one blank', () => {
    expect(read('key = a \\\n   b \\\n# not this one\n  c\nnext = d')).toMatchObject([
      { key: 'key', value: 'a b c', line: 1 },
      { key: 'next', line: 5 },
    ]);
  });

  it('reads sections with and without a name', () => {
    expect(read('plugin {\n}\nprotocol lmtp {\nservice "a b" {')).toMatchObject([
      { kind: 'open', key: 'plugin' },
      { kind: 'close' },
      { kind: 'open', key: 'protocol', name: 'lmtp' },
      { kind: 'open', key: 'service', name: 'a b' },
    ]);
  });

  it('refuses what Dovecot refuses, in its words', () => {
    expect(read('plugin { a = b }')).toMatchObject([{ kind: 'error', message: "Garbage after '{'" }]);
    expect(read('plugin{')).toMatchObject([{ kind: 'error', message: "Expecting '{'" }]);
    expect(read('word')).toMatchObject([{ kind: 'error', message: "Expecting '{'" }]);
  });

  it('knows files, references and includes', () => {
    expect(read('a = < /x\nb = $c d\n!include_try conf.d/*.conf')).toMatchObject([
      { form: 'file', value: '/x' },
      { form: 'variable', value: '$c d' },
      { kind: 'include', path: 'conf.d/*.conf' },
    ]);
  });

  it('reads the key of a group and a quoted key in 2.4 only', () => {
    expect(readConfLines('group @push_notification x {', '2.4').lines).toMatchObject([{ kind: 'open' }]);
    expect(readConfLines('"a b" = c', '2.4').lines).toMatchObject([{ key: 'a b', value: 'c' }]);
    expect(read('"a b" = c')).toMatchObject([{ kind: 'error' }]);
  });

  it('takes line ends of Windows and a byte order mark', () => {
    expect(read('\uFEFFa = b\r\nc = d\r\n')).toMatchObject([
      { key: 'a', value: 'b' },
      { key: 'c', value: 'd' },
    ]);
  });
});
