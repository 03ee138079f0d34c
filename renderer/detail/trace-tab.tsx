import type { DriverRun, TransactionReport } from '#contract/report';
import { Icon, type IconName } from '../icons/icon.tsx';
import { messages } from '../messages.ts';
import { formatDuration, formatOffset } from '../text/format.ts';
import { MailText } from '../text/mail-text.tsx';
import { shownLines } from './log-lines.ts';
import { LogText } from './log-text.tsx';

const words = messages.trace;

const LONGEST_LINE = 4000;
// A script in a loop can log without end; the first lines say what it does, the last ones what came of it.
const SHOWN = { first: 400, last: 100 };

const outcomeIcons: Readonly<Record<DriverRun['outcome'], IconName>> = {
  done: 'check',
  skipped: 'skip',
  failed: 'cross',
};
const outcomeTones = { done: 'ok', skipped: 'skip', failed: 'fail' } as const;

/** What each driver logged, in Dovecot's words. */
export function TraceTab({ report }: { readonly report: TransactionReport }) {
  if (report.driverRuns.length === 0) {
    return (
      <section className="card">
        <p className="nothing">{report.state === 'accepted' ? words.waiting : words.none}</p>
      </section>
    );
  }
  return report.driverRuns.map((run, index) => (
    // A driver may be configured twice; its place is its identity.
    <DriverTrace key={index} run={run} receivedAtMs={report.receivedAtMs} />
  ));
}

function DriverTrace({ run, receivedAtMs }: { readonly run: DriverRun; readonly receivedAtMs: number }) {
  const { driver, outcome, reason, durationMs, trace } = run;
  const { first, hidden, last } = shownLines(trace, SHOWN);
  return (
    <section className="card">
      <div className="card-head">
        <h3>
          <MailText text={driver} maxLength={LONGEST_LINE} />
        </h3>
        <span className="verdict" data-tone={outcomeTones[outcome]}>
          <Icon name={outcomeIcons[outcome]} size={12} />
          {messages.driverOutcomes[outcome]}
        </span>
        <span className="aside">
          {words.lines(trace.length)} · {formatDuration(durationMs)}
        </span>
      </div>
      {reason !== undefined && (
        <p className="reason" data-tone={outcomeTones[outcome]}>
          <LogText text={reason} maxLength={LONGEST_LINE} />
        </p>
      )}
      {first.length > 0 && <TraceLines lines={first} receivedAtMs={receivedAtMs} />}
      {hidden > 0 && <p className="and-more">{words.moreLines(hidden)}</p>}
      {last.length > 0 && <TraceLines lines={last} receivedAtMs={receivedAtMs} />}
    </section>
  );
}

interface TraceLinesProps {
  readonly lines: DriverRun['trace'];
  readonly receivedAtMs: number;
}

function TraceLines({ lines, receivedAtMs }: TraceLinesProps) {
  return (
    <ol className="trace">
      {lines.map(({ atMs, level, text }, index) => (
        // Log lines have no identity beyond their place.
        <li key={index} data-level={level}>
          <span className="offset" title={words.offsetHint}>
            {formatOffset(atMs - receivedAtMs)}
          </span>
          <span className="level">{words.levels[level]}</span>
          <LogText text={text} maxLength={LONGEST_LINE} />
        </li>
      ))}
    </ol>
  );
}
