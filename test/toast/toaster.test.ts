import { describe, expect, it } from 'vitest';
import { createFallbackToaster, createSilentToaster } from '../../main/toast/toaster.ts';
import type { Toaster } from '../../main/toast/toast.ts';

const toast = { reportId: 'r', title: 't', body: 'b' };
const noClick = () => undefined;

function countingToaster(via: string, problem?: string) {
  let shown = 0;
  const toaster: Toaster = {
    via,
    show() {
      shown += 1;
      return problem === undefined ? Promise.resolve() : Promise.reject(new Error(problem));
    },
    close: () => Promise.resolve(),
  };
  return { toaster, shown: () => shown };
}

describe('createSilentToaster', () => {
  it('says why it shows nothing', async () => {
    const toaster = createSilentToaster('Toasts are off');
    expect(toaster.via).toBe('');
    await expect(toaster.show(toast, noClick)).rejects.toThrow('Toasts are off');
  });
});

describe('createFallbackToaster', () => {
  it('uses the first system while it works', async () => {
    const [first, second] = [countingToaster('first'), countingToaster('second')];
    const toaster = createFallbackToaster([first.toaster, second.toaster]);
    await toaster.show(toast, noClick);
    expect([first.shown(), second.shown(), toaster.via]).toEqual([1, 0, 'first']);
  });

  it('falls back and says so', async () => {
    const [first, second] = [countingToaster('first', 'no service'), countingToaster('second')];
    const toaster = createFallbackToaster([first.toaster, second.toaster]);
    await toaster.show(toast, noClick);
    expect([second.shown(), toaster.via]).toEqual([1, 'second (first: no service)']);
  });

  it('tries the first system again after a minute', async () => {
    let nowMs = 0;
    const [first, second] = [countingToaster('first', 'no service'), countingToaster('second')];
    const toaster = createFallbackToaster([first.toaster, second.toaster], () => nowMs);
    for (nowMs of [0, 1_000, 59_999]) await toaster.show(toast, noClick);
    expect(first.shown()).toBe(1);
    nowMs = 60_000;
    await toaster.show(toast, noClick);
    expect([first.shown(), second.shown()]).toEqual([2, 4]);
  });

  it('rejects with the reason of the second when both fail', async () => {
    const toaster = createFallbackToaster([
      countingToaster('first', 'no service').toaster,
      countingToaster('second', 'not installed').toaster,
    ]);
    await expect(toaster.show(toast, noClick)).rejects.toThrow('not installed');
  });
});
