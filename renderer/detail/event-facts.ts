import { leadingEvent, type PushEvent, type TransactionReport } from '#contract/report';
import { messages } from '../messages.ts';
import { formatFullTime } from '../text/format.ts';

/** A line of the detail's list. `isCode` sets it in the fixed-width face. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly isCode?: boolean;
}

const words = messages.summary;

/** What is known of one event beyond its headline; what the sender left out is left out. */
export function eventFacts(event: PushEvent): Fact[] {
  return [
    { name: words.user, value: event.user },
    { name: words.folder, value: event.mailbox },
    ...('mailboxOld' in event ? [{ name: words.previousFolder, value: event.mailboxOld }] : []),
    ...numbers(event),
    ...flags(event),
    ...('messageId' in event || 'date' in event || 'to' in event ? headers(event) : []),
  ];
}

function numbers(event: PushEvent): Fact[] {
  const facts: Fact[] = [];
  if ('uid' in event && event.uid > 0)
    facts.push({ name: words.uid, value: String(event.uid), isCode: true });
  if ('uidValidity' in event && event.uidValidity) {
    facts.push({ name: words.uidValidity, value: String(event.uidValidity), isCode: true });
  }
  if ('unseen' in event && event.unseen !== undefined) {
    facts.push({ name: words.unseen, value: String(event.unseen), isCode: true });
  }
  return facts;
}

function flags(event: PushEvent): Fact[] {
  const lists: [string, readonly string[] | undefined][] = [];
  if ('flags' in event) lists.push([words.flags, event.flags]);
  if ('keywords' in event) lists.push([words.keywords, event.keywords]);
  if ('flagsOld' in event) lists.push([words.flagsBefore, event.flagsOld]);
  if ('keywordsOld' in event) lists.push([words.keywordsBefore, event.keywordsOld]);
  return lists.flatMap(([name, list]) =>
    list === undefined ? [] : [{ name, value: list.join(' ') || words.none, isCode: list.length > 0 }],
  );
}

const MS_PER_SECOND = 1000;

function headers(event: PushEvent): Fact[] {
  if (event.name !== 'MessageNew' && event.name !== 'MessageAppend') return [];
  const { to, toAddress, toDisplayName, messageId, date } = event;
  const recipient = formatMailbox(toDisplayName, toAddress) || to;
  return [
    ...(recipient ? [{ name: words.to, value: recipient }] : []),
    ...(messageId ? [{ name: words.messageId, value: messageId, isCode: true }] : []),
    // 0: the message has no valid Date header.
    ...(date ? [{ name: words.date, value: formatFullTime(date * MS_PER_SECOND) }] : []),
  ];
}

/** `Name <address>`, or whichever of the two there is. */
export function formatMailbox(displayName: string | undefined, address: string | undefined): string {
  if (displayName && address && displayName !== address) return `${displayName} <${address}>`;
  return displayName || address || '';
}

/** The big line of the summary and what stands under it. */
export interface Headline {
  readonly title: string;
  readonly sender?: string;
  readonly snippet?: string;
}

/** The headline of a report: that of its leading event. */
export function reportHeadline({ events, committed }: TransactionReport): Headline {
  if (committed === false) return { title: words.rolledBack };
  return eventHeadline(leadingEvent(events));
}

/** What is known of the server and the session; only the bridge tells. */
export function serverFacts({ server }: TransactionReport): Fact[] {
  if (!server) return [];
  const { dovecot, host = '', service, session, part, parts } = server;
  return [
    { name: words.server, value: words.dovecot(dovecot, host) },
    ...(service ? [{ name: words.service, value: service }] : []),
    ...(session ? [{ name: words.session, value: session, isCode: true }] : []),
    ...(parts > 1 ? [{ name: words.part, value: words.partOf(part, parts) }] : []),
  ];
}

export function eventHeadline(event: PushEvent | undefined): Headline {
  if (!event) return { title: words.noEvents };
  if (event.name === 'MessageNew' || event.name === 'MessageAppend') {
    const sender = formatMailbox(event.fromDisplayName, event.fromAddress) || event.from;
    return {
      title: event.subject || words.noSubject,
      sender: sender || words.noSender,
      ...(event.snippet ? { snippet: event.snippet } : {}),
    };
  }
  return { title: eventTitle(event) };
}

/** The event in words, with its flags or its mailbox. */
export function eventTitle(event: PushEvent): string {
  const title = words.eventTitles[event.name];
  if (event.name === 'FlagsSet' || event.name === 'FlagsClear') {
    const changed = [...event.flags, ...event.keywords].join(' ');
    return `${title}: ${changed || words.none}`;
  }
  if (event.name === 'MailboxRename') return `${title}: ${event.mailboxOld} → ${event.mailbox}`;
  return 'uid' in event ? title : `${title}: ${event.mailbox}`;
}

/** Header values whose sent form differs from the decoded one. */
export function encodedPairs({
  events,
}: TransactionReport): { name: string; decoded: string; encoded: string }[] {
  const event = leadingEvent(events);
  if (event?.name !== 'MessageNew' && event?.name !== 'MessageAppend') return [];
  const { from: fromName, subject: subjectName } = messages.payload;
  const sender = formatMailbox(event.fromDisplayName, event.fromAddress);
  const pairs = [
    { name: fromName, decoded: sender, encoded: event.from ?? '' },
    { name: subjectName, decoded: event.subject ?? '', encoded: event.subjectHeader ?? '' },
  ];
  return pairs.filter(({ decoded, encoded }) => decoded !== '' && encoded !== '' && decoded !== encoded);
}
