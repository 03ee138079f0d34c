import { describe, expect, it } from 'vitest';
import type { AppStatus, DovebellApi } from '#contract/ipc';
import { createStatusModel } from '../../../renderer/shell/status-model.ts';

const status = (eventsToday: number): AppStatus => ({
  endpoint: { state: 'listening', url: 'http://127.0.0.1:8009/x', address: '127.0.0.1:8009' },
  eventsToday,
  queued: 0,
  drivers: { active: 3, configured: 3 },
  toasts: { available: true, via: 'notify-send' },
  timeline: { firstSeq: 0, lastSeq: 0, count: 0 },
});

/** A program whose answers are given one by one. */
function createProgram(answers: (() => unknown)[]) {
  let listener: ((payload: AppStatus) => void) | undefined;
  const api = {
    request: () => Promise.resolve().then(() => answers.shift()?.()),
    subscribe(_name: string, added: (payload: AppStatus) => void) {
      listener = added;
      return () => {
        listener = undefined;
      };
    },
  } as unknown as DovebellApi;
  return { api, publish: (payload: AppStatus) => listener?.(payload) };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const failing = () => {
  throw new Error('no answer');
};

describe('createStatusModel', () => {
  it('loads the status and takes what is published', async () => {
    const { api, publish } = createProgram([() => status(1)]);
    const model = createStatusModel(api);
    model.start();
    await settle();
    expect(model.getSnapshot().status?.eventsToday).toBe(1);
    publish(status(2));
    expect(model.getSnapshot().status?.eventsToday).toBe(2);
  });

  it('believes a publication rather than an older answer', async () => {
    const { api, publish } = createProgram([() => status(1)]);
    const model = createStatusModel(api);
    model.start();
    publish(status(2));
    await settle();
    expect(model.getSnapshot().status?.eventsToday).toBe(2);
  });

  it('says why there is no status, until there is one', async () => {
    const { api } = createProgram([failing, () => status(1)]);
    const model = createStatusModel(api);
    model.start();
    await settle();
    expect(model.getSnapshot()).toEqual({ problem: 'no answer' });
    await model.retry();
    expect(model.getSnapshot().problem).toBeUndefined();
  });

  it('takes the answer to a retry of the endpoint, and never rejects', async () => {
    const endpoint = { ...status(1).endpoint, state: 'failed', problem: 'taken' } as const;
    const { api } = createProgram([() => status(1), () => endpoint, failing]);
    const model = createStatusModel(api);
    model.start();
    await settle();
    await model.retryEndpoint();
    expect(model.getSnapshot().status?.endpoint.problem).toBe('taken');
    await model.retryEndpoint();
    expect(model.getSnapshot().problem).toBe('no answer');
  });
});
