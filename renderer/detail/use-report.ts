import { useEffect, useState } from 'react';
import type { DovebellApi } from '#contract/ipc';
import type { TransactionReport } from '#contract/report';

/** A report on its way. While another one loads the former stays, so that holding a key does not flicker. */
export interface ReportLoad {
  readonly state: 'loading' | 'loaded' | 'missing' | 'failed';
  readonly report?: TransactionReport;
  readonly problem?: string;
}

// Somebody who holds the arrow key passes rows faster than this and wants none of them.
const SETTLE_MS = 40;

/**
 * Loads the report with this id, and again when `version` changes: the row that is shown for it.
 * `retry` loads once more after a failure.
 */
export function useReport(
  api: DovebellApi,
  id: string | undefined,
  version: unknown,
): ReportLoad & { readonly retry: () => void } {
  const [load, setLoad] = useState<ReportLoad>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    const settle = (next: ReportLoad): void => {
      if (isCurrent) setLoad(next);
    };
    const timer = window.setTimeout(() => {
      if (id !== undefined) void loadReport(api, id).then(settle);
    }, SETTLE_MS);
    setLoad(({ report }) => (report ? { state: 'loading', report } : { state: 'loading' }));
    return () => {
      isCurrent = false;
      window.clearTimeout(timer);
    };
  }, [api, id, version, attempt]);
  return { ...load, retry: () => setAttempt((value) => value + 1) };
}

async function loadReport(api: DovebellApi, id: string): Promise<ReportLoad> {
  try {
    const report = await api.request('timeline/get', { id });
    return report ? { state: 'loaded', report } : { state: 'missing' };
  } catch (error) {
    return { state: 'failed', problem: error instanceof Error ? error.message : String(error) };
  }
}
