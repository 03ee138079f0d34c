// Numerals as Lua reads them in programs and in `tonumber`.
import { wrap } from './integers.mjs';

const integer = /^[ \t\n\v\f\r]*([-+]?)(?:0[xX]([0-9a-fA-F]+)|(\d+))[ \t\n\v\f\r]*$/;
const decimal = /^[ \t\n\v\f\r]*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)[ \t\n\v\f\r]*$/;
const hexadecimal =
  /^[ \t\n\v\f\r]*([-+]?)0[xX](?=\.?[0-9a-fA-F])([0-9a-fA-F]*)\.?([0-9a-fA-F]*)(?:[pP]([-+]?\d+))?[ \t\n\v\f\r]*$/;

const SAFE_DIGITS = 15;
/** More than any exponent that matters: the value is 0 or infinite long before. */
const MAX_EXPONENT = 100_000;
const MANTISSA_BITS = 53;
/** The power of two of the smallest float. */
const LEAST_EXPONENT = -1074;

/**
 * An integer (number or bigint, see integers.mjs) or a float, or undefined when the text is no numeral.
 *
 * @param {string} text
 * @returns {{ readonly isInteger: boolean, readonly value: number | bigint } | undefined}
 */
export function readNumeral(text) {
  const [, sign, hex, digits] = integer.exec(text) ?? [];
  if (hex !== undefined) return { isInteger: true, value: hexInteger(sign, hex) };
  if (digits !== undefined) return decimalInteger(sign, digits);
  const [, plain] = decimal.exec(text) ?? [];
  if (plain !== undefined) return { isInteger: false, value: Number(plain) };
  const parts = hexadecimal.exec(text);
  return parts ? { isInteger: false, value: hexFloat(parts) } : undefined;
}

function hexInteger(sign, hex) {
  const value = BigInt(`0x${hex}`);
  return wrap(sign === '-' ? -value : value);
}

/** A decimal integer that 64 bits cannot hold is a float. */
function decimalInteger(sign, digits) {
  if (digits.length <= SAFE_DIGITS) return { isInteger: true, value: Number(sign + digits) + 0 };
  const value = BigInt(digits) * (sign === '-' ? -1n : 1n);
  const isInteger = BigInt.asIntN(64, value) === value;
  return { isInteger, value: isInteger ? wrap(value) : Number(sign + digits) };
}

function hexFloat([, sign, whole, fraction, power = '0']) {
  const mantissa = BigInt(`0x${whole}${fraction}`);
  const shift = Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, Number(power)));
  const value = scaled(mantissa, shift - 4 * fraction.length);
  return sign === '-' ? -value : value;
}

/** mantissa * 2^exponent, rounded once, to even. */
function scaled(mantissa, exponent) {
  if (mantissa === 0n) return 0;
  const length = mantissa.toString(2).length;
  const dropped = Math.max(length - MANTISSA_BITS, LEAST_EXPONENT - exponent, 0);
  if (dropped > length) return 0;
  const half = (1n << BigInt(dropped)) >> 1n;
  const rest = mantissa & ((1n << BigInt(dropped)) - 1n);
  const kept = mantissa >> BigInt(dropped);
  const up = dropped > 0 && (rest > half || (rest === half && (kept & 1n) === 1n));
  return timesPowerOfTwo(Number(up ? kept + 1n : kept), exponent + dropped);
}

/** In steps, since 2^exponent alone may be out of range. */
function timesPowerOfTwo(value, exponent) {
  const first = Math.trunc(exponent / 2);
  return value * 2 ** first * 2 ** (exponent - first);
}

const digitsOfBase = /^[ \t\n\v\f\r]*([-+]?)([0-9a-zA-Z]+)[ \t\n\v\f\r]*$/;

/**
 * `tonumber(text, base)`: an integer that wraps around, or undefined.
 *
 * @param {string} text
 * @param {number} base 2 to 36
 */
export function readInBase(text, base) {
  const [, sign, digits] = digitsOfBase.exec(text) ?? [];
  if (digits === undefined) return undefined;
  let value = 0n;
  for (const character of digits) {
    const digit = Number.parseInt(character, 36);
    if (digit >= base) return undefined;
    value = value * BigInt(base) + BigInt(digit);
  }
  return wrap(sign === '-' ? -value : value);
}
