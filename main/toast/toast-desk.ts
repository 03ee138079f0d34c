import type { ToastOutcome, TransactionReport } from '#contract/report';
import { errorText } from '#framework';
import {
  createPolicyState,
  decide,
  groupDueAtMs,
  remember,
  takeDueGroup,
  type ToastGroup,
} from './toast-policy.ts';
import { messagesText, newMessages } from './toast-text.ts';
import type { Toast, Toaster } from './toast.ts';

export interface ToastDeskOptions {
  readonly toaster: Toaster;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** What became of a toast that `offer` had announced; never called before `offer` has returned. */
  readonly onOutcome: (reportId: string, outcome: ToastOutcome) => void;
  /** A person clicked the toast; for a digest the id is that of its newest report. */
  readonly onClick: (reportId: string) => void;
}

/** Turns finished reports into toasts. */
export interface ToastDesk {
  /** Remembers which messages had their toast before a restart; see `MAX_KNOWN_MESSAGES` for how many are of use. */
  seed(reports: Iterable<TransactionReport>): void;
  /** Decides at once and never throws; `onOutcome` follows for `shown` and `grouped`. */
  offer(report: TransactionReport): ToastOutcome;
  /** Shows nothing more and closes the toaster; afterwards no callback is called. */
  close(): Promise<void>;
}

/** Outcomes after which a message counts as announced. A failed toast may be tried again. */
const announced: readonly ToastOutcome['outcome'][] = ['shown', 'grouped', 'duplicate'];

/** One desk for the life of the program; it owns the toaster. */
export function createToastDesk({ toaster, clock, onOutcome, onClick }: ToastDeskOptions): ToastDesk {
  const state = createPolicyState();
  const showing = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function show(toast: Toast, reportIds: readonly string[], hoped: ToastOutcome): void {
    const attempt = outcomeOf(toaster, toast, hoped, () => {
      if (!isClosed) onClick(toast.reportId);
    }).then((outcome) => {
      showing.delete(attempt);
      for (const reportId of reportIds) onOutcome(reportId, outcome);
    });
    showing.add(attempt);
  }

  function showGroup({ reportIds, newest, count }: ToastGroup): void {
    const reason = count === 1 ? 'Newly delivered mail' : `Shown together with ${count - 1} more`;
    const toast = { reportId: reportIds.at(-1) ?? '', ...messagesText(newest, count) };
    show(toast, reportIds, { outcome: count === 1 ? 'shown' : 'grouped', reason });
  }

  function schedule(): void {
    clearTimeout(timer);
    const dueAtMs = groupDueAtMs(state);
    if (dueAtMs === undefined || isClosed) return;
    timer = setTimeout(wake, Math.max(0, dueAtMs - clock()));
    timer.unref();
  }

  function wake(): void {
    const group = takeDueGroup(state, clock());
    if (group) showGroup(group);
    schedule();
  }

  return {
    seed(reports) {
      for (const report of reports) {
        if (announced.includes(report.toast.outcome)) remember(state, newMessages(report));
      }
    },
    offer(report) {
      if (isClosed) return { outcome: 'quiet', reason: 'The program is ending' };
      if (toaster.silence !== undefined) return { outcome: 'quiet', reason: toaster.silence };
      const { outcome, reason, messages } = decide(state, report, clock());
      if (outcome === 'grouped') schedule();
      if (outcome === 'shown') {
        const toast = { reportId: report.id, ...messagesText(messages, messages.length) };
        show(toast, [report.id], { outcome, reason });
      }
      return { outcome, reason };
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      for (const reportId of state.group?.reportIds ?? []) {
        onOutcome(reportId, { outcome: 'quiet', reason: 'The program ended before the toast was due' });
      }
      await toaster.close();
      await Promise.all(showing);
    },
  };
}

async function outcomeOf(
  toaster: Toaster,
  toast: Toast,
  hoped: ToastOutcome,
  onClick: () => void,
): Promise<ToastOutcome> {
  try {
    await toaster.show(toast, onClick);
    return { ...hoped, via: toaster.via };
  } catch (error) {
    const { via } = toaster;
    return via === ''
      ? { outcome: 'quiet', reason: errorText(error) }
      : { outcome: 'failed', reason: errorText(error), via };
  }
}
