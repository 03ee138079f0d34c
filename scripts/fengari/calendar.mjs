// os.date and os.time as the C library of the server has them, in the C locale and the machine's time zone.

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAY_MS = 86_400_000;
const HOUR_S = 3600;

/** Conversions of one letter, and those after E and O. Source: Lua 5.4 loslib.c, L_STRFTIMEC99. */
const PLAIN = 'aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%';
const AFTER = { E: 'cCxXyY', O: 'deHImMSuUVwWy' };

/**
 * A moment in parts.
 *
 * @param {number} seconds since 1970
 * @param {boolean} isUtc else in the machine's time zone
 * @returns {object | undefined} undefined when no year can hold it
 */
export function partsOf(seconds, isUtc) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  const offsetMin = isUtc ? 0 : -date.getTimezoneOffset();
  // The fields of this date in UTC are the local ones.
  const local = new Date(date.getTime() + offsetMin * 60_000);
  const year = local.getUTCFullYear();
  return {
    seconds,
    isUtc,
    offsetMin,
    sec: local.getUTCSeconds(),
    min: local.getUTCMinutes(),
    hour: local.getUTCHours(),
    day: local.getUTCDate(),
    month: local.getUTCMonth() + 1,
    year,
    wday: local.getUTCDay() + 1,
    yday: Math.floor((local.getTime() - utcDay(year, 0, 1)) / DAY_MS) + 1,
    isdst: !isUtc && isSummerTime(date, year),
  };
}

function utcDay(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.getTime();
}

/** Whether the clock is ahead of the zone's own time: the one it has in January or in July. */
function isSummerTime(date, year) {
  const offsets = [0, 6].map((month) => -new Date(year, month, 1).getTimezoneOffset());
  return -date.getTimezoneOffset() > Math.min(...offsets);
}

/**
 * The seconds since 1970 of local parts, which may lie outside their ranges (month 14, day 0).
 *
 * @param {boolean | undefined} parts.isdst undefined: as it was then
 * @returns {number | undefined} undefined when no date can hold them
 */
export function secondsOf({ year, month, day, hour, min, sec, isdst }) {
  const date = new Date(2000, 0, 1);
  date.setFullYear(year, month - 1, day);
  date.setHours(hour, min, sec, 0);
  const seconds = Math.floor(date.getTime() / 1000);
  if (Number.isNaN(seconds)) return undefined;
  if (isdst === undefined) return seconds;
  const is = isSummerTime(date, date.getFullYear());
  if (isdst && !is) return seconds - HOUR_S;
  return !isdst && is ? seconds + HOUR_S : seconds;
}

/**
 * strftime.
 *
 * @param {string} format
 * @returns {{ readonly text: string } | { readonly invalid: string }} what is not understood, from after the %
 */
export function formatDate(format, parts) {
  let text = '';
  for (let at = 0; at < format.length; at++) {
    if (format[at] !== '%') {
      text += format[at];
      continue;
    }
    const letter = format[at + 1] ?? '';
    const isPlain = letter !== '' && PLAIN.includes(letter);
    const second = format[at + 2] ?? '';
    if (!isPlain && (second === '' || !AFTER[letter]?.includes(second)))
      return { invalid: format.slice(at + 1) };
    text += conversions[isPlain ? letter : second](parts);
    at += isPlain ? 1 : 2;
  }
  return { text };
}

const two = (value) => String(value).padStart(2, '0');
const spaced = (value) => String(value).padStart(2, ' ');
const hour12 = ({ hour }) => ((hour + 11) % 12) + 1;
const inner = (format) => (parts) => formatDate(format, parts).text;

const conversions = {
  a: ({ wday }) => DAYS[wday - 1].slice(0, 3),
  A: ({ wday }) => DAYS[wday - 1],
  b: ({ month }) => MONTHS[month - 1].slice(0, 3),
  B: ({ month }) => MONTHS[month - 1],
  c: inner('%a %b %e %H:%M:%S %Y'),
  C: ({ year }) => two(Math.floor(year / 100)),
  d: ({ day }) => two(day),
  D: inner('%m/%d/%y'),
  e: ({ day }) => spaced(day),
  F: inner('%Y-%m-%d'),
  g: (parts) => two(modulo(isoWeek(parts).year, 100)),
  G: (parts) => String(isoWeek(parts).year),
  h: ({ month }) => MONTHS[month - 1].slice(0, 3),
  H: ({ hour }) => two(hour),
  I: (parts) => two(hour12(parts)),
  j: ({ yday }) => String(yday).padStart(3, '0'),
  m: ({ month }) => two(month),
  M: ({ min }) => two(min),
  n: () => '\n',
  p: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  r: inner('%I:%M:%S %p'),
  R: inner('%H:%M'),
  S: ({ sec }) => two(sec),
  t: () => '\t',
  T: inner('%H:%M:%S'),
  u: ({ wday }) => String(wday === 1 ? 7 : wday - 1),
  U: ({ yday, wday }) => two(Math.floor((yday + 6 - (wday - 1)) / 7)),
  V: (parts) => two(isoWeek(parts).week),
  w: ({ wday }) => String(wday - 1),
  W: ({ yday, wday }) => two(Math.floor((yday + 6 - ((wday + 5) % 7)) / 7)),
  x: inner('%m/%d/%y'),
  X: inner('%H:%M:%S'),
  y: ({ year }) => two(modulo(year, 100)),
  Y: ({ year }) => String(year),
  z: ({ offsetMin }) => {
    const minutes = Math.abs(offsetMin);
    return `${offsetMin < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
  },
  Z: (parts) => zoneName(parts),
  '%': () => '%',
};

function modulo(value, divisor) {
  return ((value % divisor) + divisor) % divisor;
}

/** Weeks begin on Monday; the first one has the year's first Thursday. Source: ISO 8601. */
function isoWeek({ year, yday, wday }) {
  const weekday = (wday + 5) % 7;
  const week = Math.floor((yday - 1 - weekday + 10) / 7);
  if (week < 1) return { year: year - 1, week: weeksOf(year - 1) };
  return week > weeksOf(year) ? { year: year + 1, week: 1 } : { year, week };
}

function weeksOf(year) {
  const firstDay = new Date(utcDay(year, 0, 1)).getUTCDay();
  const isLeap = new Date(utcDay(year, 1, 29)).getUTCMonth() === 1;
  return firstDay === 4 || (isLeap && firstDay === 3) ? 53 : 52;
}

/** Regions whose names for zones are those that the time zone database has. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-CA', 'en-NZ', 'en-ZA', 'en-IN', 'ja-JP', 'ko-KR', 'id-ID'];

/** The short name of the zone; where no name is known, its distance from UTC, as in the time zone database. */
function zoneName({ seconds, isUtc, offsetMin }) {
  if (isUtc) return 'GMT';
  for (const locale of LOCALES) {
    const named = new Intl.DateTimeFormat(locale, { timeZoneName: 'short' }).formatToParts(seconds * 1000);
    const name = named.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    if (/^[A-Z]{3,5}$/.test(name)) return name;
  }
  const minutes = Math.abs(offsetMin);
  const rest = minutes % 60 > 0 ? two(minutes % 60) : '';
  return `${offsetMin < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${rest}`;
}
