/** Dovecot's largest interval: what `infinite` means. */
export const INFINITE = 0xffff_ffff;
/** Dovecot reads the digits into an unsigned number of 64 bits. */
const MAX_AMOUNT = 0xffff_ffff_ffff_ffffn;

/** Words of which a unit may be any beginning, in any case, with their length in seconds. `m` is a minute. */
const units: readonly (readonly [words: readonly string[], seconds: number])[] = [
  [['secs', 'seconds'], 1],
  [['mins', 'minutes'], 60],
  [['msecs', 'mseconds', 'millisecs', 'milliseconds'], 0.001],
  [['hours'], 3600],
  [['days'], 86_400],
  [['weeks'], 604_800],
];

/**
 * Parses a time setting such as `60 secs`, `2m` or `1ms`. The unit may only be absent when the number is 0.
 *
 * Source: Dovecot lib-settings/settings-parser.c, settings_get_time_full; in 2.4 lib/str-parse.c.
 *
 * @throws Error with Dovecot's text.
 */
export function parseTimeInterval(text: string, resultUnit: 'secs' | 'msecs'): number {
  const match = /^(\d+) *(.*)$/s.exec(text);
  if (!match) throw new Error(`Invalid time interval: ${text}`);
  if (BigInt(match[1] ?? '') > MAX_AMOUNT) throw new Error(`Invalid time interval: ${text}`);
  const amount = Number(match[1]);
  const word = (match[2] ?? '').toLowerCase();
  if (word === '') return zeroWithoutUnit(amount, text);
  const seconds = units.find(([words]) => words.some((unit) => unit.startsWith(word)))?.[1];
  if (seconds === undefined) throw new Error(`Invalid time interval: ${text}`);
  const milliseconds = amount * Math.round(seconds * 1000);
  const interval = resultUnit === 'msecs' ? milliseconds : milliseconds / 1000;
  if (!Number.isInteger(interval)) {
    throw new Error(`Milliseconds not supported for this setting: ${text}`);
  }
  if (interval > INFINITE) throw new Error(`Time interval is too large: ${text}`);
  return interval;
}

function zeroWithoutUnit(amount: number, text: string): number {
  if (amount === 0) return 0;
  throw new Error(`Time interval '${text}' is missing units (add e.g. 's' for seconds)`);
}
