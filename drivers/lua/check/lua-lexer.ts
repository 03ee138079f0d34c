import { readLongBracket, readQuotedString } from './lua-string.ts';
import { SyntaxFault } from './syntax-fault.ts';

export interface Token {
  readonly kind: 'name' | 'keyword' | 'symbol' | 'string' | 'number' | 'end';
  /** The name, keyword or symbol as written, the value of a string (a character a byte), the number's text. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const keywords: ReadonlySet<string> = new Set(
  (
    'and break do else elseif end false for function goto if in local nil not or repeat return ' +
    'then true until while'
  ).split(' '),
);

const symbol = /\.\.\.|\.\.|==|~=|<=|>=|<<|>>|\/\/|::|[-+*/%^#&~|<>=(){}[\];:,.]/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const blanks = /[ \t\r\n\f\v]+/y;
const restOfLine = /[^\n]*/y;
/** As llex.c read_numeral: everything that could belong to a number, then judged as a whole. */
const numberLike = /\.?[0-9](?:[eE][+-]?|[0-9A-Za-z_.])*/y;
const hexNumberLike = /0[xX](?:[pP][+-]?|[0-9A-Za-z_.])*/y;
const validNumber = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const validHexNumber = /^0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?\d+)?$/;

/** Reads the tokens of a script one by one. Source: Lua 5.4 reference manual §3.1. */
export interface Lexer {
  /** @throws SyntaxFault when there is no token. */
  next(): Token;
}

export function createLexer(text: string, start: number): Lexer {
  let at = start;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const take = (kind: Token['kind'], value: string, end: number): Token => {
    const token = { kind, text: value, start: at, end };
    at = end;
    return token;
  };
  const skip = () => {
    for (;;) {
      at += match(blanks)?.length ?? 0;
      if (!text.startsWith('--', at)) return;
      const long = text[at + 2] === '[' ? readLongBracket(text, at + 2) : undefined;
      at = long ? long.end : at + (match(restOfLine)?.length ?? 0);
    }
  };
  const readString = (): Token | undefined => {
    const first = text[at];
    if (first === '"' || first === "'") {
      const { value, end } = readQuotedString(text, at);
      return take('string', value, end);
    }
    const long = first === '[' ? readLongBracket(text, at) : undefined;
    return long && take('string', long.value, long.end);
  };
  const readNumber = (): Token | undefined => {
    const hex = match(hexNumberLike);
    const digits = hex ?? match(numberLike);
    if (digits === undefined) return undefined;
    if (!(hex ? validHexNumber : validNumber).test(digits))
      throw new SyntaxFault(`malformed number near '${digits}'`, at);
    return take('number', digits, at + digits.length);
  };
  return {
    next() {
      skip();
      if (at >= text.length) return take('end', '<eof>', at);
      const word = match(name);
      if (word !== undefined) return take(keywords.has(word) ? 'keyword' : 'name', word, at + word.length);
      const found = readString() ?? readNumber();
      if (found) return found;
      const sign = match(symbol);
      if (sign !== undefined) return take('symbol', sign, at + sign.length);
      throw new SyntaxFault('unexpected symbol', at);
    },
  };
}
