import { describe, expect, it } from 'vitest';
import {
  acceptPage,
  emptyRowStore,
  failPage,
  forgetFailures,
  MAX_PAGES,
  mergeRows,
  PAGE_ROWS,
  rowAt,
  wantRange,
  type RowStore,
  type SeqRange,
} from '../../../renderer/timeline/row-store.ts';
import { extent, row, rows } from '../rows.ts';

const storeOf = (lastSeq: number, firstSeq = 1): RowStore =>
  mergeRows(emptyRowStore, [], extent(firstSeq, lastSeq));

/** Wants a range and answers all its requests with every row asked for. */
function load(store: RowStore, range: SeqRange): RowStore {
  const wanted = wantRange(store, range);
  return wanted.requests.reduce(
    (next, request) => acceptPage(next, request, rows(request.fromSeq, request.toSeq)),
    wanted.store,
  );
}

describe('wantRange', () => {
  it('asks for whole pages, once', () => {
    const { store, requests } = wantRange(storeOf(1000), { fromSeq: 390, toSeq: 410 });
    expect(requests).toEqual([
      { page: 1, fromSeq: 201, toSeq: 400 },
      { page: 2, fromSeq: 401, toSeq: 600 },
    ]);
    expect(wantRange(store, { fromSeq: 390, toSeq: 410 }).requests).toEqual([]);
  });

  it('asks for nothing outside of the timeline', () => {
    const { requests } = wantRange(storeOf(450, 150), { fromSeq: -50, toSeq: 600 });
    expect(requests).toEqual([
      { page: 0, fromSeq: 150, toSeq: 200 },
      { page: 1, fromSeq: 201, toSeq: 400 },
      { page: 2, fromSeq: 401, toSeq: 450 },
    ]);
    expect(wantRange(emptyRowStore, { fromSeq: 0, toSeq: 40 }).requests).toEqual([]);
  });

  it('asks again for a page that has grown while nobody told its rows', () => {
    const loaded = load(storeOf(450), { fromSeq: 401, toSeq: 450 });
    const grown = mergeRows(loaded, [], extent(1, 460));
    const { requests } = wantRange(grown, { fromSeq: 440, toSeq: 460 });
    expect(requests).toEqual([{ page: 2, fromSeq: 401, toSeq: 460 }]);
  });

  it('does not ask again when the new rows were published', () => {
    const loaded = load(storeOf(450), { fromSeq: 401, toSeq: 450 });
    const grown = mergeRows(loaded, rows(451, 460), extent(1, 460));
    expect(wantRange(grown, { fromSeq: 440, toSeq: 460 }).requests).toEqual([]);
    expect(rowAt(grown, 460)).toMatchObject({ seq: 460 });
  });
});

describe('rowAt', () => {
  it('tells rows on their way from rows that do not exist', () => {
    const { store, requests } = wantRange(storeOf(100), { fromSeq: 1, toSeq: 100 });
    expect(rowAt(store, 50)).toBe('loading');
    const answered = acceptPage(store, requests[0]!, [row(49), row(51)]);
    expect(rowAt(answered, 49)).toMatchObject({ id: 'r49' });
    expect(rowAt(answered, 50)).toBe('missing');
  });
});

describe('mergeRows', () => {
  it('replaces a row that is known', () => {
    const loaded = load(storeOf(100), { fromSeq: 1, toSeq: 100 });
    const changed = mergeRows(loaded, [row(40, { toast: 'grouped' })], extent(1, 100));
    expect(rowAt(changed, 40)).toMatchObject({ toast: 'grouped' });
  });

  it('leaves a change alone that nobody looks at', () => {
    const changed = mergeRows(storeOf(1000), [row(40)], extent(1, 1000));
    expect(changed.pages.size).toBe(0);
  });

  it('prefers what was published while a request was running to its answer', () => {
    const { store, requests } = wantRange(storeOf(100), { fromSeq: 1, toSeq: 100 });
    const published = mergeRows(store, [row(40, { state: 'done' })], extent(1, 100));
    const answered = acceptPage(published, requests[0]!, [row(40, { state: 'accepted' })]);
    expect(rowAt(answered, 40)).toMatchObject({ state: 'done' });
  });

  it('keeps rows that came in above a running request', () => {
    const { store, requests } = wantRange(storeOf(100), { fromSeq: 1, toSeq: 100 });
    const grown = mergeRows(store, [row(101)], extent(1, 101));
    expect(rowAt(acceptPage(grown, requests[0]!, rows(1, 100)), 101)).toMatchObject({ seq: 101 });
  });

  it('forgets pages that retention removed', () => {
    const loaded = load(storeOf(1000), { fromSeq: 1, toSeq: 500 });
    const pruned = mergeRows(loaded, [], extent(401, 1000));
    expect([...pruned.pages.keys()]).toEqual([2]);
  });

  it('begins anew when the timeline was emptied', () => {
    const loaded = load(storeOf(1000), { fromSeq: 900, toSeq: 1000 });
    const emptied = mergeRows(loaded, [], extent(0, 0));
    expect(emptied.pages.size).toBe(0);
    expect(rowAt(mergeRows(emptied, [row(1, { id: 'new' })], extent(1, 1)), 1)).toMatchObject({ id: 'new' });
  });

  it('ignores rows outside of their own extent', () => {
    expect(mergeRows(storeOf(10), [row(12)], extent(1, 11)).pages.size).toBe(0);
  });
});

describe('failPage', () => {
  it('is not asked for again until failures are forgotten', () => {
    const range = { fromSeq: 1, toSeq: 100 };
    const { store, requests } = wantRange(storeOf(100), range);
    const failed = failPage(store, requests[0]!);
    expect(rowAt(failed, 5)).toBe('failed');
    expect(wantRange(failed, range).requests).toEqual([]);
    expect(wantRange(forgetFailures(failed), range).requests).toHaveLength(1);
  });
});

describe('the bound', () => {
  it('drops the pages that were looked at longest ago', () => {
    const total = (MAX_PAGES + 10) * PAGE_ROWS;
    let store = storeOf(total);
    for (let seq = total; seq > 0; seq -= PAGE_ROWS) store = load(store, { fromSeq: seq - 30, toSeq: seq });
    expect(store.pages.size).toBe(MAX_PAGES);
    expect(rowAt(store, 1)).toMatchObject({ seq: 1 });
    expect(rowAt(store, total)).toBe('loading');
  });

  it('never drops what is on screen, however much comes in', () => {
    let store = load(storeOf(1000), { fromSeq: 100, toSeq: 140 });
    for (let last = 1001; last < 1001 + (MAX_PAGES + 20) * PAGE_ROWS; last += PAGE_ROWS) {
      store = mergeRows(store, rows(last, last + PAGE_ROWS - 1), extent(1, last + PAGE_ROWS - 1));
    }
    expect(store.pages.size).toBe(MAX_PAGES);
    expect(rowAt(store, 120)).toMatchObject({ seq: 120 });
  });

  it('ignores the answer for a page that was dropped', () => {
    const { store, requests } = wantRange(storeOf(100), { fromSeq: 1, toSeq: 100 });
    const emptied = mergeRows(store, [], extent(0, 0));
    expect(acceptPage(emptied, requests[0]!, rows(1, 100))).toBe(emptied);
    expect(failPage(emptied, requests[0]!)).toBe(emptied);
  });
});
