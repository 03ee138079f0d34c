// One conversion of string.format, as C's printf makes it. Texts have one character for each byte.
import { exponential, fixed, general, hexadecimal } from './float-text.mjs';
import { unsigned } from './integers.mjs';

/** What stands between % and the letter. Source: Lua 5.4 lstrlib.c, checkformat. */
const specPattern = /^([-+ #0]*)(\d{0,2})(?:\.(\d{0,2}))?$/;

/** The flags each conversion may have, and whether it may have a precision. */
const allowed = {
  c: { flags: '-', precision: false },
  d: { flags: '-+0 ', precision: true },
  i: { flags: '-+0 ', precision: true },
  u: { flags: '-0', precision: true },
  o: { flags: '-#0', precision: true },
  x: { flags: '-#0', precision: true },
  X: { flags: '-#0', precision: true },
  a: { flags: '-+#0 ', precision: true },
  A: { flags: '-+#0 ', precision: true },
  e: { flags: '-+#0 ', precision: true },
  E: { flags: '-+#0 ', precision: true },
  f: { flags: '-+#0 ', precision: true },
  g: { flags: '-+#0 ', precision: true },
  G: { flags: '-+#0 ', precision: true },
  p: { flags: '-', precision: false },
  s: { flags: '-', precision: true },
};

/**
 * What a conversion says, or undefined when its letter does not allow it. A width of 0 and a precision of
 * undefined mean none.
 *
 * @param {string} spec what stands between % and the letter
 * @param {string} letter
 */
export function readSpec(spec, letter) {
  const [, flags, width, precision] = specPattern.exec(spec) ?? [];
  const rules = allowed[letter];
  if (flags === undefined || !rules) return undefined;
  if (precision !== undefined && !rules.precision) return undefined;
  if (flags.split('').some((flag) => !rules.flags.includes(flag))) return undefined;
  return {
    left: flags.includes('-'),
    plus: flags.includes('+'),
    space: flags.includes(' '),
    alternate: flags.includes('#'),
    zero: flags.includes('0'),
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
  };
}

/** %d %i %u %o %x %X; the value is an integer (integers.mjs). */
export function formatInteger(letter, value, spec) {
  const isSigned = letter === 'd' || letter === 'i';
  const digits = integerDigits(letter, value, spec, isSigned);
  const zeros = spec.zero && spec.precision === undefined;
  if (isSigned) return pad(signOf(value < 0, spec), digits, spec, zeros);
  const isMarkedHex = spec.alternate && value !== 0 && (letter === 'x' || letter === 'X');
  return pad(isMarkedHex ? `0${letter}` : '', digits, spec, zeros);
}

function integerDigits(letter, value, { precision, alternate }, isSigned) {
  const all = isSigned ? String(value).replace('-', '') : unsignedDigits(letter, value);
  const digits = (precision === 0 && all === '0' ? '' : all).padStart(precision ?? 0, '0');
  return alternate && letter === 'o' && !digits.startsWith('0') ? `0${digits}` : digits;
}

function unsignedDigits(letter, value) {
  const positive = unsigned(value);
  if (letter === 'u') return String(positive);
  if (letter === 'o') return positive.toString(8);
  return letter === 'x' ? positive.toString(16) : positive.toString(16).toUpperCase();
}

/** %a %A %e %E %f %g %G */
export function formatFloat(letter, value, spec) {
  const lower = letter.toLowerCase();
  const text = digitsOf(lower, value, spec);
  const negative = text.startsWith('-');
  const body = negative ? text.slice(1) : text;
  const isHex = lower === 'a' && body.startsWith('0x');
  const prefix = signOf(negative, spec) + (isHex ? '0x' : '');
  const whole = pad(prefix, isHex ? body.slice(2) : body, spec, spec.zero && Number.isFinite(value));
  return letter === lower ? whole : whole.toUpperCase();
}

function digitsOf(lower, value, { precision, alternate }) {
  if (lower === 'a') return hexadecimal(value, { precision, alternate });
  const options = { precision: precision ?? 6, alternate };
  if (lower === 'e') return exponential(value, options);
  return lower === 'f' ? fixed(value, options) : general(value, options);
}

function signOf(negative, { plus, space }) {
  if (negative) return '-';
  if (plus) return '+';
  return space ? ' ' : '';
}

function pad(prefix, digits, { left, width }, zeros) {
  const missing = Math.max(0, width - prefix.length - digits.length);
  if (left) return prefix + digits + ' '.repeat(missing);
  return zeros ? prefix + '0'.repeat(missing) + digits : ' '.repeat(missing) + prefix + digits;
}

/** %s %c %p, by bytes. */
export function formatText(text, { left, width, precision }) {
  const kept = precision === undefined ? text : text.slice(0, precision);
  return left ? kept.padEnd(width, ' ') : kept.padStart(width, ' ');
}

/** %q of a string. */
export function quote(text) {
  let quoted = '"';
  for (let at = 0; at < text.length; at++) quoted += quotedCharacter(text, at);
  return `${quoted}"`;
}

function quotedCharacter(text, at) {
  const character = text[at];
  if (character === '"' || character === '\\' || character === '\n') return `\\${character}`;
  const code = character.charCodeAt(0);
  if (code >= 32 && code !== 127) return character;
  return `\\${/\d/.test(text[at + 1] ?? '') ? String(code).padStart(3, '0') : code}`;
}

/** %q of a float. */
export function quoteFloat(value) {
  if (value === Infinity) return '1e9999';
  if (value === -Infinity) return '-1e9999';
  if (Number.isNaN(value)) return '(0/0)';
  return hexadecimal(value, { precision: undefined, alternate: false });
}
