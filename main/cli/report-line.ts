import type { TimelineRow } from '#contract/report';

/** A subject may be as long as the sender likes; a line in a terminal is not. */
const MAX_CELL = 120;

/** One readable line: `21:03:11  MessageNew  alice  INBOX  uid 5  Ä — Test päivää  [dlog ok]  toast shown`. */
export function reportLine(row: TimelineRow): string {
  const headline = [row.from, row.subject].filter((text) => text !== '').join(' — ');
  const drivers = row.drivers.map(({ driver, outcome }) => `${driver} ${outcome}`).join(', ');
  return [
    formatTime(row.receivedAtMs),
    row.event || '(no event)',
    row.user,
    row.mailbox,
    row.uid > 0 ? `uid ${row.uid}` : '',
    headline,
    drivers && `[${drivers}]`,
    row.toast === 'none' ? '' : `toast ${row.toast}`,
    row.repeats > 0 ? `received ${row.repeats + 1} times` : '',
  ]
    .filter((cell) => cell !== '')
    .map(printable)
    .join('  ');
}

/** Local date and time to the second, `2026-11-22 21:03:11`. */
export function formatTime(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

// Mail must not move the cursor, colour the terminal or turn the line around.
function printable(text: string): string {
  const shown = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ').trim();
  return shown.length > MAX_CELL ? `${shown.slice(0, MAX_CELL).toWellFormed()}…` : shown;
}
