import { SyntaxFault } from './syntax-fault.ts';

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

const plain = /[^\\"'\r\n]+/y;
const escape =
  /\\(?:([abfnrtv\\"'])|x([0-9a-fA-F]{2})|(\d{1,3})|u\{([0-9a-fA-F]{1,8})\}|(\r\n|\n\r|\n|\r)|z([ \t\r\n\f\v]*))/y;

/**
 * A string in quotes, from its opening quote on: its value, a character a byte, and where it ends.
 * Source: Lua 5.4 reference manual §3.1. @throws SyntaxFault when it does not end or an escape is wrong.
 */
export function readQuotedString(text: string, start: number): { value: string; end: number } {
  const quote = text[start] ?? '';
  const parts: string[] = [];
  let at = start + 1;
  for (;;) {
    plain.lastIndex = at;
    const run = plain.exec(text)?.[0];
    if (run !== undefined) {
      parts.push(run);
      at += run.length;
      continue;
    }
    const next = text[at];
    if (next === quote) return { value: parts.join(''), end: at + 1 };
    if (next === undefined || next === '\n' || next === '\r')
      throw new SyntaxFault('unfinished string', start);
    if (next !== '\\') {
      parts.push(next);
      at += 1;
      continue;
    }
    escape.lastIndex = at;
    const found = escape.exec(text);
    if (!found) throw new SyntaxFault('invalid escape sequence', at);
    parts.push(decodeEscape(found));
    at += found[0].length;
  }
}

function decodeEscape([, simple, hex, decimal, code, newline]: RegExpExecArray): string {
  if (simple !== undefined) return simpleEscapes[simple] ?? simple;
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  if (decimal !== undefined) return String.fromCharCode(Number(decimal) & 0xff);
  if (code !== undefined) return encodeCodePoint(Number.parseInt(code, 16));
  return newline === undefined ? '' : '\n';
}

/** Lua takes code points up to 2^31; nobody looks at what those above Unicode give. */
function encodeCodePoint(code: number): string {
  return code > 0x10_ffff ? '?' : Buffer.from(String.fromCodePoint(code), 'utf8').toString('latin1');
}

const opening = /\[(=*)\[(\r\n|\n\r|\n|\r)?/y;

/** `[[…]]` or `[==[…]==]`; undefined when there is none here. @throws SyntaxFault when it does not end. */
export function readLongBracket(text: string, start: number): { value: string; end: number } | undefined {
  opening.lastIndex = start;
  const found = opening.exec(text);
  if (!found) return undefined;
  const closing = `]${found[1] ?? ''}]`;
  const from = start + found[0].length;
  const to = text.indexOf(closing, from);
  if (to < 0) throw new SyntaxFault('unfinished long string', start);
  return { value: text.slice(from, to), end: to + closing.length };
}
