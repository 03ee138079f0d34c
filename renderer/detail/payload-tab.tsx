import { useMemo, useState } from 'react';
import type { TransactionReport } from '#contract/report';
import { Icon } from '../icons/icon.tsx';
import { messages } from '../messages.ts';
import { useCopy } from '../shell/notices.tsx';
import { cutText } from '../text/visible-text.ts';
import { MailText, VisibleText } from '../text/mail-text.tsx';
import { encodedPairs } from './event-facts.ts';
import { hexDump } from './hex-dump.ts';
import { jsonTokens, tidyTokens } from './json-tokens.ts';

const words = messages.payload;

/** What is drawn; the endpoint takes larger bodies, and copying takes all of it. */
const LONGEST_BODY = 100_000;
/** Coloured piece by piece up to here; beyond, plain text is quicker. */
const LONGEST_COLOURED = 20_000;
const LONGEST_NOTE = 2000;

/** The bytes, and what was read from them. */
export function PayloadTab({ report }: { readonly report: TransactionReport }) {
  return (
    <>
      <BodyCard report={report} />
      {report.rawBase64 !== undefined && <BytesCard base64={report.rawBase64} />}
      <NotesCard notes={report.notes ?? []} />
      <PairsCard report={report} />
    </>
  );
}

function BodyCard({ report: { raw } }: { readonly report: TransactionReport }) {
  const copy = useCopy();
  const [isTidy, setIsTidy] = useState(false);
  if (raw === undefined || raw === '') {
    return (
      <section className="card">
        <p className="nothing">{raw === undefined ? words.none : words.empty}</p>
      </section>
    );
  }
  return (
    <section className="card">
      <div className="card-head">
        <h3>
          {words.body} <span className="aside">{words.size(raw.length)}</span>
        </h3>
        <div className="segments" role="group" aria-label={words.view}>
          <Segment label={words.asSent} isOn={!isTidy} onClick={() => setIsTidy(false)} />
          <Segment label={words.tidy} isOn={isTidy} onClick={() => setIsTidy(true)} />
        </div>
        <button
          type="button"
          className="icon-button"
          title={words.copy}
          onClick={() => void copy(raw, words.copied)}
        >
          <Icon name="copy" size={14} />
          <span className="visually-hidden">{words.copy}</span>
        </button>
      </div>
      <Body raw={raw} isTidy={isTidy} />
    </section>
  );
}

function Segment(props: { readonly label: string; readonly isOn: boolean; readonly onClick: () => void }) {
  return (
    <button type="button" aria-pressed={props.isOn} onClick={props.onClick}>
      {props.label}
    </button>
  );
}

function Body({ raw, isTidy }: { readonly raw: string; readonly isTidy: boolean }) {
  const cut = useMemo(() => cutText(raw, LONGEST_BODY), [raw]);
  const tokens = useMemo(() => {
    if (cut.text.length > LONGEST_COLOURED) return undefined;
    const pieces = jsonTokens(cut.text);
    return isTidy ? tidyTokens(pieces) : pieces;
  }, [cut, isTidy]);
  return (
    <pre className="body" dir="ltr">
      {tokens ? (
        tokens.map(({ kind, text }, index) => (
          // Pieces of one text have no identity beyond their place.
          <span key={index} className={`json-${kind}`}>
            <VisibleText text={text} multiline />
          </span>
        ))
      ) : (
        <VisibleText text={cut.text} multiline />
      )}
      {cut.omitted > 0 && <span className="omitted">… {messages.text.omitted(cut.omitted)}</span>}
    </pre>
  );
}

function BytesCard({ base64 }: { readonly base64: string }) {
  const dump = useMemo(() => hexDump(base64), [base64]);
  return (
    <section className="card">
      <h3>{words.bytes}</h3>
      <p className="note">{words.notUtf8}</p>
      <pre className="body hex">{dump.text}</pre>
      {dump.omittedBytes > 0 && <p className="and-more">{words.omittedBytes(dump.omittedBytes)}</p>}
    </section>
  );
}

function NotesCard({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <section className="card">
      <h3>{words.notes}</h3>
      <ul className="notes">
        {notes.map((note) => (
          <li key={note} className="note">
            <MailText text={note} maxLength={LONGEST_NOTE} tellsOmitted />
          </li>
        ))}
      </ul>
    </section>
  );
}

function PairsCard({ report }: { readonly report: TransactionReport }) {
  const pairs = encodedPairs(report);
  if (pairs.length === 0) return null;
  return (
    <section className="card">
      <h3>{words.decodedTitle}</h3>
      <table className="pairs">
        <thead>
          <tr>
            <th scope="col">{words.header}</th>
            <th scope="col">{words.decoded}</th>
            <th scope="col">{words.encoded}</th>
          </tr>
        </thead>
        <tbody>
          {pairs.map(({ name, decoded, encoded }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <MailText text={decoded} maxLength={LONGEST_NOTE} tellsOmitted />
              </td>
              <td className="code">
                <MailText text={encoded} maxLength={LONGEST_NOTE} multiline tellsOmitted />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
