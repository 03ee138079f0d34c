import { leadingEvent, type TransactionReport } from '#contract/report';
import { Icon, type IconName } from '../icons/icon.tsx';
import { messages } from '../messages.ts';
import { formatDuration, formatFullTime, formatNumber } from '../text/format.ts';
import { MailText } from '../text/mail-text.tsx';
import { eventFacts, eventTitle, reportHeadline, serverFacts, type Fact } from './event-facts.ts';
import { FactList } from './fact-list.tsx';
import { rejectionAdvice, whatHappened, type Happening } from './what-happened.ts';

const LONGEST_TITLE = 1000;
const LONGEST_SENTENCE = 2000;
// An error of a script may be any text; the trace has all of it.
const LONGEST_HAPPENING = 400;
// Each line is one event; a transaction may have thousands.
const SHOWN_EVENTS = 50;

const words = messages.summary;

/** The notification for people: who, what, and what became of it. */
export function SummaryTab({ report }: { readonly report: TransactionReport }) {
  return (
    <>
      {report.rejection ? <RejectionCard report={report} /> : <MessageCard report={report} />}
      <section className="card">
        <h3>{words.whatHappened}</h3>
        <Happenings happenings={whatHappened(report)} />
      </section>
      {report.events.length > 1 && <EventList report={report} />}
      <section className="card">
        <h3>{words.details}</h3>
        <FactList facts={factsOf(report)} />
      </section>
    </>
  );
}

function MessageCard({ report }: { readonly report: TransactionReport }) {
  const { title, sender, snippet } = reportHeadline(report);
  return (
    <section className="card headline">
      <h3>
        <MailText text={title} maxLength={LONGEST_TITLE} tellsOmitted />
      </h3>
      <p className="who">
        {sender !== undefined && (
          <>
            <MailText text={sender} maxLength={LONGEST_TITLE} tellsOmitted /> →{' '}
          </>
        )}
        <MailText text={report.user} maxLength={LONGEST_TITLE} /> ·{' '}
        <MailText text={report.mailbox} maxLength={LONGEST_TITLE} />
      </p>
      {snippet !== undefined && (
        <p className="snippet">
          <MailText text={snippet} maxLength={LONGEST_SENTENCE} multiline tellsOmitted />
        </p>
      )}
    </section>
  );
}

function RejectionCard({ report }: { readonly report: TransactionReport }) {
  const { rejection } = report;
  if (!rejection) return null;
  return (
    <section className="card headline refused">
      <h3>
        <Icon name="rejected" size={17} />
        {words.rejectedTitle}
      </h3>
      <p>
        <MailText text={rejection.message} maxLength={LONGEST_SENTENCE} tellsOmitted />
      </p>
      <FactList
        facts={[
          ...(rejection.field === undefined
            ? []
            : [{ name: words.field, value: rejection.field, isCode: true }]),
          { name: words.code, value: rejection.code, isCode: true },
        ]}
      />
      <div className="advice">
        <strong>{words.whatToDo}</strong>
        <p>
          <MailText text={rejectionAdvice(report)} maxLength={LONGEST_SENTENCE} />
        </p>
      </div>
    </section>
  );
}

const toneIcons: Readonly<Record<Happening['tone'], IconName>> = {
  ok: 'check',
  skip: 'skip',
  fail: 'cross',
  wait: 'clock',
};

function Happenings({ happenings }: { readonly happenings: readonly Happening[] }) {
  return (
    <ul className="happenings">
      {happenings.map(({ tone, text, durationMs }, index) => (
        // The list is a story: a line's place is its identity.
        <li key={index} data-tone={tone}>
          <span className="tone">
            <Icon name={toneIcons[tone]} size={12} />
            <span className="visually-hidden">{messages.happened.tones[tone]}: </span>
          </span>
          <MailText text={text} maxLength={LONGEST_HAPPENING} tellsOmitted />
          <span className="duration">{durationMs !== undefined && formatDuration(durationMs)}</span>
        </li>
      ))}
    </ul>
  );
}

function EventList({ report: { events } }: { readonly report: TransactionReport }) {
  const hidden = events.length - SHOWN_EVENTS;
  return (
    <section className="card">
      <h3>{words.events}</h3>
      <ol className="events">
        {events.slice(0, SHOWN_EVENTS).map((event, index) => (
          // Events have no identity beyond their place.
          <li key={index}>
            <MailText text={eventTitle(event)} maxLength={LONGEST_TITLE} />
            {'uid' in event && <span className="code"> {messages.row.uid(event.uid)}</span>}
          </li>
        ))}
      </ol>
      {hidden > 0 && <p className="and-more">{words.moreEvents(hidden)}</p>}
    </section>
  );
}

function factsOf(report: TransactionReport): Fact[] {
  const event = leadingEvent(report.events);
  return [
    ...(event ? eventFacts(event) : []),
    { name: words.received, value: formatFullTime(report.receivedAtMs) },
    { name: words.source, value: messages.sources[report.source] },
    ...serverFacts(report),
    { name: words.position, value: formatNumber(report.seq), isCode: true },
  ];
}
