// Lua strings are bytes. Inside, they are kept as text with one character (U+0000 to U+00FF) for each byte,
// as bytes, or as both: text is faster to join, cut, compare and look up.

/** Up to this many characters a loop is faster than the buffer functions. */
const SHORT = 24;

const { latin1Slice, latin1Write } = Buffer.prototype;
const { fromCharCode } = String;

/** @param {Uint8Array} bytes */
export function textOf(bytes) {
  const { length } = bytes;
  if (length > SHORT) return latin1Slice.call(bytes, 0, length);
  let text = '';
  for (let at = 0; at < length; at++) text += fromCharCode(bytes[at]);
  return text;
}

/** @param {string} text @returns {Uint8Array} an array of its own */
export function bytesOf(text) {
  const { length } = text;
  const bytes = new Uint8Array(length);
  if (length > SHORT) latin1Write.call(bytes, text, 0, length);
  else for (let at = 0; at < length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

const notAscii = /[^\0-\x7f]/;

/** The UTF-8 of a JavaScript string, one character for each byte. */
export function utf8TextOf(string) {
  return notAscii.test(string) ? Buffer.from(string, 'utf8').latin1Slice() : string;
}
