/** Exponents below this are written with an exponent (C, %g). */
const LEAST_PLAIN_EXPONENT = -4;

/**
 * A number as C's printf writes it with `%.<precision>g`.
 *
 * Source: ISO C §7.21.6.1 (8).
 */
export function formatG(value: number, precision: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const sign = value < 0 ? '-' : '';
  const { digits, exponent } = roundTo(Math.abs(value), precision);
  if (exponent >= LEAST_PLAIN_EXPONENT && exponent < precision) return sign + plain(digits, exponent);
  const exponentText = String(Math.abs(exponent)).padStart(2, '0');
  return `${sign}${plain(digits, 0)}e${exponent < 0 ? '-' : '+'}${exponentText}`;
}

/** Digits that JavaScript gives exactly at most. */
const MAX_DIGITS = 101;

/** The first digits of a positive number, rounded as C does: a tie goes to the even digit, in JavaScript up. */
function roundTo(value: number, precision: number): { digits: string; exponent: number } {
  const [exact = '', exactExponent = '0'] = value.toExponential(MAX_DIGITS - 1).split('e');
  const exactDigits = exact.replace('.', '');
  const isTie = /^50*$/.test(exactDigits.slice(precision));
  const isEven = Number(exactDigits[precision - 1]) % 2 === 0;
  if (isTie && isEven) return { digits: exactDigits.slice(0, precision), exponent: Number(exactExponent) };
  const [rounded = '', exponent = '0'] = value.toExponential(precision - 1).split('e');
  return { digits: rounded.replace('.', ''), exponent: Number(exponent) };
}

function plain(digits: string, exponent: number): string {
  if (exponent < 0) return trimZeros(`0.${'0'.repeat(-exponent - 1)}${digits}`);
  return trimZeros(`${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`);
}

function trimZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0*$/, '') : digits;
}
