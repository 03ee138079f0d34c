import { messages } from '../messages.ts';
import { cutText } from '../text/visible-text.ts';
import { VisibleText } from '../text/mail-text.tsx';
import { logLines } from './log-lines.ts';

interface LogTextProps {
  readonly text: string;
  readonly maxLength: number;
}

/** What a driver wrote, line by line; the places in a script stand out. */
export function LogText({ text, maxLength }: LogTextProps) {
  const cut = cutText(text, maxLength);
  return (
    <span className="log-text">
      {logLines(cut.text).map(({ frame, parts }, index) => (
        // Lines and parts have no identity beyond their place.
        <bdi key={index} className="mail-text log-line" data-frame={frame}>
          {parts.map((part, position) => (
            <span key={position} className={part.isPlace ? 'place' : undefined}>
              <VisibleText text={part.text} multiline />
            </span>
          ))}
        </bdi>
      ))}
      {cut.omitted > 0 && <span className="omitted">… {messages.text.omitted(cut.omitted)}</span>}
    </span>
  );
}
