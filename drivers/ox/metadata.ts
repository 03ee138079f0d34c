/** The METADATA entry of the mailbox "" in which a client asks for notifications. */
export const NOTIFY_ENTRY = '/private/vendor/vendor.dovecot/http-notify';

/** The same entry as Dovecot stores it and names it in its log. */
export const STORED_NOTIFY_ENTRY =
  '/private/vendor/vendor.dovecot/pvt/server/vendor/vendor.dovecot/http-notify';

/**
 * The user named in a METADATA value: fields between TABs, `key=value`, of which the last `user` counts.
 * Undefined when there is none; empty when it is empty.
 *
 * Inside a field U+0001 escapes: followed by `0` NUL, `1` itself, `t` TAB, `r` CR, `n` LF, anything else that
 * character. Text after a NUL is lost, because Dovecot keeps the fields as C strings.
 *
 * Source: Dovecot push-notification-driver-ox.c, push_notification_driver_ox_begin_txn; lib/strescape.c.
 */
export function readMetadataUser(value: string): string | undefined {
  return value
    .split('\t')
    .map(unescapeField)
    .findLast((field) => field.startsWith('user='))
    ?.slice('user='.length);
}

const escapes = new Map([
  ['0', '\0'],
  ['1', '\u0001'],
  ['t', '\t'],
  ['r', '\r'],
  ['n', '\n'],
]);

function unescapeField(field: string): string {
  const text = field.replace(
    // eslint-disable-next-line no-control-regex -- U+0001 is the escape character of this format.
    /\u0001(.?)/gsu,
    (_match, escaped: string) => escapes.get(escaped) ?? escaped,
  );
  return text.split('\0', 1)[0] ?? '';
}

/** Remembers one value for a time. */
export interface MetadataCache {
  /** The remembered value, else what `load` gives. Only values are remembered, never that there is none. */
  get(load: () => string | undefined): string | undefined;
}

/**
 * Creates the cache of one driver. Dovecot counts in whole seconds; a lifetime of 0 remembers nothing.
 *
 * Source: Dovecot push-notification-driver-ox.c, push_notification_driver_ox_get_metadata.
 */
export function createMetadataCache(lifetimeSecs: number, clock: () => number): MetadataCache {
  let cached: { readonly value: string; readonly atSecs: number } | undefined;
  const nowSecs = () => Math.floor(clock() / 1000);
  return {
    get(load) {
      if (cached && cached.atSecs + lifetimeSecs > nowSecs()) return cached.value;
      const value = load();
      if (value !== undefined) cached = { value, atSecs: nowSecs() };
      return value;
    },
  };
}
