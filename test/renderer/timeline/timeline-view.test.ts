import { describe, expect, it } from 'vitest';
import {
  indexOfSeq,
  initialView,
  MAX_ROWS_SHOWN,
  newCount,
  reduceView,
  shownCount,
  tabStopSeq,
  type TimelineView,
  type ViewAction,
} from '../../../renderer/timeline/timeline-view.ts';
import { extent } from '../rows.ts';

const after = (...actions: ViewAction[]): TimelineView => actions.reduce(reduceView, initialView);
const grown = (lastSeq: number, firstSeq = 1): ViewAction => ({
  type: 'extent',
  extent: extent(firstSeq, lastSeq),
});
const move = (rows: number): ViewAction => ({ type: 'move', move: { by: 'row', rows } });
const away: ViewAction = { type: 'scrolled', isAway: true };
const back: ViewAction = { type: 'scrolled', isAway: false };

describe('following', () => {
  it('shows the newest row first', () => {
    const view = after(grown(100), grown(103));
    expect(view.headSeq).toBe(103);
    expect(indexOfSeq(view, 103)).toBe(0);
    expect(shownCount(view)).toBe(103);
  });

  it('stands still while somebody has scrolled away, and counts what waits', () => {
    const view = after(grown(100), away, grown(112));
    expect(view.headSeq).toBe(100);
    expect(newCount(view)).toBe(12);
  });

  it('goes on when somebody scrolls back, unless it was paused', () => {
    expect(after(grown(100), away, grown(112), back).headSeq).toBe(112);
    expect(after(grown(100), { type: 'pause' }, away, grown(112), back).headSeq).toBe(100);
  });

  it('goes to the top without taking the focus when Follow is pressed', () => {
    const view = after(grown(100), { type: 'pause' }, away, grown(112), { type: 'follow' });
    expect(view).toMatchObject({ headSeq: 112, isPaused: false, isAway: false });
    expect(view.scrollWish).toMatchObject({ to: 'top', takesFocus: false });
  });

  it('shows the first rows of an empty timeline even when paused', () => {
    expect(shownCount(after({ type: 'pause' }, grown(0, 0), grown(3)))).toBe(3);
  });

  it('shrinks with retention, also above a head that stands still', () => {
    expect(shownCount(after(grown(100), grown(100, 41)))).toBe(60);
    expect(after(grown(100), { type: 'pause' }, grown(400, 300)).headSeq).toBe(300);
  });

  it('forgets the selection when the timeline was emptied', () => {
    const view = after(grown(100), { type: 'open', seq: 50 }, grown(0, 0));
    expect(view).toMatchObject({ headSeq: 0, selectedSeq: 0, isDetailOpen: false });
    expect(shownCount(view)).toBe(0);
  });

  it('shows no more rows than a browser can place exactly', () => {
    expect(shownCount(after(grown(3_000_000)))).toBe(MAX_ROWS_SHOWN);
  });
});

describe('the selection', () => {
  it('begins at the top, and Tab reaches the first row on screen', () => {
    const view = after(grown(100));
    expect(tabStopSeq(view, 0)).toBe(100);
    expect(tabStopSeq(view, 7)).toBe(93);
    expect(reduceView(view, move(1)).selectedSeq).toBe(100);
  });

  it('moves down the table to older rows and stops at both ends', () => {
    expect(after(grown(100), move(1), move(1), move(1)).selectedSeq).toBe(98);
    expect(after(grown(100), move(1), move(-1)).selectedSeq).toBe(100);
    expect(after(grown(100), move(1), move(500)).selectedSeq).toBe(1);
  });

  it('stays on its row while new ones come in', () => {
    const view = after(grown(100), { type: 'select', seq: 97 }, grown(105));
    expect(view.selectedSeq).toBe(97);
    expect(indexOfSeq(view, 97)).toBe(8);
  });

  it('goes to the oldest and to the newest row, and follows from there', () => {
    expect(after(grown(100), { type: 'move', move: { by: 'oldest' } }).selectedSeq).toBe(1);
    const newest = after(grown(100), away, grown(110), { type: 'move', move: { by: 'newest' } });
    expect(newest).toMatchObject({ selectedSeq: 110, headSeq: 110, isAway: false });
  });

  it('goes to the newest row shown while paused', () => {
    const view = after(grown(100), { type: 'pause' }, grown(110), { type: 'move', move: { by: 'newest' } });
    expect(view.selectedSeq).toBe(100);
  });

  it('does nothing in an empty timeline', () => {
    const view = after(grown(0, 0));
    expect(reduceView(view, move(1))).toBe(view);
  });

  it('hands the tab stop back when its row is gone', () => {
    expect(tabStopSeq(after(grown(100), { type: 'select', seq: 70 }), 3)).toBe(70);
    expect(tabStopSeq(after(grown(100), { type: 'select', seq: 5 }, grown(100, 50)), 3)).toBe(97);
  });
});

describe('the details', () => {
  it('open for a row and close, the row stays selected', () => {
    expect(after(grown(100), { type: 'open', seq: 50 })).toMatchObject({
      isDetailOpen: true,
      selectedSeq: 50,
    });
    expect(after(grown(100), { type: 'open', seq: 50 }, { type: 'close' })).toMatchObject({
      isDetailOpen: false,
      selectedSeq: 50,
    });
  });

  it('are revealed for a row below a head that stands still', () => {
    const view = after(grown(100), { type: 'pause' }, grown(200), { type: 'reveal', id: 'x', seq: 60 });
    expect(view).toMatchObject({ headSeq: 100, selectedSeq: 60, isDetailOpen: true });
    expect(view.scrollWish).toMatchObject({ seq: 60, to: 'center', takesFocus: true });
  });

  it('are revealed for a row above it, and for one that is newer than all that is known', () => {
    expect(after(grown(100), away, grown(200), { type: 'reveal', id: 'x', seq: 150 }).headSeq).toBe(200);
    expect(after(grown(100), { type: 'reveal', id: 'x', seq: 101 })).toMatchObject({
      headSeq: 101,
      revealed: { id: 'x', seq: 101 },
    });
  });

  it('make a new wish each time the same row is revealed', () => {
    const once = after(grown(100), { type: 'reveal', id: 'x', seq: 60 });
    const twice = reduceView(once, { type: 'reveal', id: 'x', seq: 60 });
    expect(twice.scrollWish.at).not.toBe(once.scrollWish.at);
  });
});
