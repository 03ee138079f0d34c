import type { DovebellApi } from '#contract/ipc';
import type { TimelineRow } from '#contract/report';
import { createChangeBatch } from './change-batch.ts';
import {
  acceptPage,
  emptyRowStore,
  failPage,
  forgetFailures,
  mergeRows,
  rowAt,
  wantRange,
  type PageRequest,
  type RowStore,
  type SeqRange,
} from './row-store.ts';
import { initialView, reduceView, type TimelineView, type ViewAction } from './timeline-view.ts';

/** Everything the timeline screen draws. A new object for each change. */
export interface TimelineSnapshot {
  readonly state: 'loading' | 'ready' | 'failed';
  /** Why the first or the latest request failed; absent while all is well. */
  readonly problem?: string;
  readonly store: RowStore;
  readonly view: TimelineView;
}

/** Joins the rows, the view and the program behind the window. */
export interface TimelineModel {
  getSnapshot(): TimelineSnapshot;
  subscribe(listener: () => void): () => void;
  dispatch(action: ViewAction): void;
  /** These rows are on screen; missing ones are requested. */
  want(range: SeqRange): void;
  /** Asks again for whatever failed. */
  retry(): void;
  /** Begins to listen and loads the extent; returns what ends it. */
  start(): () => void;
}

interface Options {
  /** Runs its argument soon, once: at the next frame in the window, by hand in tests. */
  readonly schedule: (run: () => void) => void;
}

export function createTimelineModel(api: DovebellApi, { schedule }: Options): TimelineModel {
  let snapshot: TimelineSnapshot = { state: 'loading', store: emptyRowStore, view: initialView };
  const listeners = new Set<() => void>();

  const update = (change: Partial<TimelineSnapshot>): void => {
    snapshot = { ...snapshot, ...change };
    for (const listener of listeners) listener();
  };
  const dispatch = (action: ViewAction): void => {
    const view = reduceView(snapshot.view, action);
    if (view !== snapshot.view) update({ view });
  };
  const batch = createChangeBatch(schedule, ({ rows, extent }) => {
    const store = mergeRows(snapshot.store, rows, extent);
    const view = reduceView(snapshot.view, { type: 'extent', extent });
    update({ state: 'ready', store, view });
  });

  const loadPage = async (request: PageRequest): Promise<void> => {
    try {
      const { fromSeq, toSeq } = request;
      const rows = await api.request('timeline/list', { fromSeq, toSeq });
      update({ store: acceptPage(snapshot.store, request, rows) });
    } catch (error) {
      update({ store: failPage(snapshot.store, request), problem: problemText(error) });
    }
  };
  const want = (range: SeqRange): void => {
    const { store, requests } = wantRange(snapshot.store, range);
    snapshot = { ...snapshot, store };
    for (const request of requests) void loadPage(request);
  };
  const loadExtent = async (): Promise<void> => {
    try {
      const { timeline } = await api.request('status/get');
      batch.flush();
      // A publication that came meanwhile knows better.
      if (snapshot.state === 'ready') return;
      batch.add({ rows: [], extent: timeline });
      batch.flush();
    } catch (error) {
      // A publication may have told the extent meanwhile; then only the notice remains.
      const state = snapshot.state === 'ready' ? 'ready' : 'failed';
      update({ state, problem: problemText(error) });
    }
  };

  return {
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch,
    want,
    retry() {
      const { problem: _solved, ...rest } = snapshot;
      snapshot = { ...rest, store: forgetFailures(rest.store) };
      if (snapshot.state === 'failed') update({ state: 'loading' });
      if (snapshot.state === 'loading') void loadExtent();
      want(snapshot.store.wanted);
      update({});
    },
    start() {
      const ends = [
        api.subscribe('timeline/changed', (changes) => batch.add(changes)),
        api.subscribe('timeline/reveal', ({ id, seq }) => {
          batch.flush();
          dispatch({ type: 'reveal', id, seq });
        }),
      ];
      void loadExtent();
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

/** The selected row when it is in memory. */
export function selectedRow({ store, view }: TimelineSnapshot): TimelineRow | undefined {
  if (view.selectedSeq === 0) return undefined;
  const row = rowAt(store, view.selectedSeq);
  return typeof row === 'string' ? undefined : row;
}

function problemText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
