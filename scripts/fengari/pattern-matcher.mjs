// Lua's patterns. Source: Lua 5.4 lstrlib.c. Texts have one character for each byte.
import { meter } from './limits.mjs';

const MAX_DEPTH = 200;
const MAX_CAPTURES = 32;
/** What stands in place of the length of a capture. */
const UNFINISHED = -1;
const POSITION = -2;
/** No match. */
const NONE = -1;

const ESCAPE = 37;
const OPEN = 40;
const CLOSE = 41;
const STAR = 42;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const QUESTION = 63;
const BRACKET = 91;
const BRACKET_END = 93;
const CARET = 94;
const DOLLAR = 36;
const LOWER_B = 98;
const REPEATS = new Set([STAR, PLUS, MINUS]);
const LOWER_F = 102;
const ZERO = 48;
const ONE = 49;
const NINE = 57;

const classes = {
  a: /[A-Za-z]/,
  c: /[^ -~\x80-\xff]/,
  d: /[0-9]/,
  g: /[!-~]/,
  l: /[a-z]/,
  p: /[!-/:-@[-`{-~]/,
  s: /[\t-\r ]/,
  u: /[A-Z]/,
  w: /[0-9A-Za-z]/,
  x: /[0-9A-Fa-f]/,
  // Deprecated, and still there in 5.4.
  z: /\0/,
};

/** By the code of a class's letter: a 1 for each byte in it. */
const members = [];
for (const [letter, pattern] of Object.entries(classes)) {
  const set = Uint8Array.from({ length: 256 }, (_, code) => Number(pattern.test(String.fromCharCode(code))));
  members[letter.charCodeAt(0)] = set;
  members[letter.toUpperCase().charCodeAt(0)] = set.map((is) => 1 - is);
}

function isInClass(code, letter) {
  const set = members[letter];
  return set === undefined ? letter === code : set[code] === 1;
}

/** One pattern at work on one text. `fail(text, …)` raises a Lua error. */
export class PatternMatcher {
  constructor(L, text, pattern, fail) {
    this.L = L;
    this.text = text;
    this.pattern = pattern;
    this.fail = fail;
    this.level = 0;
    this.depth = MAX_DEPTH;
    this.starts = [];
    this.lengths = [];
  }

  /** Where a match that begins here ends; -1 when there is none. Captures are of this match. */
  matchAt(at, from) {
    this.level = 0;
    this.depth = MAX_DEPTH;
    return this.match(at, from);
  }

  match(at, from) {
    if (this.depth === 0) this.fail(this.L, 'pattern too complex');
    this.depth -= 1;
    const end = this.run(at, from);
    this.depth += 1;
    return end;
  }

  run(at, from) {
    let s = at;
    let p = from;
    for (;;) {
      if (--meter.left < 0) meter.expire(this.L);
      const end = this.structure(s, p);
      if (end !== undefined) return end;
      if (this.isSpecial(p)) {
        s = this.special(s, p);
        if (s === NONE) return NONE;
        p = this.specialEnd(p);
        continue;
      }
      const after = this.classEnd(p);
      const suffix = this.pattern.charCodeAt(after);
      if (REPEATS.has(suffix)) return this.repeat(s, p, after, suffix);
      const isSingle = this.isSingle(s, p, after);
      if (suffix === QUESTION) {
        const rest = isSingle ? this.match(s + 1, after + 1) : NONE;
        if (rest !== NONE) return rest;
        p = after + 1;
      } else if (isSingle) {
        s += 1;
        p = after;
      } else return NONE;
    }
  }

  /** What is no single character: the end of the pattern, captures, a last $; undefined for all else. */
  structure(s, p) {
    if (p >= this.pattern.length) return s;
    const code = this.pattern.charCodeAt(p);
    if (code === OPEN) return this.startCapture(s, p + 1);
    if (code === CLOSE) return this.endCapture(s, p + 1);
    if (code !== DOLLAR || p + 1 < this.pattern.length) return undefined;
    return s === this.text.length ? s : NONE;
  }

  isSpecial(p) {
    if (this.pattern.charCodeAt(p) !== ESCAPE) return false;
    const letter = this.pattern.charCodeAt(p + 1);
    return letter === LOWER_B || letter === LOWER_F || (letter >= ZERO && letter <= NINE);
  }

  /** %b, %f and %1 to %9: where they end in the text. */
  special(s, p) {
    const letter = this.pattern.charCodeAt(p + 1);
    if (letter === LOWER_B) return this.balance(s, p + 2);
    return letter === LOWER_F ? this.frontier(s, p + 2) : this.backReference(s, letter);
  }

  specialEnd(p) {
    const letter = this.pattern.charCodeAt(p + 1);
    if (letter === LOWER_B) return p + 4;
    return letter === LOWER_F ? this.classEnd(p + 2) : p + 2;
  }

  classEnd(from) {
    let p = from;
    const code = this.pattern.charCodeAt(p++);
    if (code === ESCAPE) {
      if (p >= this.pattern.length) this.fail(this.L, "malformed pattern (ends with '%%')");
      return p + 1;
    }
    if (code !== BRACKET) return p;
    if (this.pattern.charCodeAt(p) === CARET) p += 1;
    do {
      if (p >= this.pattern.length) this.fail(this.L, "malformed pattern (missing ']')");
      if (this.pattern.charCodeAt(p++) === ESCAPE) p += 1;
    } while (this.pattern.charCodeAt(p) !== BRACKET_END);
    return p + 1;
  }

  isSingle(s, p, end) {
    if (s >= this.text.length) return false;
    const code = this.text.charCodeAt(s);
    const wanted = this.pattern.charCodeAt(p);
    if (wanted === DOT) return true;
    if (wanted === ESCAPE) return isInClass(code, this.pattern.charCodeAt(p + 1));
    return wanted === BRACKET ? this.isInSet(code, p, end - 1) : wanted === code;
  }

  isInSet(code, from, end) {
    const { pattern } = this;
    let p = from;
    const isPositive = pattern.charCodeAt(p + 1) !== CARET;
    if (!isPositive) p += 1;
    while (++p < end) {
      const wanted = pattern.charCodeAt(p);
      if (wanted === ESCAPE) {
        p += 1;
        if (isInClass(code, pattern.charCodeAt(p))) return isPositive;
      } else if (pattern.charCodeAt(p + 1) === MINUS && p + 2 < end) {
        p += 2;
        if (wanted <= code && code <= pattern.charCodeAt(p)) return isPositive;
      } else if (wanted === code) return isPositive;
    }
    return !isPositive;
  }

  repeat(s, p, end, suffix) {
    if (suffix === MINUS) return this.shortest(s, p, end);
    if (suffix === STAR) return this.longest(s, p, end);
    return this.isSingle(s, p, end) ? this.longest(s + 1, p, end) : NONE;
  }

  longest(s, p, end) {
    let count = 0;
    while (this.isSingle(s + count, p, end)) {
      if (--meter.left < 0) meter.expire(this.L);
      count += 1;
    }
    for (; count >= 0; count--) {
      const rest = this.match(s + count, end + 1);
      if (rest !== NONE) return rest;
    }
    return NONE;
  }

  shortest(from, p, end) {
    for (let s = from; ; s++) {
      const rest = this.match(s, end + 1);
      if (rest !== NONE) return rest;
      if (!this.isSingle(s, p, end)) return NONE;
    }
  }

  startCapture(s, p) {
    const isPosition = this.pattern.charCodeAt(p) === CLOSE;
    if (this.level >= MAX_CAPTURES) this.fail(this.L, 'too many captures');
    this.starts[this.level] = s;
    this.lengths[this.level] = isPosition ? POSITION : UNFINISHED;
    this.level += 1;
    const end = this.match(s, isPosition ? p + 1 : p);
    if (end === NONE) this.level -= 1;
    return end;
  }

  endCapture(s, p) {
    let open = this.level - 1;
    while (open >= 0 && this.lengths[open] !== UNFINISHED) open -= 1;
    if (open < 0) this.fail(this.L, 'invalid pattern capture');
    this.lengths[open] = s - this.starts[open];
    const end = this.match(s, p);
    if (end === NONE) this.lengths[open] = UNFINISHED;
    return end;
  }

  balance(from, p) {
    if (p >= this.pattern.length - 1) this.fail(this.L, "malformed pattern (missing arguments to '%%b')");
    const begin = this.pattern.charCodeAt(p);
    const end = this.pattern.charCodeAt(p + 1);
    if (from >= this.text.length || this.text.charCodeAt(from) !== begin) return NONE;
    let open = 1;
    for (let s = from + 1; s < this.text.length; s++) {
      if (--meter.left < 0) meter.expire(this.L);
      const code = this.text.charCodeAt(s);
      if (code === end) {
        open -= 1;
        if (open === 0) return s + 1;
      } else if (code === begin) open += 1;
    }
    return NONE;
  }

  frontier(s, p) {
    if (this.pattern.charCodeAt(p) !== BRACKET) this.fail(this.L, "missing '[' after '%%f' in pattern");
    const end = this.classEnd(p) - 1;
    const before = s === 0 ? 0 : this.text.charCodeAt(s - 1);
    const here = s === this.text.length ? 0 : this.text.charCodeAt(s);
    return !this.isInSet(before, p, end) && this.isInSet(here, p, end) ? s : NONE;
  }

  backReference(s, digit) {
    const index = digit - ONE;
    if (index < 0 || index >= this.level || this.lengths[index] === UNFINISHED)
      this.fail(this.L, 'invalid capture index %%%d', index + 1);
    const start = this.starts[index];
    const length = Math.max(this.lengths[index], 0);
    return this.text.startsWith(this.text.slice(start, start + length), s) ? s + length : NONE;
  }

  /** A capture, by index, of a match from s to end: a text, or, for a position, a number. */
  capture(index, s, end) {
    if (index >= this.level) {
      if (index !== 0) this.fail(this.L, 'invalid capture index %%%d', index + 1);
      return this.text.slice(s, end);
    }
    const length = this.lengths[index];
    const start = this.starts[index];
    if (length === UNFINISHED) this.fail(this.L, 'unfinished capture');
    return length === POSITION ? start + 1 : this.text.slice(start, start + length);
  }
}
