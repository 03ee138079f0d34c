import { describe, expect, it } from 'vitest';
import { ImapSyntaxError, parseFlags, parseImapArguments } from '../../main/simulation/imap-arguments.ts';

const atom = (text: string) => ({ kind: 'atom', text }) as const;

describe('parseImapArguments', () => {
  it('reads atoms, strings and lists in lists', () => {
    expect(parseImapArguments('FETCH 1 (FLAGS (a "b\\"c"))')).toEqual([
      atom('FETCH'),
      atom('1'),
      {
        kind: 'list',
        items: [atom('FLAGS'), { kind: 'list', items: [atom('a'), { kind: 'string', text: 'b"c' }] }],
      },
    ]);
  });

  it('takes a section with blanks for one atom', () => {
    expect(parseImapArguments('BODY.PEEK[HEADER.FIELDS (FROM TO)]<0.10> UID')).toEqual([
      atom('BODY.PEEK[HEADER.FIELDS (FROM TO)]<0.10>'),
      atom('UID'),
    ]);
  });

  it.each(['(a', 'a)', '"a', 'ÄÖ', 'BODY[1'])('refuses %s', (text) => {
    expect(() => parseImapArguments(text)).toThrow(ImapSyntaxError);
  });
});

describe('parseFlags', () => {
  it('tells system flags from keywords, whatever the case', () => {
    expect(parseFlags([atom('\\SEEN'), atom('$Important')])).toEqual({
      flags: ['\\Seen'],
      keywords: ['$Important'],
    });
  });

  it.each(['\\Recent', '\\Bogus'])('does not let a client set %s', (flag) => {
    expect(() => parseFlags([atom(flag)])).toThrow('Invalid system flag');
  });

  it('refuses a keyword with a closing bracket, and an atom with a brace', () => {
    expect(() => parseFlags([atom('k]w')])).toThrow('Invalid characters in keyword');
    expect(() => parseImapArguments('STORE 1 +FLAGS (a{b)')).toThrow('Invalid characters in atom.');
  });
});
