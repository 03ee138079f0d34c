import { describe, expect, it } from 'vitest';
import { addCounts, closingLine, countFromOutput, countFromVitest } from '../../scripts/test-counts.mjs';

describe('closingLine', () => {
  it('has the form CI reads', () => {
    expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(closingLine({ passed: 1, failed: 2, skipped: 3 })).toBe('1 passed, 2 failed, 3 skipped');
  });

  it('is read back', () => {
    const counts = { passed: 1, failed: 2, skipped: 3 };
    expect(countFromOutput(`FAIL x\n${closingLine(counts)}\n`, 1)).toEqual(counts);
  });
});

describe('countFromOutput', () => {
  it('counts a run without closing line as one failure', () => {
    expect(countFromOutput('Segmentation fault\n', 139)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('believes the exit code over the line', () => {
    expect(countFromOutput('5 passed, 0 failed\n', 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });
});

describe('countFromVitest', () => {
  const report = (changes: object): string =>
    JSON.stringify({
      numPassedTests: 2,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [],
      ...changes,
    });

  it('adds pending and todo tests as skipped', () => {
    expect(countFromVitest(report({ numPendingTests: 1, numTodoTests: 1 }), 0)).toEqual({
      passed: 2,
      failed: 0,
      skipped: 2,
    });
  });

  it('counts a file that cannot be loaded', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }];
    expect(countFromVitest(report({ testResults }), 1)).toMatchObject({ failed: 1 });
  });

  it('counts a failed test once, although its file failed too', () => {
    const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }] }];
    expect(countFromVitest(report({ numFailedTests: 1, testResults }), 1)).toMatchObject({ failed: 1 });
  });

  it('counts an error outside of tests, and a missing report', () => {
    expect(countFromVitest(report({}), 1)).toMatchObject({ passed: 2, failed: 1 });
    expect(countFromVitest(undefined, 1)).toMatchObject({ failed: 1 });
  });
});

describe('addCounts', () => {
  it('adds each number', () => {
    expect(addCounts({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 })).toEqual({
      passed: 11,
      failed: 22,
      skipped: 33,
    });
  });
});
