import type { IpcPublications, TimelineExtent } from '#contract/ipc';
import type { TimelineRow } from '#contract/report';

type Changes = IpcPublications['timeline/changed'];

/** Publications collected until the next frame, so that a burst costs one drawing. */
export interface ChangeBatch {
  add(changes: Changes): void;
  /** Hands over at once what was collected; for when order matters. */
  flush(): void;
}

/** Creates a batch. `schedule` runs its argument soon, once; `deliver` gets each seq once, its latest row. */
export function createChangeBatch(
  schedule: (run: () => void) => void,
  deliver: (changes: Changes) => void,
): ChangeBatch {
  let rows = new Map<number, TimelineRow>();
  let extent: TimelineExtent | undefined;
  const flush = (): void => {
    if (!extent) return;
    const changes = { rows: [...rows.values()], extent };
    rows = new Map();
    extent = undefined;
    deliver(changes);
  };
  return {
    add(changes) {
      const isScheduled = extent !== undefined;
      for (const row of changes.rows) rows.set(row.seq, row);
      extent = changes.extent;
      if (!isScheduled) schedule(flush);
    },
    flush,
  };
}

// A window that nobody sees gets no frames; the timer keeps the batch from growing for hours.
const HIDDEN_WINDOW_DELAY_MS = 500;

/** Runs at the next frame, or after a while when no frame comes. */
export function atNextFrame(run: () => void): void {
  const settle = (): void => {
    cancelAnimationFrame(frame);
    window.clearTimeout(timer);
    run();
  };
  const frame = requestAnimationFrame(settle);
  const timer = window.setTimeout(settle, HIDDEN_WINDOW_DELAY_MS);
}
