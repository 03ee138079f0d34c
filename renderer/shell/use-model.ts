import { useEffect, useState, useSyncExternalStore } from 'react';

/** A value that changes by itself and tells who listens. */
interface Model<Snapshot> {
  getSnapshot(): Snapshot;
  subscribe(listener: () => void): () => void;
}

/** The model's present value; draws again when it changes. */
export function useModel<Snapshot>(model: Model<Snapshot>): Snapshot {
  return useSyncExternalStore(model.subscribe, model.getSnapshot);
}

/** The time now, brought up to date at an interval. */
export function useNow(intervalMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNowMs(Date.now()), intervalMs);
    return () => window.clearInterval(timer);
  }, [intervalMs]);
  return nowMs;
}
