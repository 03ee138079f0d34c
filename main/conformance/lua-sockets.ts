import { runHttpCase, type HttpGolden } from './lua-http-case.ts';
import type { LuaFixtureServer } from './lua-fixture-server.ts';
import { differenceOf, luaLiteral, runCase, type CaseOutcome, type RunLua } from './lua-golden.ts';

/** Recorded calls of `socket.url`: strings with one code unit a byte. */
export interface UrlGolden {
  readonly cases: readonly {
    readonly fn: string;
    readonly args: readonly unknown[];
    readonly results?: readonly unknown[];
    /** What it raised instead. */
    readonly error?: string;
  }[];
}

/** Recorded chunks over `ltn12`, `mime`, `socket` and `socket.http`. */
export interface ChunkGolden {
  readonly cases: readonly {
    readonly lib: string;
    readonly name: string;
    readonly code: string;
    readonly ok: boolean;
    readonly results: readonly unknown[];
  }[];
}

/** Calls each function of `socket.url` as recorded. */
export function checkUrlCases(golden: UrlGolden, run: RunLua): Promise<CaseOutcome[]> {
  return inOrder(golden.cases, async ({ fn, args, results, error }) => {
    const code = `return require("socket.url").${fn}(${args.map(luaLiteral).join(', ')})`;
    const expected =
      error === undefined ? { ok: true, results: results ?? [] } : { ok: false, results: [error] };
    const name = `${fn}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
    return outcome(name, differenceOf(expected, await runCase(run, code)));
  });
}

/** What the recorded chunks use without saying so. */
const CHUNK_PRELUDE = [
  'ltn12 = require("ltn12")',
  'mime = require("mime")',
  'socket = require("socket")',
  'drain = function(source) local list = {} while true do local chunk, reason = source()',
  'if chunk == nil then list[#list + 1] = reason or "<nil>" return list end list[#list + 1] = chunk end end',
].join(' ');

/** Runs each recorded chunk. */
export function checkChunkCases(golden: ChunkGolden, run: RunLua): Promise<CaseOutcome[]> {
  return inOrder(golden.cases, async ({ lib, name, code, ok, results }) => {
    const actual = await runCase(run, code, CHUNK_PRELUDE);
    return outcome(`${lib} ${name}`, differenceOf({ ok, results }, actual));
  });
}

/** Makes each recorded request against the fixture server, and compares what both sides saw. */
export function checkHttpCases(
  golden: HttpGolden,
  run: RunLua,
  server: LuaFixtureServer,
): Promise<CaseOutcome[]> {
  return inOrder(golden.cases, async (httpCase) =>
    outcome(httpCase.name, await runHttpCase(httpCase, run, server)),
  );
}

function outcome(name: string, difference: string | undefined): CaseOutcome {
  return difference === undefined ? { name } : { name, difference };
}

/** One after the other: the cases share one Lua state and one server. */
async function inOrder<Item>(
  items: readonly Item[],
  check: (item: Item) => Promise<CaseOutcome>,
): Promise<CaseOutcome[]> {
  const outcomes: CaseOutcome[] = [];
  for (const item of items) outcomes.push(await check(item));
  return outcomes;
}
