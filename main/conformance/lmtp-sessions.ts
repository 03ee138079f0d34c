import type { ScenarioStep } from '../simulation/scenario.ts';
import type { RecordedRun } from './recording.ts';

/**
 * The steps with the LMTP session that each belongs to.
 *
 * A recording does not say which deliveries came in one session, but Dovecot 2.4 shows it: a session begins
 * with a line of the raw-mail-user's drivers, which is a process without a user. One such line for several
 * deliveries means one session for all of them.
 */
export function withSessions(steps: readonly ScenarioStep[], { log }: RecordedRun): ScenarioStep[] {
  const [first = ''] = log;
  const begin = /^lmtp\(PID\): (?:Debug|Error): /.test(first) ? first : undefined;
  const sessions = log.filter((line) => line === begin).length;
  if (sessions !== 1) return [...steps];
  return steps.map((step, position) =>
    'lmtp' in step && position > 0 ? { ...step, lmtp: { ...step.lmtp, same_session: true } } : step,
  );
}
