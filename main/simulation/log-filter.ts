import type { LogSource, TraceEntry } from '#framework';
import type { PushConfig } from '../config/push-config.ts';

/** The driver whose debug lines Dovecot 2.4 writes even when debugging is off. */
const FORCED_SOURCE = 'dlog';

/**
 * Which lines come into the log: all with `mail_debug = yes`, which is taken for granted where the
 * configuration does not speak of it; without it debug lines only where something else asks for them.
 *
 * Source: Dovecot 2.4 push-notification-driver-dlog.c (forced debug), event-log.c (log_debug).
 */
export function createLogFilter({
  dialect,
  settings,
}: PushConfig): (source: LogSource, entry: TraceEntry) => boolean {
  const isDebugging = settings['mail_debug'] !== 'no';
  const isCategoryOn = /\bcategory=push-notification\b/.test(settings['log_debug'] ?? '');
  return (source, { level }) =>
    level !== 'debug' || isDebugging || isCategoryOn || (dialect === '2.4' && source === FORCED_SOURCE);
}
