import { describe, expect, it } from 'vitest';
import type {
  AppStatus,
  DovebellApi,
  IpcPublicationName,
  IpcPublications,
  IpcRequestName,
  TimelineExtent,
} from '#contract/ipc';
import { rowAt } from '../../../renderer/timeline/row-store.ts';
import { createTimelineModel, selectedRow } from '../../../renderer/timeline/timeline-model.ts';
import { extent, row, rows } from '../rows.ts';

/** A program that answers from a list of rows, fails on demand, and publishes by hand. */
function createProgram(first: TimelineExtent) {
  const listeners = new Map<IpcPublicationName, ((payload: never) => void)[]>();
  const requests: [name: IpcRequestName, argument: unknown][] = [];
  const failing = new Set<IpcRequestName>();
  const answer = (name: IpcRequestName, argument: unknown): unknown => {
    if (failing.has(name)) throw new Error(`${name} failed`);
    if (name === 'status/get') return { timeline: first } as AppStatus;
    const { fromSeq, toSeq } = argument as { fromSeq: number; toSeq: number };
    return rows(fromSeq, toSeq);
  };
  const api = {
    async request(name: IpcRequestName, argument?: unknown) {
      requests.push([name, argument]);
      await Promise.resolve();
      return answer(name, argument);
    },
    subscribe(name: IpcPublicationName, listener: (payload: never) => void) {
      listeners.set(name, [...(listeners.get(name) ?? []), listener]);
      return () => listeners.delete(name);
    },
  } as unknown as DovebellApi;
  const publish = <Name extends IpcPublicationName>(name: Name, payload: IpcPublications[Name]): void => {
    for (const listener of listeners.get(name) ?? []) listener(payload as never);
  };
  return { api, requests, failing, publish, listeners };
}

function startModel(program: ReturnType<typeof createProgram>) {
  const scheduled: (() => void)[] = [];
  const model = createTimelineModel(program.api, { schedule: (run) => scheduled.push(run) });
  const stop = model.start();
  const nextFrame = (): void => {
    for (const run of scheduled.splice(0)) run();
  };
  return { model, stop, nextFrame };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('createTimelineModel', () => {
  it('loads the extent, then the pages that are wanted', async () => {
    const program = createProgram(extent(1, 500));
    const { model } = startModel(program);
    expect(model.getSnapshot().state).toBe('loading');
    await settle();
    expect(model.getSnapshot()).toMatchObject({ state: 'ready', view: { headSeq: 500 } });
    model.want({ fromSeq: 470, toSeq: 500 });
    await settle();
    expect(program.requests.at(-1)).toEqual(['timeline/list', { fromSeq: 401, toSeq: 500 }]);
    expect(rowAt(model.getSnapshot().store, 480)).toMatchObject({ seq: 480 });
  });

  it('draws a burst of publications once', async () => {
    const program = createProgram(extent(1, 10));
    const { model, nextFrame } = startModel(program);
    await settle();
    let drawings = 0;
    model.subscribe(() => {
      drawings += 1;
    });
    for (let seq = 11; seq <= 60; seq += 1) {
      program.publish('timeline/changed', {
        rows: [row(seq, { state: 'accepted' })],
        extent: extent(1, seq),
      });
      program.publish('timeline/changed', { rows: [row(seq)], extent: extent(1, seq) });
    }
    expect(drawings).toBe(0);
    nextFrame();
    expect(drawings).toBe(1);
    expect(model.getSnapshot().view.headSeq).toBe(60);
    expect(rowAt(model.getSnapshot().store, 60)).toMatchObject({ state: 'done' });
  });

  it('believes a publication rather than an older answer', async () => {
    const program = createProgram(extent(1, 10));
    const { model } = startModel(program);
    program.publish('timeline/changed', { rows: [row(12)], extent: extent(1, 12) });
    await settle();
    expect(model.getSnapshot().view.extent.lastSeq).toBe(12);
  });

  it('reveals a row that was published in the same frame', async () => {
    const program = createProgram(extent(1, 10));
    const { model } = startModel(program);
    await settle();
    program.publish('timeline/changed', { rows: [row(11)], extent: extent(1, 11) });
    program.publish('timeline/reveal', { id: 'r11', seq: 11 });
    expect(model.getSnapshot().view).toMatchObject({ selectedSeq: 11, isDetailOpen: true, headSeq: 11 });
    expect(selectedRow(model.getSnapshot())).toMatchObject({ id: 'r11' });
  });

  it('says why the first request failed, and starts when it is tried again', async () => {
    const program = createProgram(extent(1, 10));
    program.failing.add('status/get');
    const { model } = startModel(program);
    await settle();
    expect(model.getSnapshot()).toMatchObject({ state: 'failed', problem: 'status/get failed' });
    program.failing.clear();
    model.retry();
    expect(model.getSnapshot().problem).toBeUndefined();
    await settle();
    expect(model.getSnapshot().state).toBe('ready');
  });

  it('says why rows failed, and asks again for what is on screen', async () => {
    const program = createProgram(extent(1, 10));
    const { model } = startModel(program);
    await settle();
    program.failing.add('timeline/list');
    model.want({ fromSeq: 1, toSeq: 10 });
    await settle();
    expect(model.getSnapshot().problem).toBe('timeline/list failed');
    program.failing.clear();
    model.retry();
    await settle();
    expect(model.getSnapshot().problem).toBeUndefined();
    expect(rowAt(model.getSnapshot().store, 5)).toMatchObject({ seq: 5 });
  });

  it('stops listening', async () => {
    const program = createProgram(extent(1, 10));
    const { stop } = startModel(program);
    await settle();
    stop();
    expect(program.listeners.size).toBe(0);
  });
});
