import { describe, expect, it } from 'vitest';
import { rejectionAdvice, whatHappened } from '../../../renderer/detail/what-happened.ts';
import { report } from '../rows.ts';

const http = {
  method: 'PUT',
  target: '/',
  httpVersion: '1.1',
  headers: [],
  peer: '127.0.0.1:5',
  authentication: 'accepted',
  status: 200,
} as const;
const line = { atMs: 1, level: 'info', text: 'x' } as const;

describe('whatHappened', () => {
  it('tells the story in order: stored, each driver, toast', () => {
    const happenings = whatHappened(
      report({
        http,
        timings: { storeMs: 0.8 },
        driverRuns: [
          { driver: 'dlog', outcome: 'done', durationMs: 0.2, trace: [line, line] },
          { driver: 'ox', outcome: 'skipped', reason: 'METADATA is not set', durationMs: 0.1, trace: [] },
          { driver: 'lua', outcome: 'failed', reason: 'push.lua:48', durationMs: 4.1, trace: [line] },
        ],
        toast: { outcome: 'shown', reason: '1st of this message', via: 'notify-send' },
      }),
    );
    expect(happenings).toEqual([
      { tone: 'ok', text: 'Stored, then answered 200', durationMs: 0.8 },
      { tone: 'ok', text: 'dlog finished and logged 2 lines', durationMs: 0.2 },
      { tone: 'skip', text: 'ox did not take part: METADATA is not set', durationMs: 0.1 },
      { tone: 'fail', text: 'lua failed: push.lua:48', durationMs: 4.1 },
      { tone: 'ok', text: 'Toast shown through notify-send: 1st of this message' },
    ]);
  });

  it('waits for the drivers of an accepted report and says nothing of its toast', () => {
    expect(whatHappened(report({ state: 'accepted' })).map(({ text }) => text)).toEqual([
      'Stored',
      'Waiting for the drivers',
    ]);
  });

  it('says that a rejected request ran nothing', () => {
    const rejected = report({
      state: 'rejected',
      http: { ...http, status: 401 },
      toast: { outcome: 'none', reason: '' },
    });
    expect(whatHappened(rejected)).toEqual([
      { tone: 'fail', text: 'Refused with 401; no driver ran' },
      { tone: 'skip', text: 'No toast' },
    ]);
  });

  it('explains repeats and clicks', () => {
    const texts = whatHappened(
      report({ repeats: 1, toast: { outcome: 'shown', reason: '', clickedAtMs: 1_763_821_351_704 } }),
    );
    expect(texts[1]?.text).toMatch(/^Came 2 times/);
    expect(texts.at(-1)).toEqual({ tone: 'ok', text: 'Toast clicked', durationMs: 500 });
  });
});

describe('rejectionAdvice', () => {
  const rejected = (status: number, field?: string) =>
    rejectionAdvice(
      report({
        state: 'rejected',
        http: { ...http, status },
        rejection: { code: 'x', message: 'x', ...(field ? { field } : {}) },
      }),
    );

  it('names the field where one is at fault', () => {
    expect(rejected(400, 'imap-uid')).toContain('“imap-uid”');
  });

  it('has something to say for every status', () => {
    expect(rejected(401)).toContain('password');
    expect(rejected(503)).toContain('log');
    for (const status of [400, 403, 404, 405, 408, 413, 415, 418, 422, 429, 431, 500]) {
      expect(rejected(status)).not.toBe('');
    }
  });
});
