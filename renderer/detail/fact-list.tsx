import { MailText } from '../text/mail-text.tsx';
import type { Fact } from './event-facts.ts';

// Whole for anything real; a hostile header does not fill the window.
const LONGEST_FACT = 2000;

/** Names and values under each other. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(({ name, value, isCode = false }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={isCode ? 'code' : undefined}>
            <MailText text={value} maxLength={LONGEST_FACT} tellsOmitted />
          </dd>
        </div>
      ))}
    </dl>
  );
}
