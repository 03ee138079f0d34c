// Integers as string.pack and string.unpack have them, in up to 16 bytes.
import { wrap } from './integers.mjs';

/** Bytes of a Lua integer. */
const INTEGER_SIZE = 8;
/** Numbers up to so many bytes are exact. */
const EXACT_SIZE = 6;

/** Whether a signed or unsigned integer of so many bytes can hold the value. */
export function fitsIn(value, size, isSigned) {
  if (size >= INTEGER_SIZE) return true;
  if (isSigned) return value >= -(2 ** (size * 8 - 1)) && value < 2 ** (size * 8 - 1);
  return value >= 0 && value < 2 ** (size * 8);
}

/** Writes the value into the first bytes of an array; a signed one goes on with its sign beyond 8 bytes. */
export function writeInteger(bytes, value, { size, isLittle, isSigned }) {
  const filler = isSigned && value < 0 ? 0xff : 0;
  let rest = BigInt.asUintN(64, BigInt(value));
  for (let index = 0; index < size; index++) {
    bytes[isLittle ? index : size - 1 - index] = index >= INTEGER_SIZE ? filler : Number(rest & 0xffn);
    rest >>= 8n;
  }
}

/** The integer in the first bytes of an array; undefined when 64 bits cannot hold it. */
export function readInteger(bytes, size, isLittle, isSigned) {
  if (size <= EXACT_SIZE) return readShort(bytes, size, isLittle, isSigned);
  let value = 0n;
  const known = Math.min(size, INTEGER_SIZE);
  for (let index = known - 1; index >= 0; index--)
    value = (value << 8n) | BigInt(bytes[isLittle ? index : size - 1 - index]);
  if (isSigned) value = BigInt.asIntN(known * 8, value);
  const filler = isSigned && value < 0n ? 0xff : 0;
  for (let index = known; index < size; index++)
    if (bytes[isLittle ? index : size - 1 - index] !== filler) return undefined;
  return wrap(value);
}

function readShort(bytes, size, isLittle, isSigned) {
  let value = 0;
  for (let index = size - 1; index >= 0; index--)
    value = value * 256 + bytes[isLittle ? index : size - 1 - index];
  return isSigned && value >= 2 ** (size * 8 - 1) ? value - 2 ** (size * 8) : value;
}
