export const BEGIN_TXN = 'dovecot_lua_notify_begin_txn';
export const END_TXN = 'dovecot_lua_notify_end_txn';

/**
 * The function that a script defines to hear of an event.
 *
 * Source: Dovecot push-notification-driver-lua.c, push_notification_driver_lua_to_fn.
 */
export function eventFunction(event: string): string {
  return `dovecot_lua_notify_event${event.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}
