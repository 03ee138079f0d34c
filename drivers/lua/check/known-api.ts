import type { LuaDialect } from '../script-context.ts';

/*
 * What a push script finds in Dovecot, by dialect: the one place where names are listed. Observed on 2.3.19.1 and
 * 2.4.1 (Debian 12 and 13) by scripts that print their environment; what only 2.4.5 has is marked.
 */

/** Where a name exists: every dialect when nothing is said. */
export type Availability = 'all' | '2.3' | '2.4' | '2.4.1 only' | '2.4.5';

/** Names with their availability; a name that is not here does not exist anywhere. */
export type Members = ReadonlyMap<string, Availability>;

function members(lists: Partial<Record<Availability, string>>): Members {
  return new Map(
    Object.entries(lists).flatMap(([availability, names]) =>
      names.split(/\s+/).map((name) => [name, availability as Availability] as const),
    ),
  );
}

/** The document's dialect has what either release has: scripts of both are written after the document. */
export function isAvailable(availability: Availability | undefined, dialect: LuaDialect): boolean {
  if (availability === undefined) return false;
  return availability === 'all' || dialect === 'document' || availability.startsWith(dialect);
}

/** The 12 events a driver hears of, as in the names of their handlers. Source: push-notification-events-rfc5423.c. */
export const eventSuffixes =
  'flags_clear flags_set mailbox_create mailbox_delete mailbox_rename mailbox_subscribe mailbox_unsubscribe message_append message_expunge message_new message_read message_trash'.split(
    ' ',
  );
/** Events of RFC 5423 that the framework does not report. */
export const foreignEvents = ['login', 'logout', 'quota_exceed', 'quota_within', 'quota_change'];

export const HANDLER_PREFIX = 'dovecot_lua_notify_event_';
export const BEGIN_TXN = 'dovecot_lua_notify_begin_txn';
export const END_TXN = 'dovecot_lua_notify_end_txn';
/** Every global that Dovecot calls in a push script. */
export const entryPoints: readonly string[] = [
  BEGIN_TXN,
  END_TXN,
  ...eventSuffixes.map((suffix) => HANDLER_PREFIX + suffix),
  'script_init',
  'script_deinit',
];

const message = 'name mailbox uid uid_validity';
const addresses =
  'from from_address from_display_name to to_address to_display_name subject snippet date tz message_id';
/** Fields of the event table by handler. Source: push-notification-driver-lua.c; observed 2.3.19 and 2.4.1. */
export function eventFields(suffix: string, dialect: LuaDialect): readonly string[] {
  const fields = eventFieldNames[suffix] ?? message;
  const documented = dialect === 'document' ? ' user keywords_set keywords_clear' : '';
  return (fields + documented).split(' ');
}
const eventFieldNames: Readonly<Record<string, string>> = {
  mailbox_create: 'name mailbox',
  mailbox_delete: 'name mailbox',
  mailbox_rename: 'name mailbox mailbox_old',
  mailbox_subscribe: 'name mailbox',
  mailbox_unsubscribe: 'name mailbox',
  message_new: `${message} ${addresses} flags keywords`,
  message_append: `${message} ${addresses} flags keywords`,
  flags_set: `${message} flags keywords`,
  flags_clear: `${message} flags keywords flags_old keywords_old`,
};
export const eventFloats: ReadonlySet<string> = new Set(['uid', 'uid_validity', 'date', 'tz']);
/** nil when the message has no such header, or no text could be read. The others are "" then. */
export const eventMaybeNil: ReadonlySet<string> = new Set(['subject', 'snippet', 'message_id']);
export const eventTables: ReadonlySet<string> = new Set(['flags', 'keywords', 'flags_old', 'keywords_old']);

export const userFields = members({
  all: 'home username uid gid service session_id session_create_time nonexistent anonymous autocreated fuzzy_search dsyncing admin session_restored item',
  '2.3': 'mail_debug',
});
export const userMethods = members({
  all: 'mailbox metadata_get metadata_set metadata_unset metadata_list var_expand',
  '2.3': 'plugin_getenv',
});
export const userFloats: ReadonlySet<string> = new Set(['uid', 'gid', 'session_create_time']);
export const userBooleans: ReadonlySet<string> = new Set(
  'nonexistent anonymous autocreated mail_debug fuzzy_search dsyncing admin session_restored'.split(' '),
);

export const mailboxFields = members({ all: 'name vname item' });
export const mailboxMethods = members({
  all: 'open close sync free status metadata_get metadata_set metadata_unset metadata_list',
});
export const statusNumbers: ReadonlySet<string> = new Set(
  'messages recent unseen uidvalidity uidnext first_unseen_seq first_recent_uid highest_modseq highest_pvt_modseq permanent_flags flags'.split(
    ' ',
  ),
);
export const statusFields = members({
  all: `mailbox keywords ${[...statusNumbers].join(' ')} permanent_keywords allow_new_keywords nonpermanent_modseqs no_modseq_tracking have_guids have_save_guids have_only_guid128`,
});

export const logEventMethods = members({
  all: 'add_int add_str add_timeval inc_int append_log_prefix replace_log_prefix set_name set_always_log_source log_debug log_info log_warning log_error passthrough_event',
  '2.4': 'set_forced_debug unset_forced_debug',
});
export const passthroughMethods = members({
  all: 'add_int add_str add_timeval inc_int append_log_prefix replace_log_prefix set_name set_always_log_source log_debug log_info log_warning log_error',
});

export const dovecotMembers = members({
  all: 'i_debug i_info i_warning i_error event has_flag set_flag clear_flag restrict_global_variables http storage',
  '2.4':
    'gettimeofday nanoseconds microseconds net_ip_family tabescape tabunescape split_tabescaped dict doveadm_client',
  '2.4.5': 'base64 var_expand',
});

export const storageConstants = members({
  all: `STATUS_MESSAGES STATUS_RECENT STATUS_UIDNEXT STATUS_UIDVALIDITY STATUS_UNSEEN STATUS_FIRST_UNSEEN_SEQ STATUS_KEYWORDS STATUS_HIGHESTMODSEQ STATUS_PERMANENT_FLAGS STATUS_FIRST_RECENT_UID STATUS_HIGHESTPVTMODSEQ MAILBOX_FLAG_READONLY MAILBOX_FLAG_SAVEONLY MAILBOX_FLAG_DROP_RECENT MAILBOX_FLAG_NO_INDEX_FILES MAILBOX_FLAG_KEEP_LOCKED MAILBOX_FLAG_IGNORE_ACLS MAILBOX_SYNC_FLAG_FULL_READ MAILBOX_SYNC_FLAG_FAST MAILBOX_SYNC_FLAG_NO_EXPUNGES MAILBOX_SYNC_FLAG_FIX_INCONSISTENT MAILBOX_SYNC_FLAG_EXPUNGE MAILBOX_SYNC_FLAG_FORCE_RESYNC MAILBOX_ATTRIBUTE_PREFIX_DOVECOT MAILBOX_ATTRIBUTE_PREFIX_DOVECOT_PVT MAILBOX_ATTRIBUTE_PREFIX_DOVECOT_PVT_SERVER`,
  '2.3': 'MAILBOX_SYNC_FLAG_FULL_WRITE',
  '2.4.1 only': 'MAILBOX_FLAG_AUTO_CREATE MAILBOX_FLAG_AUTO_SUBSCRIBE',
});

export const httpClientMethods = members({ all: 'request e' });
export const httpRequestMethods = members({
  all: 'add_header remove_header set_payload submit',
  '2.4.5': 'set_event get_event',
});
export const httpResponseMethods = members({ all: 'status reason header payload' });

/** Members that other programs or the document lead people to expect, with what to write. */
export const replacements: Readonly<Record<string, string>> = {
  'user.plugin_getenv':
    'take the value from the table that script_init(settings) gets: lua_settings { key = value } in the configuration',
  'user.mail_debug': 'there is no such field in 2.4',
  'user.name': 'user.username',
  'user.email': 'user.username',
  'user.user': 'user.username',
  'event.uidvalidity': 'event.uid_validity',
  'event.folder': 'event.mailbox',
  'event.mailbox_name': 'event.mailbox',
  'event.sender': 'event.from_address',
  'event.body': 'event.snippet, the first 200 characters of the text',
  'event.keywords_set': 'event.keywords',
  'event.keywords_clear': 'event.keywords',
  'event.user': 'keep the user that begin_txn gets in the context: return { user = user }',
  'event.username': 'keep user.username in the context that begin_txn returns',
  'dovecot.restore_flag': 'dovecot.set_flag(value, flag)',
  'dovecot.i_warn': 'dovecot.i_warning',
  'log event.set_append_log_prefix': 'append_log_prefix',
  'log event.log_warn': 'log_warning',
  'log event.add_string': 'add_str',
  'dovecot.storage.FIRST_RECENT_UID': 'dovecot.storage.STATUS_FIRST_RECENT_UID',
  'dovecot.storage.MAILBOX_SYNC_FLAG_FORGE_RESYNC': 'dovecot.storage.MAILBOX_SYNC_FLAG_FORCE_RESYNC',
  'dovecot.base64': 'require("mime").b64 of LuaSocket, or a function of your own',
  'dovecot.gettimeofday': 'os.time(), or require("socket").gettime()',
  'dovecot.nanoseconds': 'os.time(), or require("socket").gettime()',
  'dovecot.microseconds': 'os.time(), or require("socket").gettime()',
  'dovecot.var_expand': 'user:var_expand(text)',
  'HTTP response.code': 'response:status()',
  'HTTP response.body': 'response:payload()',
  'HTTP request.send': 'request:submit()',
  'HTTP request.set_header': 'request:add_header(name, value)',
};

/** Kinds of values that dovecot.http.client takes for an option. */
export type OptionKind = 'string' | 'count' | 'time' | 'boolean' | 'event';

function options(lists: Partial<Record<OptionKind, string>>): ReadonlyMap<string, OptionKind> {
  return new Map(
    Object.entries(lists).flatMap(([kind, names]) =>
      names.split(/\s+/).map((name) => [name, kind as OptionKind] as const),
    ),
  );
}

/** Options of dovecot.http.client in 2.3.19: others are ignored. Times are whole numbers in the unit of the name. */
export const httpOptions23 = options({
  string: 'user_agent rawlog_dir proxy_url',
  count:
    'max_idle_time_msecs max_redirects max_attempts max_connect_attempts connect_backoff_time_msecs connect_backoff_max_time_msecs request_absolute_timeout_msecs request_timeout_msecs connect_timeout_msecs soft_connect_timeout_msecs max_auto_retry_delay_secs',
  boolean: 'no_auto_redirect no_auto_retry debug',
  event: 'event_parent',
});
/** Options in 2.4.1; others raise an error. Times need a unit, booleans are "yes" and "no". 2.4.5 adds the last two. */
export const httpOptions24 = options({
  string:
    'user_agent rawlog_dir proxy_url proxy_socket_path proxy_username proxy_password dns_client_socket_path base_dir',
  time: 'connect_timeout request_timeout request_absolute_timeout max_idle_time soft_connect_timeout read_request_timeout write_request_timeout delete_request_timeout dns_ttl connect_backoff_time connect_backoff_max_time max_auto_retry_delay dns_client_timeout',
  count:
    'request_max_attempts request_max_redirects max_connect_attempts max_parallel_connections max_pipelined_requests read_request_max_attempts write_request_max_attempts delete_request_max_attempts socket_send_buffer_size socket_recv_buffer_size',
  boolean: 'auto_redirect auto_retry proxy_ssl_tunnel',
  event: 'event_parent',
});

/** From a 2.3 option, or one that people try, to the 2.4 one. */
export const httpOptionIn24: ReadonlyMap<string, string> = new Map(
  Object.entries({
    timeout: 'request_timeout = "5s"',
    request_timeout_msecs: 'request_timeout = "5s"',
    timeout_msecs: 'request_timeout = "5s"',
    request_absolute_timeout_msecs: 'request_absolute_timeout = "30s"',
    connect_timeout_msecs: 'connect_timeout = "2s"',
    soft_connect_timeout_msecs: 'soft_connect_timeout = "500ms"',
    max_idle_time_msecs: 'max_idle_time = "5s"',
    connect_backoff_time_msecs: 'connect_backoff_time = "100ms"',
    connect_backoff_max_time_msecs: 'connect_backoff_max_time = "1min"',
    max_auto_retry_delay_secs: 'max_auto_retry_delay = "30s"',
    max_attempts: 'request_max_attempts = 3',
    max_retries: 'request_max_attempts = 2 (one more than the retries)',
    max_redirects: 'request_max_redirects = 3',
    no_auto_redirect: 'auto_redirect = "no"',
    no_auto_retry: 'auto_retry = "no"',
    debug: 'log_debug = category=http-client in the configuration',
  }),
);
/** From a 2.4 option, or one that people try, to the 2.3 one. */
export const httpOptionIn23: ReadonlyMap<string, string> = new Map(
  Object.entries({
    timeout: 'request_timeout_msecs = 5000',
    timeout_msecs: 'request_timeout_msecs = 5000',
    request_timeout: 'request_timeout_msecs = 5000',
    request_absolute_timeout: 'request_absolute_timeout_msecs = 30000',
    connect_timeout: 'connect_timeout_msecs = 2000',
    soft_connect_timeout: 'soft_connect_timeout_msecs = 500',
    max_idle_time: 'max_idle_time_msecs = 5000',
    request_max_attempts: 'max_attempts = 3',
    max_retries: 'max_attempts = 2 (one more than the retries)',
    request_max_redirects: 'max_redirects = 3',
    auto_redirect: 'no_auto_redirect = true',
    auto_retry: 'no_auto_retry = true',
  }),
);

/** Number of arguments without the object itself: least and most. Source: DLUA_REQUIRE_ARGS in lib-lua and lib-storage. */
export const argumentCounts: Readonly<Record<string, readonly [number, number]>> = {
  'dovecot.i_debug': [1, 1],
  'dovecot.i_info': [1, 1],
  'dovecot.i_warning': [1, 1],
  'dovecot.i_error': [1, 1],
  'dovecot.event': [0, 1],
  'dovecot.has_flag': [2, 2],
  'dovecot.set_flag': [2, 2],
  'dovecot.clear_flag': [2, 2],
  'dovecot.restrict_global_variables': [1, 1],
  'dovecot.http.client': [1, 1],
  'user:plugin_getenv': [1, 1],
  'user:mailbox': [1, 2],
  'user:metadata_get': [1, Infinity],
  'user:metadata_set': [2, 2],
  'user:metadata_unset': [1, 1],
  'user:metadata_list': [1, Infinity],
  'user:var_expand': [1, 1],
  'mailbox:open': [0, 0],
  'mailbox:close': [0, 0],
  'mailbox:free': [0, 0],
  'mailbox:sync': [0, 1],
  'mailbox:status': [1, Infinity],
  'mailbox:metadata_get': [1, Infinity],
  'mailbox:metadata_set': [2, 2],
  'mailbox:metadata_unset': [1, 1],
  'mailbox:metadata_list': [1, Infinity],
  ...Object.fromEntries(
    ['log event', 'passthrough event'].flatMap((object) =>
      (
        [
          ['add_str', 2],
          ['add_int', 2],
          ['inc_int', 2],
          ['add_timeval', 2],
          ['set_name', 1],
          ['append_log_prefix', 1],
          ['replace_log_prefix', 1],
          ['log_debug', 1],
          ['log_info', 1],
          ['log_warning', 1],
          ['log_error', 1],
        ] as const
      ).map(([name, count]) => [`${object}:${name}`, [count, count] as const]),
    ),
  ),
};
