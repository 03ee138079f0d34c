import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { normalize } from './compare.ts';
import type { RecordedCall } from './recording.ts';
import type { Stage } from './stage.ts';

/** What stands in recordings for values that are never the same twice. */
const ANY_VALUE: ReadonlySet<unknown> = new Set(['<TIME>', '<SESSION>']);

/** Numbers from the clock, of which recordings show the first only. */
const CLOCK_VALUE = /^(1799999999|18000000\d\d)(\.0)?$/;

/** What the probing script of a run wrote; empty when there was none. */
export async function readCalls(stage: Stage): Promise<RecordedCall[]> {
  const file = path.join(stage.folder, 'out', 'probe.jsonl');
  const text = await readFile(file, 'utf8').catch(() => '');
  return stage
    .toRecorded(text)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedCall);
}

/**
 * The first difference in words; undefined when there is none. `goesOn`: the real process died, and what it would
 * still have written is not known.
 */
export function compareCalls(
  expected: readonly RecordedCall[],
  actual: readonly RecordedCall[],
  { goesOn }: { readonly goesOn: boolean },
): string | undefined {
  const count = goesOn ? expected.length : Math.max(expected.length, actual.length);
  for (let at = 0; at < count; at++) {
    const [wanted, got] = [expected[at], actual[at]];
    if (!wanted || !got) return `${actual.length} calls instead of ${expected.length}`;
    const difference = compareValues(wanted, got, `call ${at + 1}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function compareValues(wanted: unknown, got: unknown, where: string): string | undefined {
  if (ANY_VALUE.has(wanted) && got !== undefined) return undefined;
  if ([wanted, got].every((value) => CLOCK_VALUE.test(String(value)))) return undefined;
  if (typeof wanted === 'string' && typeof got === 'string' && normalize(wanted) === normalize(got))
    return undefined;
  if (isObject(wanted) && isObject(got)) return compareMembers(wanted, got, where);
  if (Object.is(wanted, got)) return undefined;
  return `${where}: expected ${describe(wanted)}, got ${describe(got)}`;
}

function compareMembers(
  wanted: Readonly<Record<string, unknown>>,
  got: Readonly<Record<string, unknown>>,
  where: string,
): string | undefined {
  // A value from the clock is recorded without the text that shows it.
  const isAny = Object.values(wanted).some((value) => ANY_VALUE.has(value));
  const keys = isAny ? Object.keys(wanted) : [...new Set([...Object.keys(wanted), ...Object.keys(got)])];
  for (const key of keys) {
    const difference = compareValues(wanted[key], got[key], `${where} ${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function describe(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
