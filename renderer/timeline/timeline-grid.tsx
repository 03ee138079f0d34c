import { defaultRangeExtractor, useVirtualizer, type Range, type VirtualItem } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  type KeyboardEvent,
  type SyntheticEvent,
} from 'react';
import { messages } from '../messages.ts';
import { useNow } from '../shell/use-model.ts';
import { columnIndex, columns } from './columns.ts';
import { rowAt } from './row-store.ts';
import { commandOfKey, type TimelineCommand } from './timeline-keys.ts';
import type { TimelineModel, TimelineSnapshot } from './timeline-model.ts';
import { TimelineRowView } from './timeline-row.tsx';
import { indexOfSeq, shownCount, tabStopSeq } from './timeline-view.ts';

/** Pixels; styles/timeline.css says the same. */
const ROW_HEIGHT = 30;
const HEADER_HEIGHT = 30;
/** Rows drawn beyond each edge, so that a fast wheel finds them ready. */
const OVERSCAN = 12;
const TODAY_REFRESH_MS = 60_000;

interface GridProps {
  readonly model: TimelineModel;
  readonly snapshot: TimelineSnapshot;
  readonly onCommand: (command: TimelineCommand, seq: number) => void;
}

/** The virtual table. Index 0 is the newest row shown; a row keeps its DOM node while its index grows. */
export function TimelineGrid({ model, snapshot, onCommand }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { view } = snapshot;
  const count = shownCount(view);
  const virtualizer = useRowVirtualizer(scroller, count, indexOfSeq(view, view.selectedSeq));
  const firstIndex = Math.min(
    Math.ceil((virtualizer.scrollOffset ?? 0) / ROW_HEIGHT),
    Math.max(0, count - 1),
  );
  const tabStop = tabStopSeq(view, firstIndex);
  const items = virtualizer.getVirtualItems();

  useWantedRange(model, view.headSeq, virtualizer.range);
  useScrollWish(scroller, virtualizer, snapshot);

  const onKeyDown = (event: KeyboardEvent): void => {
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const command = commandOfKey(event, pageRows);
    if (!command) return;
    event.preventDefault();
    onCommand(command, tabStop);
  };

  return (
    <div className="grid-frame">
      <div
        ref={scroller}
        role="grid"
        aria-label={messages.screens.timeline}
        aria-rowcount={count + 1}
        aria-colcount={columns.length}
        className="grid"
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          // The focused row is the selected one, which stays in the document wherever the table is scrolled.
          const seq = seqOfTarget(event);
          if (seq !== undefined && seq !== view.selectedSeq) model.dispatch({ type: 'select', seq });
        }}
        onClick={(event) => {
          const seq = seqOfTarget(event);
          if (seq !== undefined) onCommand({ type: 'open' }, seq);
        }}
        onScroll={(event) =>
          model.dispatch({ type: 'scrolled', isAway: event.currentTarget.scrollTop > ROW_HEIGHT / 2 })
        }
      >
        <Header />
        <div role="rowgroup" className="grid-body" style={{ height: virtualizer.getTotalSize() }}>
          <Rows items={items} snapshot={snapshot} tabStop={tabStop} />
        </div>
      </div>
    </div>
  );
}

function Header() {
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="row head">
        {columns.map(({ id, label }) => (
          <span
            key={id}
            role="columnheader"
            aria-colindex={columnIndex(id)}
            className="cell"
            data-column={id}
          >
            {id === 'kind' ? <span className="visually-hidden">{label}</span> : label}
          </span>
        ))}
      </div>
    </div>
  );
}

interface RowsProps {
  readonly items: readonly VirtualItem[];
  readonly snapshot: TimelineSnapshot;
  readonly tabStop: number;
}

function Rows({ items, snapshot: { store, view }, tabStop }: RowsProps) {
  const nowMs = useNow(TODAY_REFRESH_MS);
  return items.map(({ index, start }) => {
    const seq = view.headSeq - index;
    return (
      <TimelineRowView
        key={seq}
        seq={seq}
        row={rowAt(store, seq)}
        rowIndex={index + 2}
        top={start - HEADER_HEIGHT}
        isSelected={seq === view.selectedSeq}
        isTabStop={seq === tabStop}
        nowMs={nowMs}
      />
    );
  });
}

const estimateSize = (): number => ROW_HEIGHT;

type RowVirtualizer = ReturnType<typeof useRowVirtualizer>;

function useRowVirtualizer(
  scroller: React.RefObject<HTMLDivElement | null>,
  count: number,
  selectedIndex: number,
) {
  // The selected row stays in the document wherever the table is scrolled, and with it the focus.
  const rangeExtractor = useCallback(
    (range: Range) => {
      const indexes = defaultRangeExtractor(range);
      if (selectedIndex < 0 || selectedIndex >= range.count || indexes.includes(selectedIndex))
        return indexes;
      return [...indexes, selectedIndex].toSorted((one, other) => one - other);
    },
    [selectedIndex],
  );
  // oxlint-disable-next-line react/incompatible-library -- warns of the React compiler, which is not used here
  return useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize,
    overscan: OVERSCAN,
    scrollMargin: HEADER_HEIGHT,
    scrollPaddingStart: HEADER_HEIGHT,
    rangeExtractor,
  });
}

/** Tells the model what is on screen, with a screen more at both ends. */
function useWantedRange(
  model: TimelineModel,
  headSeq: number,
  range: { readonly startIndex: number; readonly endIndex: number } | null,
): void {
  const from = range?.startIndex ?? 0;
  const to = range?.endIndex ?? 0;
  useEffect(() => {
    model.want({ fromSeq: headSeq - to - OVERSCAN, toSeq: headSeq - from + OVERSCAN });
  }, [model, headSeq, from, to]);
}

/** Brings the wished row into sight and moves the focus along. */
function useScrollWish(
  scroller: React.RefObject<HTMLDivElement | null>,
  virtualizer: RowVirtualizer,
  { view }: TimelineSnapshot,
): void {
  const { scrollWish } = view;
  const wish = useRef(0);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || wish.current === scrollWish.at) return;
    wish.current = scrollWish.at;
    const index = indexOfSeq(view, scrollWish.seq);
    if (scrollWish.to === 'top') virtualizer.scrollToOffset(0);
    else if (index >= 0) virtualizer.scrollToIndex(index, alignments[scrollWish.to]);
    if (scrollWish.takesFocus) focusRow(element, view.selectedSeq);
  }, [scroller, virtualizer, view, scrollWish]);
}

const alignments = { nearest: { align: 'auto' }, center: { align: 'center' } } as const;

function focusRow(scroller: HTMLElement, seq: number): void {
  scroller.querySelector<HTMLElement>(`[data-seq="${seq}"]`)?.focus({ preventScroll: true });
}

function seqOfTarget(event: SyntheticEvent): number | undefined {
  if (!(event.target instanceof Element)) return undefined;
  const seq = event.target.closest<HTMLElement>('[data-seq]')?.dataset['seq'];
  return seq === undefined ? undefined : Number(seq);
}
