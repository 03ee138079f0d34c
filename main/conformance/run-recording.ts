import type { LuaEngine, LuaOptions } from '#drivers';
import type { SimulationLine } from '../simulation/mail-process.ts';
import { RAW_USER } from '../simulation/lmtp-process.ts';
import { createProcessDrivers } from '../simulation/process-drivers.ts';
import { ConfigRefused, simulate } from '../simulation/simulate.ts';
import { compareLogs, compareRequests, ourLines, recordedLines } from './compare.ts';
import { withSessions } from './lmtp-sessions.ts';
import { dialectOf, type RecordedRun, type Recording } from './recording.ts';
import { compareCalls, readCalls } from './lua-calls.ts';
import {
  fileProblem,
  isDeath,
  missingSurroundings,
  setStage,
  type Stage,
  type StageFixtures,
} from './stage.ts';

/** The time at which everything happens; the recordings show clock values as this number (observed.md). */
const NOW_MS = 1_799_999_999_000;
/** Many recordings are performed at once: no script is stopped because the machine is busy. */
const PATIENCE_MS = 60_000;
/** Long enough for any lifetime that a recorded client waited out. */
const PAUSE_MS = 1_500;
/** The plugins of the recorded servers. */
const MODULES = ['notify', 'push_notification', 'mail_lua', 'push_notification_lua'];

export interface RunContext {
  /** The name of the folder the recording lies in. */
  readonly folder: string;
  readonly fixtures: StageFixtures;
  /** Runs the scripts of all recordings. */
  readonly engine: LuaEngine;
}

/** How one run compares with its recording. */
export type RunResult =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'skipped'; readonly reason: string }
  | { readonly outcome: 'failed'; readonly difference: string };

/** Performs one run of a recording and compares what was sent and logged. */
export async function runRecording(
  recording: Recording,
  run: RecordedRun,
  context: RunContext,
): Promise<RunResult> {
  const missing = missingSurroundings({
    recording,
    run,
    dialect: dialectOf(run, context.folder),
    fixtures: context.fixtures,
  });
  if (missing !== undefined) return { outcome: 'skipped', reason: missing };
  const difference = await attempt(recording, run, context);
  if (difference === undefined) return { outcome: 'passed' };
  // The recordings do not say when a client waited between two commands. A pause that explains the log is one.
  for (let pauseBefore = 1; pauseBefore < commandCount(recording); pauseBefore++) {
    const again = await attempt(recording, run, { ...context, pauseBefore });
    if (again === undefined) return { outcome: 'passed' };
  }
  return { outcome: 'failed', difference };
}

function commandCount({ input: { steps } }: Recording): number {
  return steps.flatMap((step) => ('imap' in step ? step.imap.commands : [])).length;
}

async function attempt(
  recording: Recording,
  run: RecordedRun,
  context: RunContext & { readonly pauseBefore?: number },
): Promise<string | undefined> {
  const dialect = dialectOf(run, context.folder);
  const stage = await setStage({ recording, run, dialect, fixtures: context.fixtures });
  const toRecorded = (text: string) => stage.toRecorded(text);
  try {
    const lines = await perform(recording, run, { ...context, stage });
    const { requests, sortsHeaders } = run;
    return (
      compareLogs(recordedLines(run.log), ourLines(lines, dialect, toRecorded)) ??
      compareRequests(requests, stage.requests, { toRecorded, sortsHeaders }) ??
      compareCalls(run.calls, await readCalls(stage), { goesOn: run.log.some(isDeath) })
    );
  } catch (error) {
    if (error instanceof ConfigRefused) return compareRefusal(recording, stage.toRecorded(error.message));
    throw error;
  } finally {
    await stage.close();
  }
}

async function perform(
  { input, doveconf }: Recording,
  run: RecordedRun,
  {
    stage,
    folder,
    engine,
    pauseBefore,
  }: RunContext & { readonly stage: Stage; readonly pauseBefore?: number },
): Promise<SimulationLine[]> {
  const lines: SimulationLine[] = [];
  let nowMs = NOW_MS;
  await simulate(
    { ...input, steps: withSessions(input.steps, run) },
    {
      config: stage.toLocal(run.config),
      dialect: dialectOf(run, folder),
      run: run.driver,
      makeRegistry: createProcessDrivers(luaOptions(engine)),
      deduplicateRegistrations: false,
      clock: () => nowMs,
      homeOf: (user) => `${stage.folder}/${user === RAW_USER ? 'base/empty' : `mail/${user}`}`,
      hostname: 'oracle.example',
      configOptions: { fileProblem, modules: MODULES },
      beforeCommand: (position) => {
        if (position === pauseBefore) nowMs += PAUSE_MS;
      },
      hear: (line) => void lines.push(line),
    },
  );
  if (doveconf) throw new ConfigRefused('');
  return lines;
}

/** Scripts have the whole machine, as on the server that was recorded, and see what they saw there. */
function luaOptions(engine: LuaEngine): LuaOptions {
  return {
    engine,
    strict: true,
    rulesFor: () => ({ access: 'local', trusted: true, timeLimitMs: PATIENCE_MS }),
  };
}

/** Dovecot's words about a configuration that it does not take. */
function compareRefusal({ doveconf }: Recording, message: string): string | undefined {
  if (!doveconf) return `the configuration is refused: ${message}`;
  if (message === '') return 'the configuration is taken, Dovecot refuses it';
  const said = [...doveconf.stderr, ...doveconf.reload];
  return said.some((line) => line.includes(message))
    ? undefined
    : `the configuration is refused with ${JSON.stringify(message)}, Dovecot says ${JSON.stringify(said[0])}`;
}
