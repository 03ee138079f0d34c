/**
 * @typedef {object} Result
 * @property {string} name `measure.detail`
 * @property {number} value
 * @property {string} unit
 * @property {number} [atLeast] the target when more is better
 * @property {number} [atMost] the target when less is better; without either the value is there to be read
 * @property {Record<string, number>} [baselines] what it was measured beside, in the same unit or as named
 */

/** Adds the verdict; a value without a target is fine. @param {Result} result */
export function judge(result) {
  const { value, atLeast, atMost } = result;
  const ok =
    Number.isFinite(value) &&
    (atLeast === undefined || value >= atLeast) &&
    (atMost === undefined || value <= atMost);
  return { ...result, ok };
}

/** One line for a program: `{ name, value, unit, target, ok }`, and the baselines where there are some. */
export function toJsonLine({ name, value, unit, atLeast, atMost, ok, baselines }) {
  const target = atLeast ?? atMost ?? null;
  return JSON.stringify({
    name,
    value: round(value),
    unit,
    target,
    ok,
    ...(baselines && { baselines: mapValues(baselines, round) }),
  });
}

/** The results for a person. */
export function toTable(results) {
  const rows = [['name', 'value', 'unit', 'target', 'ok', 'beside'], ...results.map(toCells)];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) => (column === 1 ? cell.padStart(widths[1]) : cell.padEnd(widths[column])))
      .join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

function toCells({ name, value, unit, atLeast, atMost, ok, baselines = {} }) {
  const hasTarget = atLeast !== undefined || atMost !== undefined;
  const target = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  const verdict = ok ? 'ok' : 'MISSED';
  const beside = Object.entries(baselines).map(([other, number]) => `${other} ${format(number)}`);
  return [name, format(value), unit, hasTarget ? target : '', hasTarget ? verdict : '', beside.join(', ')];
}

const round = (value) => Math.round(value * 1000) / 1000;
const format = (value) =>
  Math.abs(value) >= 100 ? String(Math.round(value)) : String(Math.round(value * 100) / 100);
const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
