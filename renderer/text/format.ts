import { locale } from '../messages.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const clock = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const shortClock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(locale, { day: '2-digit', month: 'short' });
const fullTime = new Intl.DateTimeFormat(locale, {
  dateStyle: 'full',
  timeStyle: 'long',
});
const integers = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const relative = new Intl.RelativeTimeFormat(locale, { style: 'narrow' });

const unit = (name: 'millisecond' | 'second', digits: number) =>
  new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: name,
    unitDisplay: 'short',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
const milliseconds = unit('millisecond', 0);
const fineMilliseconds = unit('millisecond', 1);
const seconds = unit('second', 1);

// Below this a tenth matters: drivers take less than a millisecond.
const FINE_BELOW_MS = 9.95;

/** A time for the table. Today's has milliseconds in `fraction`, an older one the day in front. */
export function formatRowTime(atMs: number, nowMs: number): { main: string; fraction: string } {
  if (isSameDay(atMs, nowMs)) return { main: clock.format(atMs), fraction: `.${fractionOf(atMs)}` };
  return { main: `${day.format(atMs)} ${shortClock.format(atMs)}`, fraction: '' };
}

/** Time of day with milliseconds, for logs. */
export function formatClock(atMs: number): string {
  return `${clock.format(atMs)}.${fractionOf(atMs)}`;
}

/** Day, date, time and zone, in words. */
export function formatFullTime(atMs: number): string {
  return fullTime.format(atMs);
}

/** `0.4 ms`, `21 ms`, `1.2 s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs >= SECOND_MS) return seconds.format(durationMs / SECOND_MS);
  return (durationMs < FINE_BELOW_MS ? fineMilliseconds : milliseconds).format(durationMs);
}

/** `+12.4 ms` after something else; never negative, clocks may disagree by a hair. */
export function formatOffset(offsetMs: number): string {
  return `+${formatDuration(Math.max(0, offsetMs))}`;
}

/** `12 sec ago`, `3 min ago`; the date after a day, when it says more. */
export function formatAgo(atMs: number, nowMs: number): string {
  const ageMs = Math.max(0, nowMs - atMs);
  if (ageMs < MINUTE_MS) return relative.format(-Math.floor(ageMs / SECOND_MS), 'second');
  if (ageMs < HOUR_MS) return relative.format(-Math.floor(ageMs / MINUTE_MS), 'minute');
  if (ageMs < DAY_MS) return relative.format(-Math.floor(ageMs / HOUR_MS), 'hour');
  return `${day.format(atMs)} ${shortClock.format(atMs)}`;
}

export function formatNumber(value: number): string {
  return integers.format(value);
}

function fractionOf(atMs: number): string {
  return String(Math.floor(atMs) % SECOND_MS).padStart(3, '0');
}

function isSameDay(oneMs: number, otherMs: number): boolean {
  const one = new Date(oneMs);
  const other = new Date(otherMs);
  return (
    one.getDate() === other.getDate() &&
    one.getMonth() === other.getMonth() &&
    one.getFullYear() === other.getFullYear()
  );
}
