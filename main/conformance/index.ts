import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CaseOutcome } from './lua-golden.ts';
import { isLuaRecording, performLuaCases, type LuaRecording } from './lua-recordings.ts';
import { recordingSchema, runsOf } from './recording.ts';
import { createLuaEngine } from '#drivers';
import { runRecording, type RunContext, type RunResult } from './run-recording.ts';
import type { StageFixtures } from './stage.ts';

/** Runs that go on at the same time: most of them wait for a time-out, and no two share anything. */
const MAX_CONCURRENT = 24;

/** What the command writes to, and where its certificates lie. */
export interface ConformanceOptions {
  readonly fixtures: StageFixtures;
  /** Folder of the built worker scripts. */
  readonly workersDir: string;
  readonly out: (text: string) => void;
  /** Runs that are known to differ, with the reason: they do not count as failed. None when absent. */
  readonly known?: Readonly<Record<string, string>>;
}

interface NamedRun {
  readonly name: string;
  perform(): Promise<RunResult>;
}

/**
 * Holds us against recordings of the real Dovecot: performs each with our store, framework and drivers, and
 * compares what is sent and logged. Gives the exit code: 0 when nothing failed, 1 otherwise, 2 for wrong usage.
 */
export async function runConformance(
  folders: readonly string[],
  { fixtures, workersDir, out, known = {} }: ConformanceOptions,
): Promise<number> {
  if (folders.length === 0) {
    out('Usage: npm run conformance -- DIR…   each DIR holds recordings (*.json)');
    return 2;
  }
  const engine = createLuaEngine(workersDir);
  const runs = folders.flatMap((folder) => readFolder(folder, { fixtures, engine }));
  const results = (await performAll(runs)).map((result, at) => excuse(result, known[runs[at]?.name ?? '']));
  await engine.close();
  const count = (outcome: RunResult['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  for (const [at, result] of results.entries()) {
    if (result.outcome === 'failed') out(`FAIL ${runs[at]?.name}: ${result.difference}`);
    if (result.outcome === 'skipped') out(`SKIP ${runs[at]?.name}: ${result.reason}`);
  }
  out(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
  return count('failed') === 0 ? 0 : 1;
}

function readFolder(folder: string, shared: Omit<RunContext, 'folder'>): NamedRun[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .flatMap((name) =>
      readRunsGuarded(path.join(folder, name), { folder: path.basename(path.resolve(folder)), ...shared }),
    );
}

function excuse(result: RunResult, reason: string | undefined): RunResult {
  return result.outcome === 'failed' && reason !== undefined ? { outcome: 'skipped', reason } : result;
}

/** A file that cannot be read is a run that fails. */
function readRunsGuarded(file: string, context: RunContext): NamedRun[] {
  try {
    return readRuns(file, context);
  } catch (error) {
    const difference = error instanceof Error ? error.message : String(error);
    const perform = () => Promise.resolve({ outcome: 'failed', difference } as const);
    return [{ name: path.basename(file, '.json'), perform }];
  }
}

function readRuns(file: string, context: RunContext): NamedRun[] {
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const scenario = path.basename(file, '.json');
  if (typeof content === 'object' && content !== null && isLuaRecording(content)) {
    return luaRuns(scenario, content, context);
  }
  const parsed = recordingSchema.safeParse(content);
  if (!parsed.success) throw new Error(`it is no recording: ${parsed.error.issues[0]?.message ?? ''}`);
  const recording = parsed.data;
  return runsOf(recording).map((run) => ({
    name: `${recording.scenario} ${run.driver}`,
    perform: () => runRecording(recording, run, context),
  }));
}

/** One run a case; the first one performs them all, since they share a state. */
function luaRuns(file: string, content: LuaRecording, { engine }: RunContext): NamedRun[] {
  let performed: Promise<readonly CaseOutcome[]> | undefined;
  return content.cases.map((_case, at) => ({
    name: `${file} ${at + 1}`,
    async perform() {
      performed ??= performLuaCases(content, engine);
      const { name, difference } = (await performed)[at] ?? { name: '', difference: 'it was not performed' };
      return difference === undefined
        ? { outcome: 'passed' }
        : { outcome: 'failed', difference: `${name}: ${difference}` };
    },
  }));
}

/** Results in the order of the runs. */
async function performAll(runs: readonly NamedRun[]): Promise<RunResult[]> {
  const results: RunResult[] = [];
  let next = 0;
  const work = async () => {
    for (let at = next++; at < runs.length; at = next++) {
      results[at] = await performGuarded(runs[at]);
    }
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT }, work));
  return results;
}

async function performGuarded(run: NamedRun | undefined): Promise<RunResult> {
  try {
    return (await run?.perform()) ?? { outcome: 'skipped', reason: '' };
  } catch (error) {
    return { outcome: 'failed', difference: error instanceof Error ? (error.stack ?? '') : String(error) };
  }
}
