import { Rfc822Reader } from './rfc822-reader.ts';

/** The version of Dovecot whose behaviour is wanted, where 2.3 and 2.4 differ. */
export type MessageDialect = '2.3' | '2.4';

/** `date` in seconds since 1970, `tz` in minutes east of UTC. Both 0 when there is no valid date. */
export interface MessageDate {
  readonly date: number;
  readonly tz: number;
}

const NO_DATE: MessageDate = { date: 0, tz: 0 };
const LARGEST_DATE = 0xffff_ffff;

/**
 * Reads a Date header as Dovecot does: weekday, seconds and zone may be missing, an unknown zone is UTC.
 *
 *   'Mon, 01 Jan 2024 12:00:00 +0530'  →  { date: 1704090600, tz: 330 }
 *
 * Dovecot keeps the time in 32 bits. A time outside of them wraps round in 2.3 and becomes the nearest one
 * that fits in 2.4.
 *
 * Source: RFC 5322 §3.3, §4.3; Dovecot lib-mail/message-date.c; lib-storage/index/index-mail.c,
 * index_mail_cache_sent_date.
 */
export function parseMessageDate(header: string | undefined, dialect: MessageDialect = '2.3'): MessageDate {
  if (header === undefined) return NO_DATE;
  const parts = readDateParts(new Rfc822Reader(header));
  const time = parts && toUnixTime(parts);
  // −1 is how the C library says that it cannot convert a date, so this one second of 1969 is invalid too.
  if (!parts || time === undefined || time === -1) return NO_DATE;
  const tz = parts.zone === '' ? 0 : parseZone(parts.zone);
  const date = time - tz * 60;
  return { date: dialect === '2.3' ? date >>> 0 : Math.min(Math.max(date, 0), LARGEST_DATE), tz };
}

interface DateParts {
  readonly day: number;
  readonly month: number;
  readonly year: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly zone: string;
}

/** `[weekday ","] day month year hour ":" minute [":" second] [zone]`. */
function readDateParts(reader: Rfc822Reader): DateParts | undefined {
  reader.skipBlanks();
  const day = toNumber(readDay(reader), /^\d{1,2}$/);
  const month = monthIndex(readToken(reader));
  const year = toYear(readToken(reader));
  const hour = toNumber(readToken(reader), /^\d{1,2}$/);
  if (!skipTimeSeparator(reader)) return undefined;
  const minute = toNumber(readToken(reader), /^\d{2}$/);
  const second = skipTimeSeparator(reader) ? toNumber(readToken(reader), /^\d{2}$/) : 0;
  const zone = readToken(reader);
  if (day === undefined || month === undefined || year === undefined) return undefined;
  if (hour === undefined || minute === undefined || second === undefined || zone === undefined)
    return undefined;
  return { day, month, year, hour, minute, second, zone };
}

/** The first token, or the second when the first has the three letters of a weekday. */
function readDay(reader: Rfc822Reader): string | undefined {
  const token = readToken(reader);
  if (token?.length !== 3) return token;
  if (reader.peek() !== ',') return undefined;
  reader.at++;
  reader.skipBlanks();
  return readToken(reader);
}

/** The next atom, '' at the end of the text, undefined when there is something else. */
function readToken(reader: Rfc822Reader): string | undefined {
  if (reader.state === 'end') return '';
  const { state, text } = reader.readAtom();
  return state === 'bad' ? undefined : text;
}

function skipTimeSeparator(reader: Rfc822Reader): boolean {
  if (reader.peek() !== ':' && reader.peek() !== '.') return false;
  reader.at++;
  reader.skipBlanks();
  return true;
}

function toNumber(token: string | undefined, shape: RegExp): number | undefined {
  return token !== undefined && shape.test(token) ? Number(token) : undefined;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** 0 to 11. Only the first three letters count. */
function monthIndex(token: string | undefined): number | undefined {
  const index = months.indexOf(token?.slice(0, 3).toLowerCase() ?? '');
  return index === -1 ? undefined : index;
}

/** Two digits are 1970 to 2069, four begin at 1900. */
function toYear(token: string | undefined): number | undefined {
  const year = toNumber(token, /^(?:\d{2}|\d{4})$/);
  if (year === undefined) return undefined;
  if (token?.length === 4) return year < 1900 ? undefined : year;
  return year < 70 ? year + 2000 : year + 1900;
}

/** Undefined when the day or the time does not exist. A leap second counts as the second before it. */
function toUnixTime({ day, month, year, hour, minute, second }: DateParts): number | undefined {
  const wholeSecond = second === 60 ? 59 : second;
  const exists = new Date(Date.UTC(year, month, day)).getUTCDate() === day;
  if (!exists || hour > 23 || minute > 59 || wholeSecond > 59) return undefined;
  return Date.UTC(year, month, day, hour, minute, wholeSecond) / 1000;
}

const zoneHours = new Map([
  ['E', -5],
  ['C', -6],
  ['M', -7],
  ['P', -8],
]);

/** Minutes east of UTC: `+hhmm`, the North American names, military letters; 0 for all others. */
function parseZone(zone: string): number {
  if (zone.length === 1) return militaryZone(zone);
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(zone) ?? [];
  if (sign) return (sign === '+' ? 1 : -1) * (Number(hours) * 60 + Number(minutes)) || 0;
  const [, region = '', season] = /^([ECMP])([DS])T$/i.exec(zone) ?? [];
  const base = zoneHours.get(region.toUpperCase());
  // Dovecot takes the T in upper case only.
  if (base === undefined || !zone.endsWith('T')) return 0;
  return (base + (season?.toUpperCase() === 'D' ? 1 : 0)) * 60;
}

/**
 * A is one hour east, N one hour west, J and Z are UTC. Lower case letters and other characters give what
 * Dovecot's arithmetic on their codes gives.
 */
function militaryZone(zone: string): number {
  const code = zone.charCodeAt(0);
  const upper = zone.toUpperCase();
  if (code > 0x7f || upper < 'J') return (code - 'A'.charCodeAt(0) + 1) * 60;
  if (upper === 'J') return 0;
  if (upper <= 'M') return (code - 'A'.charCodeAt(0)) * 60;
  return upper < 'Z' ? ('M'.charCodeAt(0) - code) * 60 : 0;
}
