import type { PushDialect } from './push-config.ts';

/** Which Dovecot a configuration is written for; undefined when it does not show. */
export function detectDialect(config: string): PushDialect | undefined {
  if (/^\s*plugin\s*\{/m.test(config)) return '2.3';
  return /^\s*push_notification\b/m.test(config) ? '2.4' : undefined;
}
