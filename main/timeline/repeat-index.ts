import { REPEAT_WINDOW_MS } from './timeline-protocol.ts';

/** Keeps memory bounded under a flood; older keys are forgotten first, within the window or not. */
const MAX_KEYS = 10_000;

/** The report that a key stands for. */
export interface RepeatTarget {
  readonly seq: number;
  readonly id: string;
  readonly receivedAtMs: number;
}

/** Recent requests by key, so that a second attempt is recognised. Additions count once they are kept. */
export interface RepeatIndex {
  find(key: string, atMs: number): RepeatTarget | undefined;
  add(key: string, target: RepeatTarget): void;
  /** The commit succeeded. */
  keep(): void;
  /** The commit failed: what was added since the last one is not there. */
  forget(): void;
}

/** Creates the index from stored requests, oldest first. */
export function createRepeatIndex(known: readonly (RepeatTarget & { readonly key: string })[]): RepeatIndex {
  const targets = new Map<string, RepeatTarget>();
  let uncommitted: string[] = [];
  for (const { key, seq, id, receivedAtMs } of known) targets.set(key, { seq, id, receivedAtMs });
  return {
    find(key, atMs) {
      const target = targets.get(key);
      // The distance counts, not the order: a clock that was set back must not make a new message a repeat for ever.
      return target && Math.abs(atMs - target.receivedAtMs) <= REPEAT_WINDOW_MS ? target : undefined;
    },
    add(key, target) {
      targets.delete(key);
      targets.set(key, target);
      uncommitted.push(key);
      if (targets.size > MAX_KEYS) targets.delete(targets.keys().next().value as string);
    },
    keep() {
      uncommitted = [];
    },
    forget() {
      for (const key of uncommitted) targets.delete(key);
      uncommitted = [];
    },
  };
}
