/**
 * Our changes to fengari's sources: by file, what is replaced by what, and how often it must be found.
 *
 * @type {Readonly<Record<string, readonly { find: string | RegExp, put: string, times: number, why: string }[]>>}
 */
export const EDITS = {};

/**
 * The source of one file with its edits.
 *
 * @param {string} name
 * @param {string} source
 * @throws Error when an edit's place is not found exactly as often as it says
 */
export function editSource(name, source) {
  let text = source;
  for (const { find, put, times, why } of EDITS[name] ?? []) {
    const parts = text.split(find);
    if (parts.length - 1 !== times)
      throw new Error(`fengari ${name}: "${why}" was found ${parts.length - 1} times, not ${times}`);
    text = parts.join(put);
  }
  return text;
}
