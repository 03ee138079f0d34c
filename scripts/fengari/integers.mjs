// Lua's 64-bit integers. One is a number as long as that is exact (±(2^53 - 1)) and a bigint beyond; there is
// exactly one form for each value, so equal integers are === and are the same key of a Map.

const MAX = Number.MAX_SAFE_INTEGER;
const TWO_32 = 2 ** 32;
const TWO_63 = 2 ** 63;
const BITS = 64;

export const MAX_INTEGER = 2n ** 63n - 1n;
export const MIN_INTEGER = -(2n ** 63n);

/** The integer that a bigint is in 64 bits: it wraps around. */
export function wrap(value) {
  return narrow(BigInt.asIntN(BITS, value));
}

/** The one form of a bigint, which does not wrap. */
function narrow(value) {
  return value >= -MAX && value <= MAX ? Number(value) : value;
}

/** The integer with the value of a float, or false when there is none (a fraction, infinite, out of 64 bits). */
export function fromFloat(value) {
  if (Number.isSafeInteger(value)) return value + 0;
  return value >= -TWO_63 && value < TWO_63 && Math.floor(value) === value ? BigInt(value) : false;
}

/**
 * What the application gives as an integer: a bigint, or a whole number, which beyond 64 bits is the last integer.
 * Throws TypeError for all else.
 */
export function fromHost(value) {
  if (Number.isSafeInteger(value)) return value + 0;
  if (typeof value === 'bigint' && value <= MAX_INTEGER && value >= MIN_INTEGER) return narrow(value);
  if (!Number.isInteger(value)) throw new TypeError('invalid argument');
  return fromFloat(value) || (value > 0 ? MAX_INTEGER : MIN_INTEGER);
}

export function add(a, b) {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (sum <= MAX && sum >= -MAX) return sum;
  }
  return wrap(BigInt(a) + BigInt(b));
}

export function subtract(a, b) {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (difference <= MAX && difference >= -MAX) return difference;
  }
  return wrap(BigInt(a) - BigInt(b));
}

export function multiply(a, b) {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    // Adding 0 makes -0, which integers do not have, 0.
    if (product <= MAX && product >= -MAX) return product + 0;
  }
  return wrap(BigInt(a) * BigInt(b));
}

/** Floor division; the divisor is not 0. */
export function divide(a, b) {
  if (typeof a === 'number' && typeof b === 'number') {
    const rest = a % b;
    // The rest first: a / b itself may round up.
    const quotient = (a - rest) / b;
    return rest !== 0 && rest < 0 !== b < 0 ? quotient - 1 : quotient + 0;
  }
  const [m, n] = [BigInt(a), BigInt(b)];
  const rest = m % n;
  return wrap(rest !== 0n && rest < 0n !== n < 0n ? m / n - 1n : m / n);
}

/** Modulo with the sign of the divisor, which is not 0. */
export function modulo(a, b) {
  if (typeof a === 'number' && typeof b === 'number') {
    const rest = a % b;
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest + 0;
  }
  const [m, n] = [BigInt(a), BigInt(b)];
  const rest = m % n;
  return wrap(rest !== 0n && rest < 0n !== n < 0n ? rest + n : rest);
}

/** The rest of a division that truncates; the divisor is not 0. */
export function remainder(a, b) {
  return typeof a === 'number' && typeof b === 'number' ? (a % b) + 0 : wrap(BigInt(a) % BigInt(b));
}

export function and(a, b) {
  if (typeof a !== 'number' || typeof b !== 'number') return wrap(BigInt(a) & BigInt(b));
  if ((a | 0) === a && (b | 0) === b) return a & b;
  return fromHalves(high(a) & high(b), (a & b) >>> 0);
}

export function or(a, b) {
  if (typeof a !== 'number' || typeof b !== 'number') return wrap(BigInt(a) | BigInt(b));
  if ((a | 0) === a && (b | 0) === b) return a | b;
  return fromHalves(high(a) | high(b), (a | b) >>> 0);
}

export function xor(a, b) {
  if (typeof a !== 'number' || typeof b !== 'number') return wrap(BigInt(a) ^ BigInt(b));
  if ((a | 0) === a && (b | 0) === b) return a ^ b;
  return fromHalves(high(a) ^ high(b), (a ^ b) >>> 0);
}

export function not(a) {
  return subtract(-1, a);
}

/** Shift to the left, or, for a negative count, to the right; zeros come in on both sides. */
export function shiftLeft(a, count) {
  if (count <= -BITS || count >= BITS) return 0;
  const places = Number(count);
  if (typeof a === 'number') {
    if (places >= 0) {
      const shifted = a * 2 ** places;
      if (shifted <= MAX && shifted >= -MAX) return shifted;
    } else if (a >= 0) return Math.floor(a / 2 ** -places);
  }
  const bits = BigInt.asUintN(BITS, BigInt(a));
  return wrap(places >= 0 ? bits << BigInt(places) : bits >> BigInt(-places));
}

export function shiftRight(a, count) {
  return shiftLeft(a, subtract(0, count));
}

function high(value) {
  return Math.floor(value / TWO_32);
}

function fromHalves(top, low) {
  const value = top * TWO_32 + low;
  return value >= -MAX ? value : BigInt(value);
}

/** The next value of a numeric `for`, which may lie beyond every limit. */
export function next(value, step) {
  return narrow(BigInt(value) + BigInt(step));
}

/** Loops do not live to see 2^53: a limit beyond is as good as this one, and keeps to numbers. */
export function cutLimit(limit, first, step) {
  if (typeof limit === 'number' || typeof first !== 'number' || typeof step !== 'number') return limit;
  if (Math.abs(step) > TWO_32) return limit;
  return limit > 0n ? MAX : -MAX;
}

/** Unsigned comparison. */
export function isBelow(a, b) {
  return BigInt.asUintN(BITS, BigInt(a)) < BigInt.asUintN(BITS, BigInt(b));
}

/** The value as it is without a sign. */
export function unsigned(value) {
  return value >= 0 ? value : BigInt.asUintN(BITS, BigInt(value));
}
