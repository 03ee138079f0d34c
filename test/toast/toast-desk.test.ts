import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToastOutcome } from '#contract/report';
import { createToastDesk } from '../../main/toast/toast-desk.ts';
import { CALM_MS } from '../../main/toast/toast-policy.ts';
import type { Toast, Toaster } from '../../main/toast/toast.ts';
import { newMessage, report } from './sample-report.ts';

interface Shown {
  readonly toast: Toast;
  readonly click: () => void;
}

function setUp(toaster: Partial<Toaster> = {}) {
  const shown: Shown[] = [];
  const outcomes: [string, ToastOutcome][] = [];
  const clicked: string[] = [];
  const desk = createToastDesk({
    toaster: {
      via: 'test',
      show(toast, click) {
        shown.push({ toast, click });
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
      ...toaster,
    },
    clock: Date.now,
    onOutcome: (id, outcome) => outcomes.push([id, outcome]),
    onClick: (id) => clicked.push(id),
  });
  return { desk, shown, outcomes, clicked };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('createToastDesk', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('shows a message and confirms it, naming the system', async () => {
    const { desk, shown, outcomes } = setUp();
    const done = report(newMessage({ fromDisplayName: 'Ä', subject: 'Test päivää' }));
    expect(desk.offer(done)).toEqual({ outcome: 'shown', reason: 'Newly delivered mail' });
    expect(outcomes).toEqual([]);
    await settle();
    expect(shown[0]?.toast).toEqual({ reportId: done.id, title: 'Ä', body: 'Test päivää' });
    expect(outcomes).toEqual([[done.id, { outcome: 'shown', reason: 'Newly delivered mail', via: 'test' }]]);
  });

  it('turns the outcome into failed with the reason', async () => {
    const { desk, outcomes } = setUp({ show: () => Promise.reject(new Error('No service')) });
    const done = report(newMessage());
    desk.offer(done);
    await settle();
    expect(outcomes).toEqual([[done.id, { outcome: 'failed', reason: 'No service', via: 'test' }]]);
  });

  it('survives a toaster that throws', async () => {
    const { desk, outcomes } = setUp({
      show: () => {
        throw new Error('broken');
      },
    });
    expect(desk.offer(report(newMessage())).outcome).toBe('shown');
    await settle();
    expect(outcomes[0]?.[1].outcome).toBe('failed');
  });

  it('is quiet, not failed, with a toaster that shows nothing on purpose', async () => {
    const { desk, outcomes } = setUp({ via: '', show: () => Promise.reject(new Error('Toasts are off')) });
    desk.offer(report(newMessage()));
    await settle();
    expect(outcomes[0]?.[1]).toEqual({ outcome: 'quiet', reason: 'Toasts are off' });
  });

  it('shows a burst as three toasts and one digest, and tells each report', async () => {
    const { desk, shown, outcomes } = setUp();
    const reports = Array.from({ length: 10 }, (_, at) => report(newMessage({ subject: `s${at}` })));
    const decisions = reports.map((done) => desk.offer(done).outcome);
    expect(decisions.filter((outcome) => outcome === 'grouped')).toHaveLength(7);
    await vi.advanceTimersByTimeAsync(CALM_MS - 1);
    expect(shown).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(shown).toHaveLength(4);
    expect(shown[3]?.toast).toMatchObject({ title: '7 new messages', reportId: reports[9]?.id });
    expect(outcomes).toHaveLength(10);
    expect(outcomes.at(-1)).toEqual([
      reports[9]?.id,
      { outcome: 'grouped', reason: 'Shown together with 6 more', via: 'test' },
    ]);
  });

  it('shows a group of one as an ordinary toast', async () => {
    const { desk, shown, outcomes } = setUp();
    for (let at = 0; at < 3; at += 1) desk.offer(report(newMessage()));
    desk.offer(report(newMessage({ fromAddress: 'a@b', subject: 'late' })));
    await vi.advanceTimersByTimeAsync(CALM_MS);
    expect(shown[3]?.toast).toMatchObject({ title: 'a@b', body: 'late' });
    expect(outcomes.at(-1)?.[1].outcome).toBe('shown');
  });

  it('tells of a click, also a late one', async () => {
    const { desk, shown, clicked } = setUp();
    const done = report(newMessage());
    desk.offer(done);
    await settle();
    shown[0]?.click();
    expect(clicked).toEqual([done.id]);
  });

  it('knows what was announced before a restart, and tries a failed toast again', () => {
    const { desk } = setUp();
    const [announced, failed] = [newMessage(), newMessage()];
    desk.seed([
      { ...report(announced), toast: { outcome: 'grouped', reason: '' } },
      { ...report(failed), toast: { outcome: 'failed', reason: '' } },
    ]);
    expect(desk.offer(report(announced)).outcome).toBe('duplicate');
    expect(desk.offer(report(failed)).outcome).toBe('shown');
  });

  it('calls nobody after close', async () => {
    let finish: (() => void) | undefined;
    const { desk, shown, outcomes, clicked } = setUp({
      close: () => {
        finish?.();
        return Promise.resolve();
      },
    });
    const pending = setUp({
      show: () => new Promise((resolve) => (finish = resolve)),
      close: async () => finish?.(),
    });
    pending.desk.offer(report(newMessage()));
    for (let at = 0; at < 5; at += 1) desk.offer(report(newMessage()));
    await Promise.all([desk.close(), pending.desk.close()]);
    expect(pending.outcomes).toHaveLength(1);
    expect(outcomes.map(([, { outcome }]) => outcome)).toEqual(['quiet', 'quiet', 'shown', 'shown', 'shown']);
    await vi.advanceTimersByTimeAsync(60_000);
    shown[0]?.click();
    expect(shown).toHaveLength(3);
    expect(clicked).toEqual([]);
    expect(desk.offer(report(newMessage())).outcome).toBe('quiet');
  });
});
