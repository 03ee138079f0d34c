// Floats as C's printf writes them: the digits are those of the exact value, ties go to the even digit.

const EXPONENT_DIGITS = 2;
/** From here on Number.prototype.toFixed writes an exponent. */
const FIXED_LIMIT = 1e21;
/** %.14g writes whole numbers below this with all their digits. */
const PLAIN_LIMIT = 1e14;
const MANTISSA_BITS = 52;
const BIAS = 1023;

/**
 * A float as `tostring` shows it (%.14g, and ".0" when that looks like an integer).
 *
 * @param {number} value
 */
export function floatToText(value) {
  if (Number.isInteger(value) && value < PLAIN_LIMIT && value > -PLAIN_LIMIT)
    return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  const text = general(value, { precision: 14, alternate: false });
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Infinite and not-a-number values, with their sign; undefined for the others. */
export function special(value) {
  if (Number.isNaN(value)) return isNegative(value) ? '-nan' : 'nan';
  if (value === Infinity) return 'inf';
  return value === -Infinity ? '-inf' : undefined;
}

const float = new Float64Array(1);
const bits = new BigUint64Array(float.buffer);

/** C's pow, which knows an answer where JavaScript has none. */
export function power(base, exponent) {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  const result = exponent === 2 ? base * base : base ** exponent;
  return Number.isNaN(result) ? base + exponent + machineNaN() : result;
}

// Made once, before the code is compiled: a compiler that works it out beforehand may choose another sign.
const notANumber = new Float64Array([Infinity - Infinity]);

/** The NaN that the machine makes, sign and all. */
export function machineNaN() {
  return notANumber[0];
}

/** C's fmod. */
export function floatRest(value, divisor) {
  return divisor === 0 || Math.abs(value) === Infinity ? value + divisor + machineNaN() : value % divisor;
}

/** The other sign. Only this way round does a NaN change its own. */
export function negate(value) {
  if (!Number.isNaN(value)) return -value;
  float[0] = value;
  bits[0] ^= 1n << 63n;
  return float[0];
}

/** Whether the sign bit is set. JavaScript keeps it in NaN too where the machine makes one. */
function isNegative(value) {
  float[0] = value;
  return bits[0] >> 63n === 1n;
}

/** %e */
export function exponential(value, { precision, alternate }) {
  const named = special(value);
  if (named !== undefined) return named;
  const { digits, exponent } = significant(Math.abs(value), precision + 1);
  return sign(value) + withExponent(digits, exponent, alternate);
}

/** %f */
export function fixed(value, { precision, alternate }) {
  const named = special(value);
  if (named !== undefined) return named;
  const text = fixedDigits(Math.abs(value), precision);
  return sign(value) + (alternate && precision === 0 ? `${text}.` : text);
}

/** %g */
export function general(value, { precision, alternate }) {
  const named = special(value);
  if (named !== undefined) return named;
  const places = precision === 0 ? 1 : precision;
  const { digits, exponent } = significant(Math.abs(value), places);
  const kept = alternate ? digits : digits.replace(/(?<=.)0+$/, '');
  if (exponent < -4 || exponent >= places) return sign(value) + withExponent(kept, exponent, alternate);
  if (exponent < 0) return `${sign(value)}0.${'0'.repeat(-exponent - 1)}${kept}`;
  const whole = kept.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = kept.slice(exponent + 1);
  return sign(value) + whole + (fraction !== '' || alternate ? `.${fraction}` : '');
}

/** %a; a precision of undefined gives as many digits as the value needs. */
export function hexadecimal(value, { precision, alternate }) {
  const named = special(value);
  if (named !== undefined) return named;
  float[0] = value;
  const [raw] = bits;
  const biased = Number((raw >> BigInt(MANTISSA_BITS)) & 0x7ffn);
  let mantissa = raw & 0xfffffffffffffn;
  if (biased > 0) mantissa |= 1n << BigInt(MANTISSA_BITS);
  let exponent = biased > 0 ? biased - BIAS : 1 - BIAS;
  if (mantissa === 0n) exponent = 0;
  const digits = precision === undefined ? 13 : Math.min(precision, 13);
  const dropped = BigInt(4 * (13 - digits));
  const rounded = roundedShift(mantissa, dropped);
  const text = rounded.toString(16).padStart(digits + 1, '0');
  const fraction = text.slice(text.length - digits);
  const shown =
    precision === undefined ? fraction.replace(/0+$/, '') : (digits ? fraction : '').padEnd(precision, '0');
  const lead = digits ? text.slice(0, -digits) : text;
  const point = shown !== '' || alternate ? '.' : '';
  return `${sign(value)}0x${lead}${point}${shown}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

function roundedShift(value, places) {
  if (places === 0n) return value;
  const half = 1n << (places - 1n);
  const rest = value & ((half << 1n) - 1n);
  const kept = value >> places;
  return rest > half || (rest === half && (kept & 1n) === 1n) ? kept + 1n : kept;
}

function sign(value) {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}

function withExponent(digits, exponent, alternate) {
  const fraction = digits.slice(1);
  const power = String(Math.abs(exponent)).padStart(EXPONENT_DIGITS, '0');
  return `${digits[0]}${fraction !== '' || alternate ? '.' : ''}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
}

/** So many digits of a finite value that is not negative, and the power of ten of the first. */
function significant(value, count) {
  const text = value.toExponential(count - 1);
  // JavaScript rounds ties up; only digits that go on with a 5 can be one.
  if (value.toExponential(count).includes('5e')) return significantExactly(value, count);
  const at = text.indexOf('e');
  return { digits: text[0] + text.slice(2, at), exponent: Number(text.slice(at + 1)) };
}

function significantExactly(value, count) {
  const { digits, point } = exactDigits(value);
  const rounded = roundDigits(digits, count);
  return rounded.length > count
    ? { digits: rounded.slice(0, count), exponent: point }
    : { digits: rounded, exponent: point - 1 };
}

function fixedDigits(value, precision) {
  if (value >= FIXED_LIMIT) return `${BigInt(value)}${precision > 0 ? `.${'0'.repeat(precision)}` : ''}`;
  if (!value.toFixed(precision + 1).endsWith('5')) return value.toFixed(precision);
  const { digits, point } = exactDigits(value);
  const padded = digits.padStart(digits.length + Math.max(0, 1 - point), '0');
  const places = Math.max(point, 1);
  const rounded = roundDigits(padded, places + precision);
  const whole = rounded.length - precision;
  return precision > 0 ? `${rounded.slice(0, whole)}.${rounded.slice(whole)}` : rounded;
}

/** All decimal digits of a value, and how many of them stand before the point (negative: zeros after it). */
function exactDigits(value) {
  float[0] = value;
  const [raw] = bits;
  const biased = Number((raw >> BigInt(MANTISSA_BITS)) & 0x7ffn);
  const mantissa = (raw & 0xfffffffffffffn) | (biased > 0 ? 1n << BigInt(MANTISSA_BITS) : 0n);
  const exponent = Math.max(biased, 1) - BIAS - MANTISSA_BITS;
  if (exponent >= 0) {
    const digits = String(mantissa << BigInt(exponent));
    return { digits, point: digits.length };
  }
  const digits = String(mantissa * 5n ** BigInt(-exponent));
  return { digits, point: digits.length + exponent };
}

/** The first digits, rounded by the rest, ties to even. One digit longer when all were nines. */
function roundDigits(digits, count) {
  if (digits.length <= count) return digits.padEnd(count, '0');
  const kept = BigInt(digits.slice(0, count) || '0');
  const half = '5'.padEnd(digits.length - count, '0');
  const rest = digits.slice(count);
  const up = rest > half || (rest === half && (kept & 1n) === 1n);
  return String(up ? kept + 1n : kept).padStart(count, '0');
}
