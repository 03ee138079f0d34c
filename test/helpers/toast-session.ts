import { startDesktopSession } from '../../scripts/desktop-session.mjs';
import { startNotificationRecorder } from './notification-recorder.ts';
import type { NotificationRecorder } from './notification-recorder.ts';

/** A display, a bus and a notification service that belong to one test file. */
export interface ToastSession {
  /** The whole environment for programs that run in the session. */
  readonly env: NodeJS.ProcessEnv;
  readonly busAddress: string;
  stop(): Promise<void>;
}

/** A session whose notifications a test can read and click. */
export interface RecordedToastSession extends ToastSession {
  readonly toasts: NotificationRecorder;
}

/**
 * Starts a private desktop.
 *
 * `recorder`: a service that records every string and can click; `dunst`: the real thing, for screenshots;
 * `none`: nobody shows notifications. Call `stop()` in `afterAll`.
 */
export async function startToastSession(service: 'recorder'): Promise<RecordedToastSession>;
export async function startToastSession(service: 'dunst' | 'none'): Promise<ToastSession>;
export async function startToastSession(
  service: 'recorder' | 'dunst' | 'none',
): Promise<ToastSession | RecordedToastSession> {
  const desktop = await startDesktopSession({ daemon: service === 'dunst' ? 'dunst' : 'none' });
  if (service !== 'recorder') return desktop;
  const toasts = await startNotificationRecorder(desktop.busAddress);
  const stop = async (): Promise<void> => {
    toasts.stop();
    await desktop.stop();
  };
  return { env: desktop.env, busAddress: desktop.busAddress, toasts, stop };
}
