/**
 * The numbers of a sequence set (RFC 3501 §9) that are among those present, ascending.
 *
 * `*` is the largest number present, and a range may be given either way round. Undefined when the text is no
 * sequence set. Example: `1:3,5,7:*`.
 */
export function selectNumbers(set: string, present: readonly number[]): number[] | undefined {
  if (!/^(\d+|\*)(:(\d+|\*))?(,(\d+|\*)(:(\d+|\*))?)*$/.test(set)) return undefined;
  const largest = present.at(-1) ?? 0;
  const bound = (text: string) => (text === '*' ? largest : Number(text));
  const ranges = set.split(',').map((range) => {
    const [from = '', to = from] = range.split(':');
    return [Math.min(bound(from), bound(to)), Math.max(bound(from), bound(to))] as const;
  });
  return present.filter((number) => ranges.some(([from, to]) => number >= from && number <= to));
}

/**
 * Whether a set of sequence numbers fits a mailbox with `count` messages: every number in it is that of a message.
 * In an empty mailbox no set does, not even `*`.
 *
 * Source: Dovecot imap-search-args.c, imap_search_seqset_iter.
 */
export function fitsMailbox(set: string, count: number): boolean {
  const bounds = set.split(/[,:]/).map((bound) => (bound === '*' ? count : Number(bound)));
  return bounds.every((bound) => bound >= 1 && bound <= count);
}

/** The shortest sequence set for ascending numbers: `1:3,5`. */
export function formatNumbers(numbers: readonly number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join();
}
