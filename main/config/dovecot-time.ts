/** A time interval in the unit asked for, or what Dovecot says about it. */
export type TimeInterval =
  { readonly ok: true; readonly value: number } | { readonly ok: false; readonly message: string };

/** Milliseconds of each unit; a unit may be shortened to any beginning, in any case, and earlier ones win: `m` = minutes. */
const UNITS: readonly (readonly [names: readonly string[], ms: bigint])[] = [
  [['secs', 'seconds'], 1000n],
  [['mins', 'minutes'], 60_000n],
  [['msecs', 'mseconds', 'millisecs', 'milliseconds'], 1n],
  [['hours'], 3_600_000n],
  [['days'], 86_400_000n],
  [['weeks'], 604_800_000n],
];

/** Dovecot keeps intervals in an unsigned 32-bit number. */
const MAX_INTERVAL = 0xffff_ffffn;
/** Dovecot reads the digits into an unsigned 64-bit number. */
const MAX_COUNT = 0xffff_ffff_ffff_ffffn;

/**
 * Reads a time interval: digits, optional spaces, a unit, which only 0 may lack (`60s`, `2 mins`, `1m`, `0`).
 * `unit` is that of the result; in seconds, milliseconds must be whole seconds. Never throws.
 *
 * Source: Dovecot settings-parser.c, settings_get_time (2.3); str-parse.c, str_parse_get_interval (2.4).
 */
export function parseTimeInterval(text: string, unit: 'secs' | 'msecs'): TimeInterval {
  const digits = /^[0-9]+/.exec(text)?.[0] ?? '';
  const typed = text.slice(digits.length).replace(/^ +/, '').toLowerCase();
  const count = BigInt(digits);
  if (digits === '' || count > MAX_COUNT) return failed(`Invalid time interval: ${text}`);
  if (typed === '' && count === 0n) return { ok: true, value: 0 };
  if (typed === '') return failed(`Time interval '${text}' is missing units (add e.g. 's' for seconds)`);
  const found = UNITS.find(([names]) => names.some((name) => name.startsWith(typed)));
  return found ? convert(text, count * found[1], unit) : failed(`Invalid time interval: ${text}`);
}

function convert(text: string, msecs: bigint, unit: 'secs' | 'msecs'): TimeInterval {
  if (unit === 'secs' && msecs % 1000n !== 0n) {
    return failed(`Milliseconds not supported for this setting: ${text}`);
  }
  const value = unit === 'secs' ? msecs / 1000n : msecs;
  return value > MAX_INTERVAL
    ? failed(`Time interval is too large: ${text}`)
    : { ok: true, value: Number(value) };
}

function failed(message: string): TimeInterval {
  return { ok: false, message };
}
