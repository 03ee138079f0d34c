import { Notification } from 'electron';
import { askNotificationServer } from '../toast/notification-server.ts';
import { escapeMarkup } from '../toast/notify-send-text.ts';
import type { Toast, Toaster } from '../toast/toast.ts';

/** Electron says `show` or `failed` before show() returns on Linux, and within milliseconds elsewhere. */
const TIME_LIMIT_MS = 3_000;
/** Toasts whose click is still listened for; a notification list keeps them for days. */
const MAX_LIVE = 50;

/** Shows toasts through Electron, which hears clicks. */
export function createElectronToaster(): Toaster {
  // Garbage collection of a Notification would take its click with it.
  const live = new Set<Notification>();
  return {
    via: 'desktop notifications',
    async show(toast, onClick) {
      if (!Notification.isSupported()) throw new Error('Electron has no notification system here');
      // Asked first because Electron asks too, and would block the whole program while a server hangs.
      const capabilities = await askNotificationServer();
      const notification = new Notification(notificationText(toast, capabilities));
      keep(live, notification);
      notification.on('click', onClick);
      await shown(notification);
    },
    close() {
      live.clear();
      return Promise.resolve();
    },
  };
}

// Electron hands the body to the server as it is (libnotify_notification.cc), markup and all.
function notificationText({ title, body }: Toast, capabilities: readonly string[] | undefined) {
  const hasMarkup = process.platform === 'linux' && (capabilities?.includes('body-markup') ?? true);
  return { title, body: hasMarkup ? escapeMarkup(body) : body };
}

function keep(live: Set<Notification>, notification: Notification): void {
  live.add(notification);
  notification.on('close', () => live.delete(notification));
  const [oldest] = live;
  if (live.size > MAX_LIVE && oldest) live.delete(oldest);
}

function shown(notification: Notification): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('The notification was not shown in time')),
      TIME_LIMIT_MS,
    );
    notification.once('show', () => {
      clearTimeout(timer);
      resolve();
    });
    notification.once('failed', (_event, problem) => {
      clearTimeout(timer);
      reject(new Error(`The notification service refused: ${problem || 'no reason given'}`));
    });
    notification.show();
  });
}
