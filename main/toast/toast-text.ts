import type { TransactionReport } from '#contract/report';
import type { EventOf } from '#framework';
import { cleanLine } from './clean-text.ts';

/** A message for which a toast may be shown. */
export type NewMessage = EventOf<'MessageNew'>;

/** Plain text, cleaned and cut; the body is never empty, because notify-send refuses an empty one. */
export interface ToastText {
  readonly title: string;
  readonly body: string;
}

/** Notification systems show 40 to 60 characters of a title. */
const TITLE_GRAPHEMES = 120;
/** Subject and snippet together stay within 400, about what the largest bubbles show. */
const BODY_LINE_GRAPHEMES = 199;
/** Lines of a digest; more are cut off by most systems. */
export const DIGEST_LINES = 4;
const DIGEST_LINE_GRAPHEMES = 90;

/** The messages of a report that were newly delivered; appended ones are a client's own doing. */
export function newMessages(report: TransactionReport): NewMessage[] {
  return report.events.filter((event) => event.name === 'MessageNew');
}

/** Title and body for a report: one message as itself, several as a digest; undefined without a new message. */
export function toastText(report: TransactionReport): ToastText | undefined {
  const messages = newMessages(report);
  return messages.length === 0 ? undefined : messagesText(messages.reverse(), messages.length);
}

/**
 * Title and body for `count` messages, of which `newest` are known, newest first.
 * One message reads `Ä` / `Test päivää⏎Hey guys`, several `12 new messages` / one line a message.
 */
export function messagesText(newest: readonly NewMessage[], count: number): ToastText {
  const [only] = newest;
  if (only && count === 1) return messageText(only);
  const lines = newest.slice(0, DIGEST_LINES).map(digestLine);
  const more = count - lines.length;
  return {
    title: `${count} new messages`,
    body: [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
  };
}

function messageText(message: NewMessage): ToastText {
  const subject = cleanLine(message.subject ?? '', BODY_LINE_GRAPHEMES);
  const snippet = cleanLine(message.snippet ?? '', BODY_LINE_GRAPHEMES);
  return {
    title: sender(message, TITLE_GRAPHEMES) || 'New message',
    body: [subject, snippet].filter(Boolean).join('\n') || '(no subject)',
  };
}

function digestLine(message: NewMessage): string {
  const subject = message.subject ?? message.snippet ?? '';
  const parts = [sender(message, DIGEST_LINE_GRAPHEMES), cleanLine(subject, DIGEST_LINE_GRAPHEMES)];
  return cleanLine(parts.filter(Boolean).join(': '), DIGEST_LINE_GRAPHEMES) || '(no subject)';
}

function sender({ fromDisplayName, fromAddress }: NewMessage, limit: number): string {
  return cleanLine(fromDisplayName ?? '', limit) || cleanLine(fromAddress ?? '', limit);
}
