/**
 * Cuts JSON, or what claims to be JSON, into pieces to colour. Nothing is parsed: the pieces joined are the
 * text, whatever the text is, and numbers keep their digits.
 */

export interface JsonToken {
  readonly kind: 'key' | 'string' | 'number' | 'word' | 'punctuation' | 'space' | 'other';
  readonly text: string;
}

// One alternative per kind. A string that nobody closed goes to the end, so that it is looked at once only.
const token =
  /("(?:[^"\\]|\\.)*\\?(?:"|$))(?=([ \t\r\n]*:)?)|(-?\d[\d.eE+-]*)|(true|false|null)|([{}[\],:])|([ \t\r\n]+)/gs;

export function jsonTokens(text: string): JsonToken[] {
  const tokens: JsonToken[] = [];
  let from = 0;
  for (const match of text.matchAll(token)) {
    if (match.index > from) tokens.push({ kind: 'other', text: text.slice(from, match.index) });
    tokens.push({ kind: kindOf(match), text: match[0] });
    from = match.index + match[0].length;
  }
  if (from < text.length) tokens.push({ kind: 'other', text: text.slice(from) });
  return tokens;
}

function kindOf([, text, colon, number, word, punctuation]: RegExpMatchArray): JsonToken['kind'] {
  if (text !== undefined) return colon === undefined ? 'string' : 'key';
  if (number !== undefined) return 'number';
  if (word !== undefined) return 'word';
  return punctuation === undefined ? 'space' : 'punctuation';
}

// Nested deeper than this, lines are not indented further: a hostile body would be mostly spaces.
const DEEPEST_INDENT = 20;

/** The same pieces, one member a line. Only white space between pieces changes. */
export function tidyTokens(tokens: readonly JsonToken[]): JsonToken[] {
  const tidy: JsonToken[] = [];
  let depth = 0;
  const breakLine = (): void => {
    tidy.push({ kind: 'space', text: `\n${'  '.repeat(Math.min(depth, DEEPEST_INDENT))}` });
  };
  const pieces = tokens.filter(({ kind }) => kind !== 'space');
  for (const [index, piece] of pieces.entries()) {
    const isEmpty = isOpening(pieces[index - 1]) && isClosing(piece);
    if (isClosing(piece)) {
      depth = Math.max(0, depth - 1);
      if (!isEmpty) breakLine();
    }
    tidy.push(piece);
    if (isOpening(piece)) {
      depth += 1;
      if (!isClosing(pieces[index + 1])) breakLine();
    } else if (piece.kind === 'punctuation' && piece.text === ',') breakLine();
    else if (piece.kind === 'punctuation' && piece.text === ':') tidy.push({ kind: 'space', text: ' ' });
  }
  return tidy;
}

function isOpening(piece: JsonToken | undefined): boolean {
  return piece?.kind === 'punctuation' && (piece.text === '{' || piece.text === '[');
}

function isClosing(piece: JsonToken | undefined): boolean {
  return piece?.kind === 'punctuation' && (piece.text === '}' || piece.text === ']');
}
