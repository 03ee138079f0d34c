// ENTRY of the worker thread that shows toasts through node-notifier: starting a helper process blocks its
// thread for 10 to 20 ms, and a dead notification service keeps the helper waiting.

import { parentPort } from 'node:worker_threads';
import notifier from 'node-notifier';
import { followHelpers, killHelper } from './helper-processes.ts';
import { askNotificationServer } from './notification-server.ts';
import { notifySendText, terminalNotifierText } from './notify-send-text.ts';
import type { ToastText } from './toast-text.ts';

export type ToastWorkerRequest = { readonly id: number; readonly text: ToastText } | 'close';

/** `taken`: the system has it; `failed` with one sentence; `clicked` may follow `taken`. */
export interface ToastWorkerAnswer {
  readonly id: number;
  readonly event: 'taken' | 'failed' | 'clicked';
  readonly problem?: string;
}

/** notify-send ends at once; the helpers of macOS and Windows live as long as their toast, and then tell of a click. */
const isHelperQuick = process.platform === 'linux' || process.platform.endsWith('bsd');
const HELPER_TIME_LIMIT_MS = isHelperQuick ? 5_000 : 30_000;
/** A helper of macOS or Windows that has not failed by then is showing its toast. */
const TAKEN_AFTER_MS = 1_000;

const APP_NAME = 'Dovebell';
const APP_ID = 'org.dovebell.Dovebell';
const systemOptions: Record<string, object> = {
  linux: { 'app-name': APP_NAME, category: 'email.arrived' },
  win32: { appID: APP_ID },
};

const stopHelpers = new Set<() => void>();

parentPort?.on('message', (request: ToastWorkerRequest) => {
  if (request === 'close') return close();
  const answer = (event: ToastWorkerAnswer['event'], problem?: string) =>
    parentPort?.postMessage({ id: request.id, event, problem } satisfies ToastWorkerAnswer);
  show(request.text, () => answer('clicked')).then(
    () => answer('taken'),
    (error: unknown) => answer('failed', error instanceof Error ? error.message : String(error)),
  );
});

async function show(text: ToastText, onClick: () => void): Promise<void> {
  const prepared = await prepare(text);
  await new Promise<void>((resolve, reject) => {
    const helpers = followHelpers(() => {
      // Nothing but these members: on macOS an option such as `execute` would run a command.
      const options = { title: prepared.title, message: prepared.body, ...systemOptions[process.platform] };
      notifier.notify(options, (error: unknown, response: unknown) => {
        stop();
        // Text on standard error arrives here as a string although the toast is shown.
        if (error instanceof Error) return reject(new Error(problemOf(error)));
        if (response === 'activate') onClick();
        resolve();
      });
    });
    const stop = () => {
      clearTimeout(timer);
      stopHelpers.delete(stop);
      helpers.forEach(killHelper);
    };
    const timer = setTimeout(stop, HELPER_TIME_LIMIT_MS);
    stopHelpers.add(stop);
    if (!isHelperQuick) setTimeout(resolve, TAKEN_AFTER_MS);
  });
}

async function prepare(text: ToastText): Promise<ToastText> {
  if (process.platform === 'darwin') return terminalNotifierText(text);
  if (process.platform === 'win32') return text;
  const capabilities = await askNotificationServer();
  return notifySendText(text, capabilities?.includes('body-markup') ?? true);
}

// The message of a failed helper repeats its command line, and with it the mail.
function problemOf(error: Error & { readonly killed?: boolean; readonly signal?: string | null }): string {
  if (error.killed || error.signal)
    return `The notification helper did not end within ${HELPER_TIME_LIMIT_MS / 1000} s`;
  if (/ServiceUnknown|not provided by any/.test(error.message))
    return 'No notification service answers on this desktop';
  if (/not found|must be installed/.test(error.message)) return 'notify-send is not installed';
  return 'The notification helper failed';
}

function close(): void {
  for (const stop of stopHelpers) stop();
  parentPort?.close();
}
