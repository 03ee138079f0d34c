import { Fragment } from 'react';
import { messages } from '../messages.ts';
import { cutText, visibleParts } from './visible-text.ts';

interface MailTextProps {
  readonly text: string;
  /** More than this is cut with an ellipsis; what was left away is said when `tellsOmitted`. */
  readonly maxLength: number;
  readonly multiline?: boolean;
  readonly tellsOmitted?: boolean;
}

/** Text from a mail or a sender: inert, isolated from its surroundings, invisible characters made visible. */
export function MailText({ text, maxLength, multiline = false, tellsOmitted = false }: MailTextProps) {
  const cut = cutText(text, maxLength);
  return (
    <bdi className="mail-text">
      <VisibleText text={cut.text} multiline={multiline} />
      {cut.omitted > 0 && '…'}
      {cut.omitted > 0 && tellsOmitted && (
        <span className="omitted"> {messages.text.omitted(cut.omitted)}</span>
      )}
    </bdi>
  );
}

/** The text with its escapes marked, without isolation; for places that isolate already. */
export function VisibleText({ text, multiline = false }: { text: string; multiline?: boolean }) {
  const parts = visibleParts(text, { multiline });
  return parts.map((part, index) =>
    part.escaped ? (
      // Parts have no identity beyond their place.
      <span key={index} className="escape" title={messages.text.escape}>
        {part.text}
      </span>
    ) : (
      <Fragment key={index}>{part.text}</Fragment>
    ),
  );
}
