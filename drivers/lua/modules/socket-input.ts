import { createByteBuilder, type ByteBuilder } from './byte-builder.ts';

/** What was received, and why it ended before it was complete. */
export interface Received {
  readonly bytes: Uint8Array;
  readonly error?: string | undefined;
}

/** More bytes for the input, or why there are none; `timeoutMs` null: wait for ever. */
export type Fetch = (timeoutMs: number | null) => { readonly bytes: Uint8Array } | { readonly error: string };

/**
 * The receiving side of a socket: what has arrived and was not asked for yet stays here.
 *
 * A line ends with LF, and CRs in it are dropped; a prefix counts as if it had been received first.
 *
 * Source: LuaSocket 3.1.0, buffer.c.
 */
export interface SocketInput {
  /** Whether bytes lie here that a receive would take at once. */
  hasBytes(): boolean;
  /** Forgets what lies here and begins with other bytes. */
  reset(bytes?: Uint8Array): void;
  line(prefix: Uint8Array): Received;
  count(count: number, prefix: Uint8Array): Received;
  all(prefix: Uint8Array): Received;
}

const CR = 13;
const LF = 10;
const nothing: Uint8Array = new Uint8Array();

/** @param startClock answers, for each call, what tells the time that is left of it */
export function createSocketInput(fetch: Fetch, startClock: () => () => number | null): SocketInput {
  let input = nothing;
  let at = 0;

  const reset = (bytes: Uint8Array = nothing): void => {
    input = bytes;
    at = 0;
  };
  /** Takes pieces of the input until `take` says that it has enough. */
  const collect = (prefix: Uint8Array, take: (out: ByteBuilder) => boolean): Received => {
    const out = createByteBuilder();
    out.bytes(prefix);
    const left = startClock();
    for (;;) {
      if (at >= input.length) {
        const result = fetch(left());
        if ('error' in result) return { bytes: out.finish(), error: result.error };
        reset(result.bytes);
      }
      if (take(out)) return { bytes: out.finish() };
    }
  };
  const takeLine = (out: ByteBuilder): boolean => {
    const end = input.indexOf(LF, at);
    const to = end === -1 ? input.length : end;
    for (; at < to; at++) if (input[at] !== CR) out.byte(input[at] ?? 0);
    if (end !== -1) at++;
    return end !== -1;
  };

  return {
    hasBytes: () => at < input.length,
    reset,
    line: (prefix) => collect(prefix, takeLine),
    count(count, prefix) {
      if (count <= prefix.length && prefix.length > 0) return { bytes: prefix };
      return collect(prefix, (out) => {
        const to = Math.min(at + count - out.length, input.length);
        out.bytes(input, at, to);
        at = to;
        return out.length >= count;
      });
    },
    all(prefix) {
      const received = collect(prefix, (out) => {
        out.bytes(input, at);
        at = input.length;
        return false;
      });
      const isWhole = received.error === 'closed' && received.bytes.length > prefix.length;
      return isWhole ? { bytes: received.bytes } : received;
    },
  };
}
