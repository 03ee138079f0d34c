import type { TimelineRow } from '#contract/report';
import { Icon, type IconName } from '../icons/icon.tsx';
import { messages } from '../messages.ts';
import { MailText } from '../text/mail-text.tsx';

type DriverOutcome = TimelineRow['drivers'][number]['outcome'];

// As many as the column holds, a chip that counts the rest included.
const SHOWN_CHIPS = 3;
const LONGEST_NAME = 12;

const icons: Readonly<Record<DriverOutcome, IconName>> = { done: 'check', skipped: 'skip', failed: 'cross' };

/** One chip a driver: its mark, its name, and its outcome in words for whoever does not see the mark. */
export function DriverChips({ drivers }: { readonly drivers: TimelineRow['drivers'] }) {
  const shown = drivers.length > SHOWN_CHIPS ? SHOWN_CHIPS - 1 : drivers.length;
  const hidden = drivers.slice(shown);
  return (
    <span className="chips">
      {drivers.slice(0, shown).map(({ driver, outcome }, index) => (
        // A driver may be configured twice; its place is its identity.
        <span key={index} className="chip" data-outcome={outcome} title={describe(driver, outcome)}>
          <Icon name={icons[outcome]} size={10} />
          <span className="chip-name">
            <MailText text={driver} maxLength={LONGEST_NAME} />
          </span>
          <span className="visually-hidden">{messages.driverOutcomes[outcome]}</span>
        </span>
      ))}
      {hidden.length > 0 && (
        <span
          className="chip more"
          data-outcome={worstOutcome(hidden)}
          title={hidden.map(({ driver, outcome }) => describe(driver, outcome)).join(', ')}
        >
          +{hidden.length}
        </span>
      )}
    </span>
  );
}

function worstOutcome(drivers: TimelineRow['drivers']): DriverOutcome {
  const outcomes = drivers.map(({ outcome }) => outcome);
  return outcomes.find((outcome) => outcome === 'failed') ?? outcomes[0] ?? 'done';
}

function describe(driver: string, outcome: DriverOutcome): string {
  return messages.row.driver(driver, messages.driverOutcomes[outcome]);
}
