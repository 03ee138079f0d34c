import type { TimelineExtent } from '#contract/ipc';

/**
 * What of the timeline is shown and which row is chosen, as a value.
 *
 * The table shows the seqs from `headSeq` down; index 0 is `headSeq`. While it follows, the head is the
 * newest row. When somebody pauses or scrolls away the head stays where it is, so nothing moves under their
 * eyes, and `newCount` says what waits above it.
 */
export interface TimelineView {
  readonly extent: TimelineExtent;
  readonly headSeq: number;
  /** By the button; stays until it is pressed again. */
  readonly isPaused: boolean;
  /** Scrolled away from the top; ends by scrolling back. */
  readonly isAway: boolean;
  /** The row with the focus and the selection. 0: none yet. */
  readonly selectedSeq: number;
  readonly isDetailOpen: boolean;
  readonly scrollWish: ScrollWish;
  /** Known before the row itself is loaded, when a toast asked for it. */
  readonly revealed?: { readonly id: string; readonly seq: number };
}

/** A row that has to be scrolled into sight, and take the focus unless that is elsewhere for a reason. */
interface ScrollWish {
  readonly seq: number;
  readonly to: 'nearest' | 'center' | 'top';
  readonly takesFocus: boolean;
  /** Tells two equal wishes apart. */
  readonly at: number;
}

export const initialView: TimelineView = {
  extent: { firstSeq: 0, lastSeq: 0, count: 0 },
  headSeq: 0,
  isPaused: false,
  isAway: false,
  selectedSeq: 0,
  isDetailOpen: false,
  scrollWish: { seq: 0, to: 'nearest', takesFocus: false, at: 0 },
};

/** Where a key moves the selection; `rows` is what fits on the screen. */
export type Move =
  { readonly by: 'row'; readonly rows: number } | { readonly by: 'newest' } | { readonly by: 'oldest' };

export type ViewAction =
  | { readonly type: 'extent'; readonly extent: TimelineExtent }
  | { readonly type: 'scrolled'; readonly isAway: boolean }
  | { readonly type: 'pause' }
  | { readonly type: 'follow' }
  | { readonly type: 'select'; readonly seq: number }
  | { readonly type: 'move'; readonly move: Move }
  | { readonly type: 'open'; readonly seq: number }
  | { readonly type: 'close' }
  | { readonly type: 'reveal'; readonly id: string; readonly seq: number };

/**
 * The newest half million. Chromium keeps scroll offsets as 32-bit floats, exact to 2^24 px: at 30 px a row
 * anything longer would draw rows a pixel or two off their place.
 */
export const MAX_ROWS_SHOWN = 500_000;

/** Rows in the table. */
export function shownCount({ extent, headSeq }: TimelineView): number {
  if (extent.lastSeq === 0 || headSeq < extent.firstSeq) return 0;
  return Math.min(headSeq - extent.firstSeq + 1, MAX_ROWS_SHOWN);
}

/** Rows that came in above the head. */
export function newCount({ extent, headSeq }: TimelineView): number {
  return extent.lastSeq - headSeq;
}

export function indexOfSeq(view: TimelineView, seq: number): number {
  const index = view.headSeq - seq;
  return seq > 0 && index >= 0 && index < shownCount(view) ? index : -1;
}

/** The row that Tab reaches: the selected one, or the first on screen. */
export function tabStopSeq(view: TimelineView, firstIndex: number): number {
  return indexOfSeq(view, view.selectedSeq) >= 0 ? view.selectedSeq : view.headSeq - firstIndex;
}

export function reduceView(view: TimelineView, action: ViewAction): TimelineView {
  switch (action.type) {
    case 'extent':
      return withExtent(view, action.extent);
    case 'scrolled':
      return action.isAway === view.isAway ? view : followIfFree({ ...view, isAway: action.isAway });
    case 'pause':
      return { ...view, isPaused: true };
    case 'follow':
      return scrollTo(
        { ...view, isPaused: false, isAway: false, headSeq: view.extent.lastSeq },
        { seq: view.extent.lastSeq, to: 'top', takesFocus: false },
      );
    case 'select':
      return { ...view, selectedSeq: action.seq };
    case 'move':
      return moved(view, action.move);
    case 'open':
      return { ...view, selectedSeq: action.seq, isDetailOpen: true };
    case 'close':
      return { ...view, isDetailOpen: false };
    case 'reveal':
      return revealed(view, action);
  }
}

function withExtent(view: TimelineView, extent: TimelineExtent): TimelineView {
  // Emptied and begun again: nothing of before means anything.
  if (extent.lastSeq < view.extent.lastSeq) {
    return { ...initialView, extent, headSeq: extent.lastSeq, isPaused: view.isPaused };
  }
  const isFirst = view.extent.lastSeq === 0;
  const next = followIfFree({ ...view, extent, headSeq: Math.max(view.headSeq, extent.firstSeq) });
  return isFirst ? { ...next, headSeq: extent.lastSeq } : next;
}

function followIfFree(view: TimelineView): TimelineView {
  return view.isPaused || view.isAway ? view : { ...view, headSeq: view.extent.lastSeq };
}

function moved(view: TimelineView, move: Move): TimelineView {
  if (shownCount(view) === 0) return view;
  if (move.by === 'newest' && !view.isPaused) {
    const newest = { ...view, isAway: false, headSeq: view.extent.lastSeq };
    return scrollTo(
      { ...newest, selectedSeq: newest.headSeq },
      { seq: newest.headSeq, to: 'top', takesFocus: true },
    );
  }
  const seq = targetSeq(view, move);
  return scrollTo({ ...view, selectedSeq: seq }, { seq, to: 'nearest', takesFocus: true });
}

function targetSeq(view: TimelineView, move: Move): number {
  const oldest = view.headSeq - shownCount(view) + 1;
  if (move.by === 'newest') return view.headSeq;
  if (move.by === 'oldest') return oldest;
  // Nothing chosen yet, or gone: begin at the top.
  if (indexOfSeq(view, view.selectedSeq) < 0) return view.headSeq;
  // Down the table is back in time, so to lower seqs.
  return Math.min(view.headSeq, Math.max(oldest, view.selectedSeq - move.rows));
}

function revealed(view: TimelineView, { id, seq }: { id: string; seq: number }): TimelineView {
  const extent = seq > view.extent.lastSeq ? { ...view.extent, lastSeq: seq } : view.extent;
  const headSeq = seq > view.headSeq ? extent.lastSeq : view.headSeq;
  return scrollTo(
    { ...view, extent, headSeq, selectedSeq: seq, isDetailOpen: true, revealed: { id, seq } },
    { seq, to: 'center', takesFocus: true },
  );
}

function scrollTo(view: TimelineView, wish: Omit<ScrollWish, 'at'>): TimelineView {
  return { ...view, scrollWish: { ...wish, at: view.scrollWish.at + 1 } };
}
