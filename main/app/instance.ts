import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { readReportLink } from './arguments.ts';

/** What a second start tells the first one; argv itself is reordered by Chromium on the way. */
interface Greeting {
  readonly reportId?: string;
}

/**
 * Makes this process the only one with a window on this data folder. False when there is one already: it
 * was told to show itself and the report, and this process has nothing left to do.
 */
export function claimDataFolder(dataDir: string, reportId: string | undefined): boolean {
  // Chromium's profile gets a folder to itself; what it writes first needs the folder to be there.
  const profileDir = join(dataDir, 'browser');
  mkdirSync(profileDir, { recursive: true });
  // The lock lies in userData, so each data folder has its own.
  app.setPath('userData', dataDir);
  app.setPath('sessionData', profileDir);
  const greeting: Greeting = reportId === undefined ? {} : { reportId };
  return app.requestSingleInstanceLock({ ...greeting });
}

/**
 * Calls `show` for a report that this start, a second start or the system's link handler asks for; without
 * an id when the program was just started again.
 */
export function onReportLink(reportId: string | undefined, show: (reportId?: string) => void): void {
  app.on('second-instance', (_event, _argv, _directory, greeting) => show(reportIdOf(greeting)));
  app.on('open-url', (event, url) => {
    event.preventDefault();
    show(readReportLink(url));
  });
  app.on('activate', () => show());
  if (reportId !== undefined) show(reportId);
}

// It comes from another process of this user; its shape is not certain.
function reportIdOf(greeting: unknown): string | undefined {
  const { reportId } = (greeting ?? {}) as Greeting;
  return typeof reportId === 'string' ? readReportLink(`dovebell://report/${reportId}`) : undefined;
}
