/** A URL is not one that Dovecot accepts; the message is its reason. */
export class UriError extends Error {
  override readonly name = 'UriError';
}

/** Where the reading of a URI stands. The text is one character a byte. */
export interface UriScanner {
  readonly text: string;
  at: number;
  /** How an unexpected character is shown: ` 'x'` in 2.4, nothing in 2.3. */
  readonly nameCharacters: boolean;
}

const unreserved = 'A-Za-z0-9\\-._~';
const subDelims = "!$&'()*+,;=";

/** Characters that stand for themselves. Source: RFC 3986, appendix A. */
export const pathCharacter = new RegExp(`[${unreserved}${subDelims}:@]`);
export const pathOrSlash = new RegExp(`[${unreserved}${subDelims}:@/]`);
export const queryCharacter = new RegExp(`[${unreserved}${subDelims}:@/?]`);

/** The rest of the text. */
export function rest({ text, at }: UriScanner): string {
  return text.slice(at);
}

/**
 * Reads characters of a kind, and percent escapes, up to one of `ends` or the end of the text.
 * @throws UriError saying that the component contains another character.
 */
export function scanComponent(
  scanner: UriScanner,
  component: { readonly name: string; readonly allowed: RegExp; readonly ends: string },
): string {
  const start = scanner.at;
  while (scanner.at < scanner.text.length) {
    const character = scanner.text[scanner.at] ?? '';
    if (character === '%') readPercent(scanner);
    else if (component.allowed.test(character)) scanner.at++;
    else if (component.ends.includes(character)) break;
    else throw invalidCharacter(scanner, `${component.name} component contains invalid character`);
  }
  return scanner.text.slice(start, scanner.at);
}

function invalidCharacter({ text, at, nameCharacters }: UriScanner, message: string): UriError {
  return new UriError(nameCharacters ? `${message} ${quoteCharacter(text[at] ?? '')}` : message);
}

function quoteCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return code >= 0x20 && code < 0x7f ? `'${character}'` : `<0x${code.toString(16).padStart(2, '0')}>`;
}

// Source: Dovecot lib/uri-util.c, uri_parse_pct_encoded_data.
function readPercent(scanner: UriScanner): string {
  const [first = '', second = ''] = scanner.text.slice(scanner.at + 1, scanner.at + 3);
  if (second === '') throw new UriError("Unexpected URI boundary after '%'");
  if (!isHexDigit(first)) throw notHex('%', first);
  if (!isHexDigit(second)) throw notHex(`%${first}`, second);
  if (first + second === '00') throw new UriError('Percent encoding is not allowed to encode NUL character');
  scanner.at += 3;
  return String.fromCharCode(Number.parseInt(first + second, 16));
}

const isHexDigit = (character: string) => /^[0-9A-Fa-f]$/.test(character);

function notHex(before: string, found: string): UriError {
  return new UriError(`Expecting hex digit after '${before}', but found ${quoteCharacter(found)}`);
}

/**
 * Undoes percent escapes.
 * @throws UriError when a `%` is not followed by two hexadecimal digits.
 */
export function decodePercent(text: string): string {
  const scanner: UriScanner = { text, at: 0, nameCharacters: false };
  let decoded = '';
  while (scanner.at < text.length) {
    decoded += text[scanner.at] === '%' ? readPercent(scanner) : text[scanner.at++];
  }
  return decoded;
}

/** Escapes what is not `allowed`, byte by byte, with lower-case digits as Dovecot does. */
export function encodePercent(text: string, allowed: RegExp): string {
  return Array.from(text)
    .map((character) =>
      allowed.test(character) ? character : `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
    .join('');
}
