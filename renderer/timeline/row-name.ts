import type { TimelineRow } from '#contract/report';
import { messages } from '../messages.ts';
import { formatClock } from '../text/format.ts';
import { cutText, visibleText } from '../text/visible-text.ts';

// Long enough to know the row by, short enough to be listened to.
const LONGEST_PART = 120;

/** What a screen reader says for a row: event, user, folder, sender, subject, then the rest. */
export function rowName(row: TimelineRow): string {
  const words = messages.row;
  const parts = [
    row.event || words.noEvent,
    row.eventCount > 1 && words.withMoreEvents(row.eventCount - 1),
    row.user,
    row.mailbox,
    row.from && words.from(row.from),
    row.subject,
    row.uid > 0 && words.uid(row.uid),
    row.repeats > 0 && words.times(row.repeats + 1),
    formatClock(row.receivedAtMs),
    row.state === 'accepted' && words.waiting,
    ...row.drivers.map(({ driver, outcome }) => words.driver(driver, messages.driverOutcomes[outcome])),
    row.toast !== 'none' && words.toast(messages.toastOutcomes[row.toast]),
  ];
  return parts
    .filter((part): part is string => part !== false && part !== '')
    .map((part) => visibleText(cutText(part, LONGEST_PART).text))
    .join(', ');
}
