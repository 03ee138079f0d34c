import type { DovebellApi } from '#contract/ipc';
import type { TimelineRow } from '#contract/report';
import { createCell, type Observable } from '../shell/observable.ts';
import { problemText } from '../shell/problem-text.ts';
import { createChangeBatch, type ChangeBatch } from './change-batch.ts';
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
  /** Why the latest request failed; absent while all is well. */
  readonly problem?: string;
  readonly store: RowStore;
  readonly view: TimelineView;
}

/** Joins the rows, the view and the program behind the window. */
export interface TimelineModel extends Observable<TimelineSnapshot> {
  readonly dispatch: (action: ViewAction) => void;
  /** These rows are on screen; missing ones are requested. */
  readonly want: (range: SeqRange) => void;
  /** Asks again for whatever failed. */
  readonly retry: () => void;
  /** Begins to listen and loads the extent; returns what ends it. */
  readonly start: () => () => void;
}

interface Options {
  /** Runs its argument soon, once: at the next frame in the window, by hand in tests. */
  readonly schedule: (run: () => void) => void;
}

export function createTimelineModel(api: DovebellApi, { schedule }: Options): TimelineModel {
  const cell = createCell<TimelineSnapshot>({
    state: 'loading',
    store: emptyRowStore,
    view: initialView,
  });
  const { getSnapshot, subscribe } = cell;
  const update = (change: Partial<TimelineSnapshot>): void => cell.set({ ...getSnapshot(), ...change });

  const dispatch = (action: ViewAction): void => {
    const view = reduceView(getSnapshot().view, action);
    if (view !== getSnapshot().view) update({ view });
  };
  const batch = createChangeBatch(schedule, ({ rows, extent }) => {
    const { store, view } = getSnapshot();
    update({
      state: 'ready',
      store: mergeRows(store, rows, extent),
      view: reduceView(view, { type: 'extent', extent }),
    });
  });
  const loadPage = async (request: PageRequest): Promise<void> => {
    try {
      const { fromSeq, toSeq } = request;
      const rows = await api.request('timeline/list', { fromSeq, toSeq });
      update({ store: acceptPage(getSnapshot().store, request, rows) });
    } catch (error) {
      update({ store: failPage(getSnapshot().store, request), problem: problemText(error) });
    }
  };
  const want = (range: SeqRange): void => {
    const { store, requests } = wantRange(getSnapshot().store, range);
    update({ store });
    for (const request of requests) void loadPage(request);
  };

  return {
    getSnapshot,
    subscribe,
    dispatch,
    want,
    retry() {
      const { problem: _solved, state, store, ...rest } = getSnapshot();
      const isLoaded = state === 'ready';
      cell.set({ ...rest, state: isLoaded ? state : 'loading', store: forgetFailures(store) });
      if (isLoaded) want(store.wanted);
      else void loadExtent(api, cell, batch);
    },
    start() {
      const ends = listen(api, batch, dispatch);
      void loadExtent(api, cell, batch);
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

function listen(api: DovebellApi, batch: ChangeBatch, dispatch: TimelineModel['dispatch']): (() => void)[] {
  return [
    api.subscribe('timeline/changed', (changes) => batch.add(changes)),
    api.subscribe('timeline/reveal', ({ id, seq }) => {
      batch.flush();
      dispatch({ type: 'reveal', id, seq });
    }),
  ];
}

async function loadExtent(
  api: DovebellApi,
  { getSnapshot, set }: ReturnType<typeof createCell<TimelineSnapshot>>,
  batch: ChangeBatch,
): Promise<void> {
  try {
    const { timeline } = await api.request('status/get');
    batch.flush();
    // A publication that came meanwhile knows better.
    if (getSnapshot().state === 'ready') return;
    batch.add({ rows: [], extent: timeline });
    batch.flush();
  } catch (error) {
    const snapshot = getSnapshot();
    // As above; then the rows are there and only the notice remains.
    const state = snapshot.state === 'ready' ? 'ready' : 'failed';
    set({ ...snapshot, state, problem: problemText(error) });
  }
}

/** The selected row when it is in memory. */
export function selectedRow({ store, view }: TimelineSnapshot): TimelineRow | undefined {
  if (view.selectedSeq === 0) return undefined;
  const row = rowAt(store, view.selectedSeq);
  return typeof row === 'string' ? undefined : row;
}
