import { useEffect, useState } from 'react';
import type { DovebellApi } from '#contract/ipc';
import type { TransactionReport } from '#contract/report';
import { problemText } from '../shell/problem-text.ts';

/** A report on its way. While another one loads the former stays, so that holding a key does not flicker. */
export interface ReportLoad {
  readonly state: 'loading' | 'loaded' | 'missing' | 'failed';
  readonly report?: TransactionReport;
  readonly problem?: string;
}

/** What was asked for: an id, the row that was shown for it, and how often it was tried. */
interface Wish {
  readonly id: string | undefined;
  readonly version: unknown;
  readonly attempt: number;
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
  const [attempt, setAttempt] = useState(0);
  const [answer, setAnswer] = useState<{ readonly wish: Wish; readonly load: ReportLoad }>();
  useEffect(() => {
    let isCurrent = true;
    const timer = window.setTimeout(() => {
      if (id === undefined) return;
      void loadReport(api, id).then((load) => {
        if (isCurrent) setAnswer({ wish: { id, version, attempt }, load });
      });
    }, SETTLE_MS);
    return () => {
      isCurrent = false;
      window.clearTimeout(timer);
    };
  }, [api, id, version, attempt]);
  const retry = (): void => setAttempt((value) => value + 1);
  if (answer && isSameWish(answer.wish, { id, version, attempt })) return { ...answer.load, retry };
  const former = answer?.load.report;
  return former ? { state: 'loading', report: former, retry } : { state: 'loading', retry };
}

function isSameWish(one: Wish, other: Wish): boolean {
  return one.id === other.id && one.version === other.version && one.attempt === other.attempt;
}

async function loadReport(api: DovebellApi, id: string): Promise<ReportLoad> {
  try {
    const report = await api.request('timeline/get', { id });
    return report ? { state: 'loaded', report } : { state: 'missing' };
  } catch (error) {
    return { state: 'failed', problem: problemText(error) };
  }
}
