import type { LogSource, TraceEntry } from '#framework';
import type { ServerConfig } from './server-config.ts';

/** The driver that does not ask whether debugging is on for the user. */
const FORCED_SOURCE = 'dlog';

/** Whose lines they are. */
export interface LogFilterOptions {
  readonly config: ServerConfig;
  /** The drivers that are made beside the user's and hear of nothing. */
  readonly isRawUser: boolean;
}

/**
 * Which lines come into the log: all with `mail_debug = yes`, which is taken for granted where the
 * configuration does not speak of it; without it debug lines only where something else asks for them.
 *
 * In 2.3 debugging is off for the raw user, but dlog writes to the log of the process. In 2.4 dlog forces its
 * lines.
 *
 * Source: Dovecot push-notification-driver-dlog.c; event-log.c (log_debug).
 */
export function createLogFilter({
  config: { push, settings },
  isRawUser,
}: LogFilterOptions): (source: LogSource, entry: TraceEntry) => boolean {
  const isMailDebug = settings.get('mail_debug') !== 'no';
  const isCategoryOn = /\bcategory=push-notification\b/.test(settings.get('log_debug') ?? '');
  const is23 = push.dialect === '2.3';
  const isDebugging = isCategoryOn || (isMailDebug && !(is23 && isRawUser));
  const isForced = is23 ? isMailDebug : true;
  return (source, { level, isForced: isOwnForced = false }) =>
    level !== 'debug' || isDebugging || isOwnForced || (isForced && source === FORCED_SOURCE);
}
