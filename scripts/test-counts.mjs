/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/** @type {Counts} */
export const NOTHING = { passed: 0, failed: 0, skipped: 0 };

/**
 * @param {Counts} a
 * @param {Counts} b
 * @returns {Counts}
 */
export function addCounts(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/**
 * The last line of a test run, which is what CI reads: `12 passed, 0 failed` and, when there are any, `, 1 skipped`.
 *
 * @param {Counts} counts
 */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Reads the closing line at the end of a program's output. Without one, or when the exit code tells of a failure
 * that the line does not, the run counts as one more failure.
 *
 * @param {string} output
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countFromOutput(output, exitCode) {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  const found = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(line);
  if (!found) return { ...NOTHING, failed: 1 };
  const [passed, failed, skipped] = found.slice(1).map((digits) => Number(digits ?? 0));
  return withExitCode({ passed, failed, skipped }, exitCode);
}

/**
 * Reads the report of vitest's json reporter.
 *
 * @param {string | undefined} json absent when vitest wrote none
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countFromVitest(json, exitCode) {
  if (json === undefined) return { ...NOTHING, failed: 1 };
  const report = JSON.parse(json);
  // A file that cannot be loaded holds no test that could fail.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  return withExitCode(counts, exitCode);
}

// Unhandled rejections fail a run without failing a test.
function withExitCode(counts, exitCode) {
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
