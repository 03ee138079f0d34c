import type { LuaEngine } from '#drivers';
import { openRunningLua } from './lua-runner.ts';
import { startLuaFixtureServer } from './lua-fixture-server.ts';
import type { CaseOutcome, RunLua } from './lua-golden.ts';
import type { HttpGolden } from './lua-http-case.ts';
import { compareLuaCases, type LuaCases } from './lua-numbers.ts';
import {
  checkChunkCases,
  checkHttpCases,
  checkUrlCases,
  type ChunkGolden,
  type UrlGolden,
} from './lua-sockets.ts';

/** A file of recorded Lua: which of them is told by what its cases have. */
export interface LuaRecording {
  readonly source: string;
  readonly cases: readonly Readonly<Record<string, unknown>>[];
}

/** Whether this is a file of recordings of Lua itself, not of a mail server. */
export function isLuaRecording(content: object): content is LuaRecording {
  return 'source' in content && 'cases' in content && Array.isArray(content.cases);
}

/** Performs all cases of a file in their order: they share one Lua state. */
export async function performLuaCases(
  recording: LuaRecording,
  engine: LuaEngine,
): Promise<readonly CaseOutcome[]> {
  const [first = {}] = recording.cases;
  if ('expr' in first) return [...compareLuaCases(recording as unknown as LuaCases)];
  const running = await openRunningLua(engine);
  const { run } = running;
  try {
    if ('fn' in first) return await checkUrlCases(recording as unknown as UrlGolden, run);
    if ('code' in first) return await checkChunkCases(recording as unknown as ChunkGolden, run);
    return await performHttpCases(recording as unknown as HttpGolden, run);
  } finally {
    await running.close();
  }
}

async function performHttpCases(golden: HttpGolden, run: RunLua): Promise<readonly CaseOutcome[]> {
  const server = await startLuaFixtureServer();
  try {
    return await checkHttpCases(golden, run, server);
  } finally {
    await server.close();
  }
}
