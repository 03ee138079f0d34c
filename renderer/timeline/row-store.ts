import type { TimelineExtent } from '#contract/ipc';
import type { TimelineRow } from '#contract/report';

/**
 * The part of the timeline that is in memory: pages of rows around what is on screen, as a value with
 * functions that return the next value. It knows no React and asks nobody for rows; `wantRange` says what
 * to ask for.
 */

/** Rows of one request; ten screens, well below MAX_ROWS_PER_REQUEST. */
export const PAGE_ROWS = 200;
/** 10,000 rows, about 5 MB: scrolling back a while needs no request, a day of scrolling no more memory. */
export const MAX_PAGES = 50;

export interface SeqRange {
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** A request to make: both ends included, never longer than a page. */
export interface PageRequest extends SeqRange {
  readonly page: number;
}

interface Page {
  readonly rows: ReadonlyMap<number, TimelineRow>;
  /** Up to here a finished request has answered: a seq without a row does not exist. 0: never asked. */
  readonly knownTo: number;
  readonly request: 'none' | 'running' | 'failed';
  /** Published while a request was running, so newer than its answer. */
  readonly published: ReadonlySet<number>;
  readonly usedAt: number;
}

export interface RowStore {
  readonly extent: TimelineExtent;
  readonly pages: ReadonlyMap<number, Page>;
  /** What is on screen; its pages are never dropped. */
  readonly wanted: SeqRange;
  readonly tick: number;
}

export const emptyRowStore: RowStore = {
  extent: { firstSeq: 0, lastSeq: 0, count: 0 },
  pages: new Map(),
  wanted: { fromSeq: 0, toSeq: 0 },
  tick: 0,
};

const emptyPage: Page = { rows: new Map(), knownTo: 0, request: 'none', published: new Set(), usedAt: 0 };

const pageOf = (seq: number): number => Math.floor((seq - 1) / PAGE_ROWS);
const pageStart = (page: number): number => page * PAGE_ROWS + 1;
const pageEnd = (page: number): number => (page + 1) * PAGE_ROWS;

/** The row at a seq, or why there is none. */
export function rowAt(store: RowStore, seq: number): TimelineRow | 'loading' | 'missing' | 'failed' {
  const page = store.pages.get(pageOf(seq));
  const row = page?.rows.get(seq);
  if (row) return row;
  if (!page || seq > page.knownTo) return page?.request === 'failed' ? 'failed' : 'loading';
  return 'missing';
}

/** Takes new or changed rows and the extent that goes with them; a known seq is replaced. */
export function mergeRows(store: RowStore, rows: readonly TimelineRow[], extent: TimelineExtent): RowStore {
  const next = withExtent(store, extent);
  const pages = new Map(next.pages);
  for (const [index, changed] of groupByPage(rows)) {
    const page = pages.get(index);
    const taken = changed.filter(
      ({ seq }) =>
        seq >= extent.firstSeq &&
        seq <= extent.lastSeq &&
        // A change to a row that nobody looks at comes with its page when somebody does.
        (page !== undefined || seq > store.extent.lastSeq),
    );
    if (taken.length > 0) pages.set(index, withRows(page ?? { ...emptyPage, usedAt: next.tick }, taken));
  }
  return dropOldPages({ ...next, pages });
}

function groupByPage(rows: readonly TimelineRow[]): Map<number, TimelineRow[]> {
  const groups = new Map<number, TimelineRow[]>();
  for (const row of rows) {
    const group = groups.get(pageOf(row.seq));
    if (group) group.push(row);
    else groups.set(pageOf(row.seq), [row]);
  }
  return groups;
}

function withRows(page: Page, changed: readonly TimelineRow[]): Page {
  const rows = new Map(page.rows);
  for (const row of changed) rows.set(row.seq, row);
  if (page.request !== 'running') return { ...page, rows };
  return { ...page, rows, published: new Set([...page.published, ...changed.map(({ seq }) => seq)]) };
}

/** The timeline grew, lost old rows, or was emptied and began again. */
function withExtent(store: RowStore, extent: TimelineExtent): RowStore {
  if (extent.lastSeq < store.extent.lastSeq) return { ...store, extent, pages: new Map() };
  if (extent.firstSeq <= store.extent.firstSeq) return { ...store, extent };
  const pages = new Map([...store.pages].filter(([page]) => pageEnd(page) >= extent.firstSeq));
  return { ...store, extent, pages };
}

/** Notes what is on screen and says which pages to ask for; they count as asked from then on. */
export function wantRange(store: RowStore, range: SeqRange): { store: RowStore; requests: PageRequest[] } {
  const { firstSeq, lastSeq } = store.extent;
  const wanted = { fromSeq: Math.max(range.fromSeq, firstSeq, 1), toSeq: Math.min(range.toSeq, lastSeq) };
  const tick = store.tick + 1;
  const pages = new Map(store.pages);
  const requests: PageRequest[] = [];
  for (let page = pageOf(wanted.fromSeq); pageStart(page) <= wanted.toSeq; page += 1) {
    const known = pages.get(page) ?? emptyPage;
    const asks = known.request === 'none' && isIncomplete(known, page, wanted);
    if (asks) requests.push(requestFor(page, store.extent));
    pages.set(page, {
      ...known,
      usedAt: tick,
      ...(asks ? { request: 'running' as const, published: new Set<number>() } : {}),
    });
  }
  return { store: dropOldPages({ ...store, pages, wanted, tick }), requests };
}

function isIncomplete(page: Page, index: number, { fromSeq, toSeq }: SeqRange): boolean {
  const from = Math.max(fromSeq, pageStart(index), page.knownTo + 1);
  const to = Math.min(toSeq, pageEnd(index));
  for (let seq = from; seq <= to; seq += 1) {
    if (!page.rows.has(seq)) return true;
  }
  return false;
}

function requestFor(page: number, { firstSeq, lastSeq }: TimelineExtent): PageRequest {
  return { page, fromSeq: Math.max(pageStart(page), firstSeq), toSeq: Math.min(pageEnd(page), lastSeq) };
}

/** Takes the answer to a request. One for a page that was dropped meanwhile changes nothing. */
export function acceptPage(store: RowStore, request: PageRequest, rows: readonly TimelineRow[]): RowStore {
  const page = store.pages.get(request.page);
  if (page?.request !== 'running') return store;
  const merged = new Map(rows.map((row) => [row.seq, row]));
  for (const [seq, row] of page.rows) {
    if (seq > request.toSeq || page.published.has(seq)) merged.set(seq, row);
  }
  const answered: Page = {
    ...page,
    rows: merged,
    knownTo: request.toSeq,
    request: 'none',
    published: new Set(),
  };
  return { ...store, pages: new Map(store.pages).set(request.page, answered) };
}

/** A request failed. The page is not asked for again before `forgetFailures`. */
export function failPage(store: RowStore, request: PageRequest): RowStore {
  const page = store.pages.get(request.page);
  if (page?.request !== 'running') return store;
  return { ...store, pages: new Map(store.pages).set(request.page, { ...page, request: 'failed' }) };
}

/** Failed pages may be asked for again. */
export function forgetFailures(store: RowStore): RowStore {
  const pages = new Map<number, Page>();
  for (const [index, page] of store.pages) {
    pages.set(index, page.request === 'failed' ? { ...page, request: 'none' } : page);
  }
  return { ...store, pages };
}

function dropOldPages(store: RowStore): RowStore {
  const surplus = store.pages.size - MAX_PAGES;
  if (surplus <= 0) return store;
  const { fromSeq, toSeq } = store.wanted;
  const droppable = [...store.pages]
    .filter(([page]) => pageEnd(page) < fromSeq || pageStart(page) > toSeq)
    .toSorted(([, one], [, other]) => one.usedAt - other.usedAt)
    .slice(0, surplus);
  const pages = new Map(store.pages);
  for (const [page] of droppable) pages.delete(page);
  return { ...store, pages };
}
