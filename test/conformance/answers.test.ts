import { describe, expect, it } from 'vitest';
import { createDriverRegistry } from '#framework';
import { scenarioSchema } from '../../main/simulation/scenario.ts';
import { simulate } from '../../main/simulation/simulate.ts';
import { recordings, type Recording } from './recordings.ts';

/** Whether the real server said OK, NO or BAD to each IMAP command, and the code it gave with a NO. */
function recordedAnswers({ input }: Recording): string[] {
  return (input.steps ?? [])
    .filter((step) => step.imap !== undefined)
    .flatMap(({ transcript = [] }) => transcript)
    .flatMap((line) => /^S: a\d+ (.*)$/.exec(line)?.[1] ?? [])
    .map(shorten);
}

const shorten = (answer: string) =>
  /^(NO \[[A-Z]+\]|NO|BAD|OK \[(?:APPENDUID|COPYUID)[^\]]*\]|OK)/.exec(answer)?.[1] ?? answer;

const withImap = recordings.filter((recording) => recordedAnswers(recording).length > 0);

async function ourAnswers(recording: Recording): Promise<string[]> {
  const answers: string[] = [];
  const { input } = scenarioSchema.parse(recording);
  await simulate(input, {
    config: '',
    dialect: '2.3',
    run: 'ox',
    makeRegistry: () => createDriverRegistry([]),
    deduplicateRegistrations: false,
    clock: () => 1_799_999_999_000,
    homeOf: (user) => `/home/${user}`,
    hear: () => undefined,
    answered: ({ answer }) => answers.push(shorten(answer)),
  });
  return answers.filter((answer) => /^(OK|NO|BAD)/.test(answer));
}

describe('answers to IMAP commands against the real Dovecot', () => {
  it.each(withImap.map((recording) => [recording.scenario, recording] as const))(
    '%s',
    async (_name, recording) => {
      expect(await ourAnswers(recording)).toEqual(recordedAnswers(recording));
    },
  );
});
