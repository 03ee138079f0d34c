import { attributeEdits } from './fengari-edits/attributes.mjs';
import { auxiliaryEdits } from './fengari-edits/auxiliary.mjs';
import { dialectEdits } from './fengari-edits/dialect.mjs';
import { integerEdits } from './fengari-edits/integers.mjs';
import { limitEdits } from './fengari-edits/limits.mjs';
import { mathEdits } from './fengari-edits/math.mjs';
import { nodeEdits } from './fengari-edits/node.mjs';
import { stackEdits } from './fengari-edits/stack.mjs';
import { stringLibraryEdits } from './fengari-edits/string-library.mjs';
import { stringEdits } from './fengari-edits/strings.mjs';
import { wordingEdits } from './fengari-edits/wording.mjs';
import { tableEdits } from './fengari-edits/table.mjs';
import { vmEdits } from './fengari-edits/vm.mjs';

/** By topic, in the order in which they are made. Later ones see what earlier ones wrote. */
const TOPICS = [
  nodeEdits,
  stringEdits,
  auxiliaryEdits,
  stringLibraryEdits,
  integerEdits,
  vmEdits,
  mathEdits,
  limitEdits,
  dialectEdits,
  wordingEdits,
  attributeEdits,
  stackEdits,
  tableEdits,
];

/**
 * Our changes to fengari's sources: by file, what is replaced by what, and how often it must be found. `put` is
 * text as it is ($ means nothing).
 *
 * @type {Readonly<Record<string, readonly { find: string | RegExp, put: string, times: number, why: string }[]>>}
 */
export const EDITS = Object.fromEntries(
  [...new Set(TOPICS.flatMap((topic) => Object.keys(topic)))].map((file) => [
    file,
    TOPICS.flatMap((topic) => topic[file] ?? []),
  ]),
);

/**
 * The source of one file with its edits.
 *
 * @param {string} name
 * @param {string} source
 * @param {typeof EDITS} edits
 * @throws Error when an edit's place is not found exactly as often as it says
 */
export function editSource(name, source, edits = EDITS) {
  let text = source;
  for (const { find, put, times, why } of edits[name] ?? []) {
    const parts = text.split(find);
    if (parts.length - 1 !== times)
      throw new Error(`fengari ${name}: "${why}" was found ${parts.length - 1} times, not ${times}`);
    text = parts.join(put);
  }
  return text;
}
