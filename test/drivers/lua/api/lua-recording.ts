import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runText, type ScriptStage } from './script-stage.ts';

const fixtures = path.resolve(import.meta.dirname, '../../../fixtures');
const shared = path.resolve(import.meta.dirname, '../../../../../shared/golden');

/** What a probe script wrote: the name of a question and the answer. */
export interface Topic {
  readonly topic: string;
  readonly value: unknown;
}

/** io.open, as far as the probe scripts use it: what is written is kept. Other libraries are not looked at here. */
const capture = `
  written = {}
  io, package = io or {}, package or { loaded = {} }
  require = require or error
  io.open = function()
    return { write = function(_, text) written[#written + 1] = text end, close = function() end }
  end
`;

/** Loads a script of test/fixtures/lua-scripts under the name that it has in the recordings. */
export function loadProbe(stage: ScriptStage, script: string, name: string): void {
  const { L } = stage.context;
  runText(L, capture, '=capture');
  runText(L, readFileSync(path.join(fixtures, 'lua-scripts', script), 'utf8'), `@$DIR/scripts/${name}`);
}

/** Calls into the script and gives what it wrote. */
export function runProbe(stage: ScriptStage, calls: string): Topic[] {
  const [written = ''] = runText(stage.context.L, `${calls} return table.concat(written)`, '=calls');
  return written
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Topic);
}

/** One recording of the real program, as far as the tests of the interface look at it. */
export interface LuaRecording {
  readonly lua_calls: readonly Topic[];
  readonly lua_http_requests?: readonly Readonly<Record<string, unknown>>[];
  readonly log: { readonly lua: readonly string[] };
}

/** The copies of a recording that there are: in the fixtures, and among the shared ones. */
export function recordings(fixture: string, golden: string): LuaRecording[] {
  return [path.join(fixtures, 'lua-golden', fixture), path.join(shared, golden)]
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as LuaRecording);
}
