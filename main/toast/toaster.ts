import { join } from 'node:path';
import { errorText } from '#framework';
import { NotifierThread } from './notifier-thread.ts';
import type { Toaster } from './toast.ts';

/** After a failure the first system is left alone for this long, so that its time limits do not delay every toast. */
const RETRY_AFTER_MS = 60_000;

/** Shows toasts through node-notifier, in the thread built to `${workersDir}/toast-worker.js`. */
export function createNodeNotifierToaster({ workersDir }: { readonly workersDir: string }): Toaster {
  const thread = new NotifierThread(join(workersDir, 'toast-worker.js'));
  return {
    via: process.platform === 'linux' ? 'notify-send' : 'node-notifier',
    show: (toast, onClick) => thread.show(toast, onClick),
    close: () => thread.close(),
  };
}

/** Shows nothing on purpose, and says why in every outcome. */
export function createSilentToaster(reason: string): Toaster {
  return {
    via: '',
    silence: reason,
    show: () => Promise.reject(new Error(reason)),
    close: () => Promise.resolve(),
  };
}

/** Shows a toast through the second system when the first one fails; `via` says which it was, and why. */
export function createFallbackToaster(
  [first, second]: readonly [Toaster, Toaster],
  clock: () => number = Date.now,
): Toaster {
  let problem: string | undefined;
  let failedAtMs = 0;
  const isFirstDue = () => problem === undefined || Math.abs(clock() - failedAtMs) >= RETRY_AFTER_MS;

  return {
    get via() {
      return problem === undefined ? first.via : `${second.via} (${first.via}: ${problem})`;
    },
    async show(toast, onClick) {
      if (isFirstDue()) {
        try {
          await first.show(toast, onClick);
          problem = undefined;
          return;
        } catch (error) {
          problem = errorText(error);
          failedAtMs = clock();
        }
      }
      await second.show(toast, onClick);
    },
    async close() {
      await Promise.all([first.close(), second.close()]);
    },
  };
}
