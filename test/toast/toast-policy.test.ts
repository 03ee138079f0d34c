import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BURST_WINDOW_MS,
  CALM_MS,
  createPolicyState,
  decide,
  DIGEST_INTERVAL_MS,
  groupDueAtMs,
  MAX_KNOWN_MESSAGES,
  MAX_SINGLE_TOASTS,
  remember,
  takeDueGroup,
} from '../../main/toast/toast-policy.ts';
import { newMessage, report } from './sample-report.ts';

const START_MS = 1_000_000;

describe('decide', () => {
  it('shows a newly delivered message', () => {
    const message = newMessage();
    const decision = decide(createPolicyState(), report(message), START_MS);
    expect(decision).toMatchObject({ outcome: 'shown', messages: [message] });
  });

  it('says why other reports get none', () => {
    const state = createPolicyState();
    const appended = report({ ...newMessage(), name: 'MessageAppend' });
    expect(decide(state, appended, START_MS)).toMatchObject({
      outcome: 'none',
      reason: 'Only newly delivered mail gets a toast, not MessageAppend',
    });
    expect(decide(state, { ...report(), state: 'rejected' }, START_MS)).toMatchObject({
      outcome: 'none',
      reason: 'The notification was rejected',
    });
  });

  it('shows the same message once', () => {
    const state = createPolicyState();
    const message = newMessage();
    decide(state, report(message), START_MS);
    expect(decide(state, report({ ...message }), START_MS + 86_400_000).outcome).toBe('duplicate');
  });

  it('takes the same uid under a new uidvalidity, user or mailbox for another message', () => {
    const state = createPolicyState();
    const message = newMessage();
    const others = [{}, { uidValidity: 8 }, { user: 'bob' }, { mailbox: 'Work' }];
    const outcomes = others.map(
      (change, at) =>
        decide(state, report({ ...message, ...change }), START_MS + at * BURST_WINDOW_MS).outcome,
    );
    expect(outcomes).toEqual(['shown', 'shown', 'shown', 'shown']);
  });

  it('cannot recognise a message without a uid', () => {
    const state = createPolicyState();
    const outcomes = [1, 2].map(() => decide(state, report(newMessage({ uid: 0 })), START_MS).outcome);
    expect(outcomes).toEqual(['shown', 'shown']);
  });

  it('shows only the new messages of a report that repeats some', () => {
    const state = createPolicyState();
    const known = newMessage();
    const fresh = newMessage();
    decide(state, report(known), START_MS);
    expect(decide(state, report(known, fresh), START_MS).messages).toEqual([fresh]);
  });

  it('knows messages from before a restart', () => {
    const state = createPolicyState();
    const message = newMessage();
    remember(state, [message]);
    expect(decide(state, report(message), START_MS).outcome).toBe('duplicate');
  });

  it('forgets the oldest messages', () => {
    const state = createPolicyState();
    const first = newMessage({ user: 'first' });
    remember(state, [first]);
    remember(
      state,
      Array.from({ length: MAX_KNOWN_MESSAGES }, (_, uid) => newMessage({ user: 'many', uid: uid + 1 })),
    );
    expect(state.known.size).toBe(MAX_KNOWN_MESSAGES);
    expect(decide(state, report(first), START_MS).outcome).toBe('shown');
  });

  it('groups a burst after the first few', () => {
    const state = createPolicyState();
    const outcomes = Array.from({ length: 5 }, () => decide(state, report(newMessage()), START_MS).outcome);
    expect(outcomes).toEqual(['shown', 'shown', 'shown', 'grouped', 'grouped']);
  });

  it('is not held up by a clock that was set back a day', () => {
    const state = createPolicyState();
    for (let at = 0; at < 5; at += 1) decide(state, report(newMessage()), START_MS);
    expect(takeDueGroup(state, START_MS + CALM_MS)?.count).toBe(2);
    expect(decide(state, report(newMessage()), START_MS - 86_400_000).outcome).toBe('shown');
  });

  it('delivers a group that waited while the clock was set back', () => {
    const state = createPolicyState();
    for (let at = 0; at < 5; at += 1) decide(state, report(newMessage()), START_MS);
    const earlierMs = START_MS - 86_400_000;
    expect(takeDueGroup(state, earlierMs)).toBeUndefined();
    expect(takeDueGroup(state, earlierMs + CALM_MS)?.count).toBe(2);
  });
});

describe('takeDueGroup', () => {
  function burst(state = createPolicyState(), atMs = START_MS, length = 10) {
    for (let at = 0; at < length; at += 1) decide(state, report(newMessage({ subject: `s${at}` })), atMs);
    return state;
  }

  it('hands out the group once things are calm, the newest first', () => {
    const state = burst();
    expect(groupDueAtMs(state)).toBe(START_MS + CALM_MS);
    expect(takeDueGroup(state, START_MS + CALM_MS - 1)).toBeUndefined();
    const group = takeDueGroup(state, START_MS + CALM_MS);
    expect(group?.count).toBe(7);
    expect(group?.newest.map(({ subject }) => subject)).toEqual(['s9', 's8', 's7', 's6']);
    expect(takeDueGroup(state, START_MS + CALM_MS)).toBeUndefined();
  });

  it('does not wait for calm longer than an interval', () => {
    const state = burst();
    for (let atMs = START_MS; atMs < START_MS + DIGEST_INTERVAL_MS; atMs += 500) burst(state, atMs, 1);
    expect(groupDueAtMs(state)).toBe(START_MS + DIGEST_INTERVAL_MS);
  });

  it('leaves an interval between two digests', () => {
    const state = burst();
    const firstMs = START_MS + CALM_MS;
    takeDueGroup(state, firstMs);
    burst(state, firstMs + 1, 1);
    expect(groupDueAtMs(state)).toBe(firstMs + DIGEST_INTERVAL_MS);
  });

  it('makes three toasts and one digest of 5,000 messages in 5 s', () => {
    const { toasts, accounted } = simulate(Array.from({ length: 5_000 }, () => 1));
    expect(toasts.length).toBe(MAX_SINGLE_TOASTS + 1);
    expect(accounted).toBe(5_000);
  });
});

describe('the policy as a whole', () => {
  const gaps = fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 15_000 })), {
    maxLength: 300,
  });

  it('never shows more than its singles and one digest within a window', () => {
    fc.assert(
      fc.property(gaps, (gapsMs) => {
        const { toasts } = simulate(gapsMs);
        for (const { atMs } of toasts) {
          const within = toasts.filter((toast) => toast.atMs >= atMs && toast.atMs < atMs + BURST_WINDOW_MS);
          expect(within.filter(({ isDigest }) => !isDigest).length).toBeLessThanOrEqual(MAX_SINGLE_TOASTS);
          expect(within.filter(({ isDigest }) => isDigest).length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('accounts for every message exactly once, as shown, grouped or duplicate', () => {
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 40 }), (gapsMs, uids) => {
        const { accounted, duplicates } = simulate(gapsMs, uids);
        expect(accounted + duplicates).toBe(gapsMs.length);
        expect(accounted).toBe(Math.min(new Set(gapsMs.map((_, at) => at % uids)).size, gapsMs.length));
      }),
    );
  });

  it('keeps no message waiting longer than two intervals', () => {
    fc.assert(
      fc.property(gaps, (gapsMs) => {
        expect(simulate(gapsMs).longestWaitMs).toBeLessThanOrEqual(2 * DIGEST_INTERVAL_MS);
      }),
    );
  });
});

// One message per gap, after that gap; the group is taken at the moment it is due. `uids` limits how many
// different messages there are.
function simulate(gapsMs: readonly number[], uids = Number.MAX_SAFE_INTEGER) {
  const state = createPolicyState();
  const toasts: { atMs: number; isDigest: boolean }[] = [];
  let [accounted, duplicates, longestWaitMs, nowMs] = [0, 0, 0, START_MS];

  function flushUntil(limitMs: number): void {
    for (;;) {
      const dueAtMs = groupDueAtMs(state);
      if (dueAtMs === undefined || dueAtMs > limitMs) return;
      const group = takeDueGroup(state, dueAtMs);
      if (!group) throw new Error('A due group must be handed out');
      accounted += group.count;
      longestWaitMs = Math.max(longestWaitMs, dueAtMs - group.firstAtMs);
      toasts.push({ atMs: dueAtMs, isDigest: true });
    }
  }

  gapsMs.forEach((gapMs, at) => {
    nowMs += gapMs;
    flushUntil(nowMs);
    const { outcome } = decide(state, report(newMessage({ user: 'sim', uid: (at % uids) + 1 })), nowMs);
    if (outcome === 'duplicate') duplicates += 1;
    if (outcome !== 'shown') return;
    accounted += 1;
    toasts.push({ atMs: nowMs, isDigest: false });
  });
  flushUntil(Number.POSITIVE_INFINITY);
  return { toasts, accounted, duplicates, longestWaitMs };
}
