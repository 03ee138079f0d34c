import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Observable } from './observable.ts';

/** The model's present value; draws again when it changes. */
export function useModel<Value>({ subscribe, getSnapshot }: Observable<Value>): Value {
  return useSyncExternalStore(subscribe, getSnapshot);
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
