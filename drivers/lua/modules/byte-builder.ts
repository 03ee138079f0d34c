/** Bytes that a new builder has room for. */
const FIRST_SIZE = 256;

/** Bytes that grow at the end. */
export interface ByteBuilder {
  readonly length: number;
  byte(value: number): void;
  bytes(values: Uint8Array, from?: number, to?: number): void;
  /** ASCII text. */
  text(text: string): void;
  /** A copy of what has been written. */
  finish(): Uint8Array;
}

export function createByteBuilder(): ByteBuilder {
  let buffer = new Uint8Array(FIRST_SIZE);
  let length = 0;
  const reserve = (more: number): void => {
    if (length + more <= buffer.length) return;
    const grown = new Uint8Array(Math.max(buffer.length * 2, length + more));
    grown.set(buffer.subarray(0, length));
    buffer = grown;
  };
  return {
    get length() {
      return length;
    },
    byte(value) {
      reserve(1);
      buffer[length++] = value;
    },
    bytes(values, from = 0, to = values.length) {
      reserve(to - from);
      buffer.set(values.subarray(from, to), length);
      length += to - from;
    },
    text(text) {
      reserve(text.length);
      for (let at = 0; at < text.length; at++) buffer[length++] = text.charCodeAt(at);
    },
    finish: () => buffer.slice(0, length),
  };
}
