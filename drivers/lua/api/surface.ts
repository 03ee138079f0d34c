import type { LuaDialect, ScriptSetup } from '../script-context.ts';

/** The names that a script finds, by the object that has them. */
export interface Surface {
  /** Functions of `dovecot`. */
  readonly dovecot: readonly string[];
  /** Tables in `dovecot`, without http and storage, which are always there. */
  readonly libraries: readonly string[];
  readonly event: readonly string[];
  readonly passthrough: readonly string[];
  readonly user: readonly string[];
  readonly userFields: readonly string[];
  readonly constants: readonly string[];
}

const passthrough = [
  'append_log_prefix',
  'replace_log_prefix',
  'set_always_log_source',
  'set_name',
  'add_str',
  'add_int',
  'add_timeval',
  'inc_int',
  'log_debug',
  'log_info',
  'log_warning',
  'log_error',
];

const in23: Surface = {
  dovecot: [
    'i_debug',
    'i_info',
    'i_warning',
    'i_error',
    'event',
    'has_flag',
    'set_flag',
    'clear_flag',
    'restrict_global_variables',
  ],
  libraries: [],
  event: passthrough,
  passthrough,
  user: [
    'plugin_getenv',
    'var_expand',
    'mailbox',
    'metadata_get',
    'metadata_set',
    'metadata_unset',
    'metadata_list',
  ],
  userFields: ['mail_debug'],
  constants: ['MAILBOX_SYNC_FLAG_FULL_WRITE'],
};

const in24: Surface = {
  dovecot: [
    ...in23.dovecot,
    'gettimeofday',
    'nanoseconds',
    'microseconds',
    'net_ip_family',
    'tabescape',
    'tabunescape',
    'split_tabescaped',
  ],
  libraries: ['dict', 'doveadm_client'],
  event: [...passthrough, 'set_forced_debug', 'unset_forced_debug'],
  passthrough,
  user: in23.user.filter((name) => name !== 'plugin_getenv'),
  userFields: [],
  constants: ['MAILBOX_FLAG_AUTO_CREATE', 'MAILBOX_FLAG_AUTO_SUBSCRIBE'],
};

/** What the real programs have: 2.3.19.1 and 2.4.1. The document describes the former. */
const strictSurfaces: Readonly<Record<LuaDialect, Surface>> = { document: in23, '2.3': in23, '2.4': in24 };

/**
 * What there is besides unless the script is to see exactly what the server has: names of the other release and of
 * later ones, and `set_append_log_prefix`, as C calls it.
 */
const extras: Surface = {
  dovecot: [...in24.dovecot, 'var_expand'],
  libraries: ['base64'],
  event: [...in24.event, 'set_append_log_prefix'],
  passthrough: ['set_append_log_prefix'],
  user: in23.user,
  userFields: in23.userFields,
  constants: [...in23.constants, ...in24.constants],
};

/** The names for one script. */
export function surfaceOf({ dialect, strict }: Pick<ScriptSetup, 'dialect' | 'strict'>): Surface {
  const plain = strictSurfaces[dialect];
  return strict ? plain : addNames(plain, extras);
}

function addNames(one: Surface, other: Surface): Surface {
  const both = (key: keyof Surface) => [...new Set([...one[key], ...other[key]])];
  return {
    dovecot: both('dovecot'),
    libraries: both('libraries'),
    event: both('event'),
    passthrough: both('passthrough'),
    user: both('user'),
    userFields: both('userFields'),
    constants: both('constants'),
  };
}

/** The members with these names, in their order. */
export function pickNames<T>(
  members: Readonly<Record<string, T>>,
  names: readonly string[],
): Record<string, T> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const member = members[name];
      return member === undefined ? [] : [[name, member] as const];
    }),
  );
}
