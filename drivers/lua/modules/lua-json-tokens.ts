/** One token of what lua-json reads: punctuation, `key` (a bare name before a colon) or a value. */
export type JsonToken =
  | { readonly kind: '[' | ']' | '{' | '}' | ':' | ',' }
  | { readonly kind: 'key' | 'string' | 'number'; readonly text: string }
  | { readonly kind: 'true' | 'false' | 'null' | 'undefined' | 'nan' | 'inf' | '-inf' };

/** What a text may hold beyond JSON. */
export interface JsonLexerOptions {
  readonly identifiers: boolean;
  readonly singleQuotes: boolean;
  readonly unicodeWhitespace: boolean;
  readonly undefined: boolean;
  readonly nan: boolean;
  readonly inf: boolean;
  readonly frac: boolean;
  readonly exp: boolean;
  readonly hex: boolean;
  /** Control characters may stand in strings, and the escapes of Lua. */
  readonly controls: boolean;
}

const FOLDER = '/usr/share/lua/5.4/json/decode';
const comments = String.raw`\/\/[^\n]*\n|\/\*[^]*?\*\/`;
const asciiIgnored = new RegExp(`(?:[\\t-\\r ]|${comments})*`, 'y');
const unicodeIgnored = new RegExp(
  String.raw`(?:[\t-\r ]|\xC2[\x85\xA0]|\xE1(?:\x9A\x80|\xA0\x8E)|\xE2\x80[\x80-\x8B\xA8\xA9\xAF]|\xE2\x81\x9F|` +
    String.raw`\xE3\x80\x80|\xEF\xBB\xBF|${comments})*`,
  'y',
);
const identifier = /[A-Za-z_][A-Za-z_0-9]*/y;
const number = /-?(?:[1-9][0-9]+|[0-9])(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?/y;
const words = [
  ['nan', /[Nn][Aa][Nn]/y],
  ['-inf', /-[Ii]nfinity/y],
  ['inf', /[Ii]nfinity/y],
  ['true', /true/y],
  ['false', /false/y],
  ['null', /null/y],
  ['undefined', /undefined/y],
] as const;

/**
 * All tokens of a text. Source: lua-json 1.3.4, json/decode.lua and what it loads.
 *
 * @throws JsonTextError in lua-json's words
 */
export function readJsonTokens(text: string, options: JsonLexerOptions): JsonToken[] {
  const tokens: JsonToken[] = [];
  const ignored = options.unicodeWhitespace ? unicodeIgnored : asciiIgnored;
  let at = skip(ignored, text, 0);
  while (at < text.length) {
    const found = tokenAt(text, at, options, ignored);
    if (!found) throw report('unexpected character', text, at);
    tokens.push(found.token);
    at = skip(ignored, text, found.end);
  }
  return tokens;
}

/** What is wrong with a text, position included. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
}

interface Found {
  readonly token: JsonToken;
  readonly end: number;
}

function skip(pattern: RegExp, text: string, at: number): number {
  return at + (matchAt(pattern, text, at)?.length ?? 0);
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function tokenAt(text: string, at: number, options: JsonLexerOptions, ignored: RegExp): Found | undefined {
  const first = text[at] ?? '';
  if ('[]{}:,'.includes(first)) return { token: { kind: first as ':' }, end: at + 1 };
  const name = options.identifiers ? matchAt(identifier, text, at) : undefined;
  if (name !== undefined) {
    const colon = skip(ignored, text, at + name.length);
    if (text[colon] === ':') return { token: { kind: 'key', text: name }, end: colon + 1 };
  }
  if (first === '"' || (first === "'" && options.singleQuotes)) return stringAt(text, at, options);
  return numberAt(text, at, options) ?? wordAt(text, at, options);
}

function numberAt(text: string, at: number, options: JsonLexerOptions): Found | undefined {
  const hex = matchAt(/0[xX][0-9A-Fa-f]+/y, text, at);
  if (hex !== undefined) {
    if (!options.hex) throw denied('Hexadecimal', 'number.hex', text, at);
    return { token: { kind: 'number', text: hex }, end: at + hex.length };
  }
  const octal = matchAt(/-?0[0-9]+/y, text, at);
  if (octal !== undefined) throw report("'Octal numbers' denied", text, at + (octal.startsWith('-') ? 1 : 0));
  const found = matchAt(number, text, at);
  if (found === undefined) return undefined;
  checkParts(found, text, at, options);
  return { token: { kind: 'number', text: found }, end: at + found.length };
}

function checkParts(found: string, text: string, at: number, options: JsonLexerOptions): void {
  const point = found.indexOf('.');
  if (point !== -1 && !options.frac) throw denied('Fractions', 'number.frac', text, at + point);
  const exponent = found.search(/e/i);
  if (exponent !== -1 && !options.exp) throw denied('Exponents', 'number.exp', text, at + exponent);
}

function wordAt(text: string, at: number, options: JsonLexerOptions): Found | undefined {
  for (const [kind, pattern] of words) {
    const found = matchAt(pattern, text, at);
    if (found === undefined) continue;
    if (kind === 'nan' && !options.nan) throw denied('NaN', 'number.nan', text, at);
    if (kind.endsWith('inf') && !options.inf) throw denied('+/-Inf', 'number.inf', text, at);
    if (kind === 'undefined' && !options.undefined) {
      throw denied('undefined', 'others.allowUndefined', text, at);
    }
    return { token: { kind }, end: at + found.length };
  }
  return undefined;
}

const escapes: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  z: '',
};

/** Undefined when the string has no end. */
function stringAt(text: string, start: number, options: JsonLexerOptions): Found | undefined {
  const quote = text[start] ?? '';
  let out = '';
  let at = start + 1;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === quote) return { token: { kind: 'string', text: out }, end: at + 1 };
    if (!options.controls && /[\b\f\n\r\t\v]/.test(char)) return undefined;
    if (char === '\\') {
      if (!options.controls && /['xz]/.test(text[at + 1] ?? ''))
        throw stringError('Illegal escape', text, at + 1);
      const escape = escapeAt(text, at + 1);
      out += escape.text;
      at = escape.end;
    } else {
      out += char;
      at++;
    }
  }
  return undefined;
}

function escapeAt(text: string, at: number): { text: string; end: number } {
  const char = text[at] ?? '';
  const simple = escapes[char];
  if (simple !== undefined) return { text: simple, end: at + 1 };
  const hexLength = { u: 4, x: 2 }[char];
  if (hexLength === undefined) throw stringError('Illegal escape', text, at);
  const digits = text.slice(at + 1, at + 1 + hexLength);
  if (digits.length < hexLength || !/^[0-9A-Fa-f]+$/.test(digits)) {
    throw stringError(char === 'u' ? 'Illegal unicode escape' : 'Illegal hex escape', text, at + 1);
  }
  const code = Number.parseInt(digits, 16);
  return { text: char === 'x' ? String.fromCharCode(code) : utf8(code), end: at + 1 + hexLength };
}

/** Each code unit on its own: as in lua-json, surrogates are not joined. */
function utf8(code: number): string {
  if (code < 0x80) return String.fromCharCode(code);
  const last = 0x80 | (code & 0x3f);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), last);
  return String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), last);
}

function denied(item: string, option: string, text: string, at: number): JsonTextError {
  return report(`'${item}' denied by option set '${option}'`, text, at);
}

function report(message: string, text: string, at: number): JsonTextError {
  const { line, column, char, lastLine } = whereIs(text, at);
  const where = `@ character: ${at + 1} ${line}:${column} [${char}] line:\n${lastLine}`;
  return new JsonTextError(`${FOLDER}/util.lua:35: ${message} ${where}`);
}

function stringError(message: string, text: string, at: number): JsonTextError {
  const { line, column, char } = whereIs(text, at);
  return new JsonTextError(
    `${FOLDER}/strings.lua:24: ${message} in string [${quoted(char)}] @ ${line}:${column}`,
  );
}

/** As Lua's %q. */
function quoted(char: string): string {
  if (char === '\n') return '"\\\n"';
  if (char === '\r' || char === '\0') return `"\\${char.charCodeAt(0)}"`;
  return `"${char.replace(/["\\]/, '\\$&')}"`;
}

function whereIs(text: string, at: number): { line: number; column: number; char: string; lastLine: string } {
  const read = text.slice(0, at + 1);
  const lastLine = /\n([^\n]+[^])$/.exec(read)?.[1] ?? read;
  return { line: read.split('\n').length - 1, column: lastLine.length, char: text[at] ?? '', lastLine };
}
