import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAuthority,
  formatHttpUrl,
  formatTarget,
  parseHttpUrl,
} from '../../../drivers/http/http-url.ts';
import { UriError } from '../../../drivers/http/uri-scanner.ts';

const parse = (text: string, nameCharacters = false) =>
  parseHttpUrl(text, { nameCharacters, allowUserinfo: true });

describe('a URL', () => {
  it.each([
    ['http://h', 'h', '/'],
    ['HTTPS://h:443/', 'h:443', '/'],
    ['http://h:80/x', 'h:80', '/x'],
    ['http://h:/x', 'h', '/x'],
    ['http://h.example./x', 'h.example', '/x'],
    ['http://[::1]:8009/x', '[::1]:8009', '/x'],
    ['http://h/a/./b/../c', 'h', '/a/c'],
    ['http://h/a/..', 'h', '/'],
    ['http://h//a//', 'h', '//a//'],
    ['http://h/%7euser/%C3%A4%2Fx%3F?q=%3f/?', 'h', '/~user/%c3%a4/x%3f?q=%3f/?'],
    ['http://u:p@h/x', 'h', '/x'],
  ])('%s goes to %s for %s', (text, authority, target) => {
    const url = parse(text);
    expect([formatAuthority(url), formatTarget(url)]).toEqual([authority, target]);
  });

  it.each([
    ['http:/h/', "Absolute HTTP URL requires `//' after `http:'"],
    ['localhost:8009/x', 'Not an HTTP URL'],
    ['/x', 'Relative HTTP URL not allowed'],
    ['//h/x', 'Relative HTTP URL not allowed'],
    ['http:///x', 'HTTP URL does not allow empty host identifier'],
    ['http://h_h/x', 'Invalid host identifier'],
    ['http://h-/x', 'Invalid domain label in hostname'],
    ['http://h:0/x', 'Invalid port number'],
    ['http://h:65536/x', 'Invalid port number'],
    ['http://h:8a/x', 'Invalid host port'],
    ['http://[::1/x', "Expecting ']' at end of IP-literal"],
    ['http://[g]/x', "Invalid IPv6 host address 'g'"],
    ['http://h/a b', 'Path component contains invalid character'],
    ['http://h/ä', 'Path component contains invalid character'],
    ['http://h/x?a|b', 'Query component contains invalid character'],
    ['http://h/x#f', 'URL fragment not allowed for HTTP URL in this context'],
    ['http://h/%', "Unexpected URI boundary after '%'"],
    ['http://h/%zz', "Expecting hex digit after '%', but found 'z'"],
    ['http://h/%az', "Expecting hex digit after '%a', but found 'z'"],
    ['http://h/%00', 'Percent encoding is not allowed to encode NUL character'],
    ['http://u:%zz@h/', "Expecting hex digit after '%', but found 'z'"],
  ])('%s is refused: %s', (text, reason) => {
    expect(() => parse(text)).toThrow(new UriError(reason));
  });

  it('is refused by 2.4 with the character', () => {
    expect(() => parse('http://h/ä', true)).toThrow('Path component contains invalid character <0xc3>');
  });

  it('keeps its meaning when it is written again', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true }).filter((url) => !url.includes('%00')),
        (text) => {
          const written = formatHttpUrl(parse(text));
          expect(formatHttpUrl(parse(written))).toBe(written);
        },
      ),
    );
  });

  it('is read or refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (rest) => {
        try {
          parse(`http://h${rest}`);
        } catch (error) {
          expect(error).toBeInstanceOf(UriError);
        }
      }),
    );
  });
});
