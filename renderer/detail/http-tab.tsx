import type { HttpExchange, TransactionReport } from '#contract/report';
import { Icon } from '../icons/icon.tsx';
import { messages } from '../messages.ts';
import { formatClock, formatDuration } from '../text/format.ts';
import { MailText } from '../text/mail-text.tsx';

const words = messages.http;

const LONGEST_TARGET = 2000;
const LONGEST_HEADER = 4000;
const SHOWN_HEADERS = 100;

/** The request as it came in, and our answer. */
export function HttpTab({ report }: { readonly report: TransactionReport }) {
  const { http } = report;
  if (!http) {
    return (
      <section className="card">
        <p className="nothing">{words.none}</p>
      </section>
    );
  }
  return (
    <>
      <section className="card">
        <h3>{words.request}</h3>
        <pre className="body" dir="ltr">
          <strong>
            <MailText text={http.method} maxLength={LONGEST_TARGET} />
          </strong>{' '}
          <MailText text={http.target} maxLength={LONGEST_TARGET} tellsOmitted />{' '}
          <span className="unbroken">
            HTTP/
            <MailText text={http.httpVersion} maxLength={LONGEST_TARGET} />
          </span>
        </pre>
        <dl className="facts">
          <div>
            <dt>{words.peer}</dt>
            <dd className="code">
              <MailText text={http.peer} maxLength={LONGEST_TARGET} />
            </dd>
          </div>
          <div>
            <dt>{words.authentication}</dt>
            <dd>
              <Authentication result={http.authentication} />
            </dd>
          </div>
          <div>
            <dt>{words.answer}</dt>
            <dd>
              <AnswerStatus status={http.status} />
            </dd>
          </div>
        </dl>
      </section>
      <section className="card">
        <h3>{words.timings}</h3>
        <Timings report={report} />
      </section>
      <section className="card">
        <h3>{words.headers}</h3>
        <Headers headers={http.headers} />
      </section>
    </>
  );
}

function Authentication({ result }: { readonly result: HttpExchange['authentication'] }) {
  const isBad = result === 'wrong' || result === 'missing';
  return (
    <span className="verdict" data-tone={result === 'accepted' ? 'ok' : isBad ? 'fail' : 'skip'}>
      <Icon name={result === 'accepted' ? 'check' : isBad ? 'cross' : 'skip'} size={12} />
      {words.authentications[result]}
    </span>
  );
}

function AnswerStatus({ status }: { readonly status: number }) {
  const isGood = status >= 200 && status < 300;
  return (
    <span className="verdict code" data-tone={isGood ? 'ok' : 'fail'}>
      <Icon name={isGood ? 'check' : 'cross'} size={12} />
      {status}
    </span>
  );
}

function Timings({ report: { receivedAtMs, timings } }: { readonly report: TransactionReport }) {
  const measured = (durationMs: number | undefined): string =>
    durationMs === undefined ? words.notMeasured : formatDuration(durationMs);
  return (
    <dl className="facts">
      <div>
        <dt>{words.received}</dt>
        <dd className="code">{formatClock(receivedAtMs)}</dd>
      </div>
      <div>
        <dt>{words.stored}</dt>
        <dd className="code">{measured(timings?.storeMs)}</dd>
      </div>
      <div>
        <dt>{words.driversDone}</dt>
        <dd className="code">{measured(timings?.driversMs)}</dd>
      </div>
    </dl>
  );
}

function Headers({ headers }: { readonly headers: HttpExchange['headers'] }) {
  if (headers.length === 0) return <p className="nothing">{words.noHeaders}</p>;
  const hidden = headers.length - SHOWN_HEADERS;
  return (
    <>
      <dl className="headers">
        {headers.slice(0, SHOWN_HEADERS).map(([name, value], index) => (
          // A header may come twice; its place is its identity.
          <div key={index}>
            <dt>
              <MailText text={name} maxLength={LONGEST_HEADER} />
            </dt>
            <dd>
              <MailText text={value} maxLength={LONGEST_HEADER} tellsOmitted />
            </dd>
          </div>
        ))}
      </dl>
      {hidden > 0 && <p className="and-more">{words.moreHeaders(hidden)}</p>}
    </>
  );
}
