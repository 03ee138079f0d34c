import { lua, type LuaState } from '#fengari';
import type { ByteStream } from './byte-stream.ts';

/** Longer numerals are none. Source: liolib.c, L_MAXLENNUM. */
const MAX_NUMERAL_BYTES = 200;

const SPACE = /^[ \t\n\v\f\r]$/;

/** The numeral so far, and the stream that it comes from. */
interface Reading {
  readonly stream: ByteStream;
  text: string;
}

/**
 * Reads a number as Lua writes numbers and pushes it; false when there is none: nil is pushed, and what looked like
 * one is gone. Source: liolib.c, l_read_number.
 */
export function readNumeral(L: LuaState, stream: ByteStream): boolean {
  while (SPACE.test(peekChar(stream))) stream.take(1);
  const reading: Reading = { stream, text: '' };
  accept(reading, /[+-]/);
  const isHex = accept(reading, /0/) && accept(reading, /[xX]/);
  const digit = isHex ? /[0-9a-fA-F]/ : /[0-9]/;
  let count = reading.text.endsWith('0') ? 1 : 0;
  count += acceptAll(reading, digit);
  if (accept(reading, /\./)) count += acceptAll(reading, digit);
  if (count > 0 && accept(reading, isHex ? /[pP]/ : /[eE]/)) {
    accept(reading, /[+-]/);
    acceptAll(reading, /[0-9]/);
  }
  if (lua.lua_stringtonumber(L, Buffer.from(reading.text, 'latin1')) > 0) return true;
  lua.lua_pushnil(L);
  return false;
}

function accept(reading: Reading, wanted: RegExp): boolean {
  const next = peekChar(reading.stream);
  if (!wanted.test(next)) return false;
  if (reading.text.length >= MAX_NUMERAL_BYTES) {
    reading.text = '';
    return false;
  }
  reading.text += next;
  reading.stream.take(1);
  return true;
}

function acceptAll(reading: Reading, wanted: RegExp): number {
  let count = 0;
  while (accept(reading, wanted)) count += 1;
  return count;
}

/** Empty at the end. */
function peekChar(stream: ByteStream): string {
  const byte = stream.peek();
  return byte === undefined ? '' : String.fromCharCode(byte);
}
