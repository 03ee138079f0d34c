import { standardMembers } from './known-lua.ts';
import type { Absence, ObjectType, Values } from './values.ts';
import {
  boolean,
  code,
  integer,
  maybeNil,
  nil,
  none,
  number,
  objectOf,
  string,
  table,
  union,
  unknown,
} from './values.ts';

/** What functions of Lua, LuaSocket and Dovecot give, result by result. A function that is not here: unknown. */
const results: ReadonlyMap<string, readonly Values[]> = new Map(
  Object.entries({
    ...each(
      'tostring type string.format string.lower string.upper string.rep string.reverse string.sub string.char',
      [string],
    ),
    ...each('table.concat os.date string.dump utf8.char socket.url.escape socket.url.unescape cjson.encode', [
      string,
    ]),
    ...each('string.len rawlen math.floor math.ceil os.time', [integer]),
    ...each('string.gsub', [string, integer]),
    ...each('tonumber math.tointeger', [union(integer, number, nil)]),
    ...each('socket.gettime os.clock math.sqrt math.random math.max math.min math.abs', [number]),
    ...each('rawequal', [boolean]),
    ...each('socket.http.request ssl.https.request', [unknown, code, unknown, unknown]),
    ...each('io.open', [
      union(unknown, absent('file', 'io.open gives nil when the file cannot be opened')),
      string,
    ]),
    ...each('os.getenv', [
      union(string, absent('environment', 'os.getenv gives nil when the variable is not set')),
    ]),
    ...each('dovecot.event', [objectOf('log event')]),
    ...each('dovecot.has_flag', [boolean]),
    ...each(
      'dovecot.set_flag dovecot.clear_flag dovecot.net_ip_family dovecot.nanoseconds dovecot.microseconds',
      [integer],
    ),
    ...each('dovecot.tabescape dovecot.tabunescape dovecot.var_expand', [string]),
    ...each('dovecot.split_tabescaped', [table]),
    ...each('dovecot.http.client', [objectOf('HTTP client')]),
    ...each('user:plugin_getenv', [
      union(string, absent('setting', 'plugin_getenv gives nil for a setting that is not there')),
    ]),
    ...each('user:metadata_get mailbox:metadata_get', [
      union(string, absent('metadata', 'metadata_get gives nil for an entry that is not set')),
    ]),
    ...each('user:metadata_list mailbox:metadata_list', [table]),
    ...each('user:var_expand', [string]),
    ...each('user:mailbox', [objectOf('mailbox')]),
    ...each('mailbox:status', [objectOf('status')]),
    ...each('log event:passthrough_event', [objectOf('passthrough event')]),
    ...each('HTTP client:request', [objectOf('HTTP request')]),
    ...each('HTTP request:submit', [objectOf('HTTP response')]),
    ...each('HTTP response:status', [integer]),
    ...each('HTTP response:reason HTTP response:header HTTP response:payload', [string]),
    ...each('dovecot.i_debug dovecot.i_info dovecot.i_warning dovecot.i_error error', [none]),
    ...chained('log event'),
    ...chained('passthrough event'),
  }),
);

function each(names: string, values: readonly Values[]): Record<string, readonly Values[]> {
  return Object.fromEntries(names.split(/,\s*|(?<!log|HTTP)\s+/).map((name) => [name, values]));
}

/** Setters of events give the event. */
function chained(type: ObjectType): Record<string, readonly Values[]> {
  const methods =
    'add_int add_str add_timeval inc_int append_log_prefix replace_log_prefix set_name set_always_log_source set_forced_debug unset_forced_debug';
  return Object.fromEntries(methods.split(' ').map((method) => [`${type}:${method}`, [objectOf(type)]]));
}

function absent(kind: Absence['kind'], reason: string): Values {
  return maybeNil(kind, reason);
}

export function libraryResults(name: string): readonly Values[] {
  return results.get(name) ?? [unknown];
}

/** Functions of LuaSocket whose results do not matter, but their calls do. */
const noted: ReadonlySet<string> = new Set(['socket.sleep', 'socket.select']);

/** Whether a function of a library is one that the check has something to say about. */
export function isNotedFunction(library: string, name: string): boolean {
  const full = `${library}.${name}`;
  return results.has(full) || noted.has(full) || (standardMembers.get(library)?.has(name) ?? false);
}
