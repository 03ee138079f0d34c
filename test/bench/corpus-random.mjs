/** Numbers that look random and are the same for the same seed (mulberry32). */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const fraction = () => next() / 2 ** 32;
  const between = (lowest, highest) => lowest + Math.floor(fraction() * (highest - lowest + 1));
  return {
    /** A whole number, both ends included. */
    between,
    /** From 0 to 1. */
    fraction,
    chance: (share) => fraction() < share,
    pick: (list) => list[between(0, list.length - 1)],
    shuffled(list) {
      const rest = [...list];
      return list.map(() => rest.splice(between(0, rest.length - 1), 1)[0]);
    },
    /** Small ones are as frequent as in mail: every doubling is equally likely. */
    skewed: (lowest, highest) => lowest * (highest / lowest) ** fraction(),
    bytes(length) {
      const numbers = Uint32Array.from({ length: Math.ceil(length / 4) }, next);
      return Buffer.from(numbers.buffer).subarray(0, length);
    },
  };
}
