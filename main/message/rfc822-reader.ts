/**
 * How reading ended: `more` text follows, the text is at its `end` (a value may still have been read), or the
 * text is `bad` here (what was read before that counts in some places).
 */
export type ReadState = 'more' | 'end' | 'bad';

/** What was read, and how reading ended. */
export interface ReadResult {
  readonly state: ReadState;
  readonly text: string;
}

const asciiAtext = /[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]/;
const atextTable = Array.from({ length: 128 }, (_, code) => asciiAtext.test(String.fromCharCode(code)));

/** Whether a character may stand in an atom: RFC 5322 §3.2.3, and everything beyond ASCII (RFC 6532 §3.2). */
export function isAtext(char: string): boolean {
  return char !== '' && (atextTable[char.charCodeAt(0)] ?? true);
}

/**
 * Reads the tokens of structured header fields from left to right, as tolerantly as Dovecot. White space and
 * comments are skipped after a token, not before it.
 *
 * Source: RFC 5322 §3.2; Dovecot lib-mail/rfc822-parser.c.
 */
export class Rfc822Reader {
  readonly text: string;
  at = 0;
  /** The last comment that was skipped, without its parentheses. */
  lastComment = '';

  constructor(text: string) {
    this.text = text;
  }

  /** The character that is read next, '' at the end. */
  peek(): string {
    return this.text.charAt(this.at);
  }

  /** Whether there is text left. */
  get state(): ReadState {
    return this.at < this.text.length ? 'more' : 'end';
  }

  skipBlanks(): ReadState {
    for (;;) {
      while (this.peek() !== '' && ' \t\r\n'.includes(this.peek())) this.at++;
      if (this.peek() !== '(') return this.state;
      if (!this.#skipComment()) return 'bad';
    }
  }

  /** 1*atext. */
  readAtom(): ReadResult {
    const text = this.#readWhile(isAtext);
    return text === '' ? { state: 'bad', text } : this.#token(text);
  }

  /** Atoms joined by dots, with white space allowed around the dots. */
  readDotAtom(): ReadResult {
    let text = '';
    for (;;) {
      const atom = this.readAtom();
      text += atom.text;
      if (atom.state !== 'more' || this.peek() !== '.') return { state: atom.state, text };
      text += '.';
      this.at++;
      if (this.skipBlanks() !== 'more') return { state: 'bad', text };
    }
  }

  /** A MIME token (RFC 2045 §5.1), which may be empty here. */
  readMimeToken(): ReadResult {
    return this.#token(this.#readWhile((char) => (isAtext(char) || char === '.') && !'/=?'.includes(char)));
  }

  /** A quoted string without its quotes and escapes; line breaks are dropped. */
  readQuotedString(): ReadResult {
    this.at++;
    const { closed, text } = this.#readUntilClosed('"');
    return closed ? this.#token(text) : { state: 'bad', text };
  }

  /** Words joined by single spaces; dots count as letters. */
  readPhrase(): ReadResult {
    if (this.state === 'end') return { state: 'end', text: '' };
    if (this.peek() === '.') return { state: 'bad', text: '' };
    const words: string[] = [];
    for (;;) {
      const word = this.peek() === '"' ? this.readQuotedString() : this.#readDottedAtom();
      words.push(word.text);
      const ends =
        word.state !== 'more' || !(isAtext(this.peek()) || this.peek() === '"' || this.peek() === '.');
      if (ends) return { state: word.state, text: words.join(' ') };
    }
  }

  /** `@` and a domain, dotted or in brackets. The text is without the `@`. */
  readDomain(): ReadResult {
    this.at++;
    if (this.skipBlanks() !== 'more') return { state: 'bad', text: '' };
    return this.peek() === '[' ? this.#readDomainLiteral() : this.readDotAtom();
  }

  #token(text: string): ReadResult {
    return { state: this.skipBlanks(), text };
  }

  #readWhile(accepts: (char: string) => boolean): string {
    const start = this.at;
    while (this.at < this.text.length && accepts(this.peek())) this.at++;
    return this.text.slice(start, this.at);
  }

  #readDottedAtom(): ReadResult {
    return this.#token(this.#readWhile((char) => isAtext(char) || char === '.'));
  }

  #readDomainLiteral(): ReadResult {
    const start = this.at++;
    while (this.peek() !== '' && this.peek() !== ']' && this.peek() !== '[') {
      this.at += this.peek() === '\\' ? 2 : 1;
    }
    if (this.peek() !== ']') return { state: 'bad', text: '' };
    this.at++;
    return this.#token(this.text.slice(start, this.at).replace(/\r?\n/g, ''));
  }

  /** Skips a comment, nested ones included, and remembers its text. False when it never ends. */
  #skipComment(): boolean {
    this.at++;
    const { closed, text } = this.#readUntilClosed(')', '(');
    this.lastComment = text;
    return closed;
  }

  /**
   * Reads up to the closing character, without escapes and line breaks. When that never comes, the text is only
   * what stood before the last escape or line break, as far as Dovecot had copied it.
   */
  #readUntilClosed(close: string, open = ''): { closed: boolean; text: string } {
    let copied = '';
    let segment = '';
    for (let level = 1; ;) {
      segment += this.#readWhile((char) => char !== close && char !== open && char !== '\\' && char !== '\n');
      const char = this.#take();
      const escaped = char === '\\' ? this.#takeEscaped() : undefined;
      if (char === '' || escaped === '') return { closed: false, text: copied };
      if (char === close && --level === 0) return { closed: true, text: copied + segment };
      if (char === open) level++;
      if (char === '\n') {
        copied += withoutCarriageReturn(segment);
        segment = '';
      } else if (escaped !== undefined) {
        copied += segment;
        segment = escaped;
      } else {
        segment += char;
      }
    }
  }

  /** The character after a backslash, '' at the end. A line break is not escaped: the backslash stays. */
  #takeEscaped(): string | undefined {
    return this.peek() === '\r' || this.peek() === '\n' ? undefined : this.#take();
  }

  #take(): string {
    const char = this.peek();
    this.at += char.length;
    return char;
  }
}

function withoutCarriageReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
