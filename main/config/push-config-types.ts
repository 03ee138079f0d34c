import type { DriverSettings } from '#framework';

/** Which Dovecot the text was written for. 2.3: `plugin {}`; 2.4: named `push_notification` blocks. */
export type PushDialect = '2.3' | '2.4';

/** The services whose sessions make notifications. */
export type PushProtocol = 'lmtp' | 'lda' | 'imap' | 'doveadm';

/**
 * One driver as Dovecot would start it, in order. `driver` is the name as typed and is looked up ignoring case.
 *
 * Keys of `settings`, all values text as in the configuration, quotes undone, an absent key = not set:
 *
 * 2.3 (`push_notification_driver = NAME:ARGS`): exactly the options of ARGS, keys as typed, last one wins, `""`
 * for an option without `=`; `args` is the raw text after the first colon (absent: there was no colon).
 *   ox   url, user_from_metadata (present = on, whatever its value), cache_lifetime, max_retries, timeout_msecs
 *   lua  file (the plugin settings may hold `push_notification_lua_script_file`, which wins)
 *
 * 2.4 (`push_notification NAME { … }`): never `args`. Short and full names are resolved to one spelling, and
 * what stands at the top level is merged in under the block's own:
 *   ox   ox_url, ox_cache_ttl (`60s`, `1ms`, `infinite`), ox_user_from_metadata (`yes` or `no`),
 *        http_client_request_timeout, http_client_request_max_attempts, http_client_request_max_redirects and
 *        every other http_client_* and ssl_* setting, as written in the configuration.
 *        Absent time-out and attempts mean 60 s and ONE attempt (2.4.1); for a `dovecot_config_version` that
 *        has newer defaults they are filled in here (`2s`, `2`).
 *   lua  lua_file, and `lua_settings/KEY` for each KEY of lua_settings
 *
 * Source: Dovecot push-notification-drivers.c, push_notification_driver_init;
 * push-notification-settings.c.
 */
export interface ConfiguredDriver extends DriverSettings {
  /** What it is called in the configuration: `push_notification_driver2` (2.3), the name of the block (2.4). */
  readonly name: string;
  /** Counted from 1; where the driver is configured. */
  readonly line: number;
  /**
   * Why it does not start, in Dovecot's words, as far as the configuration alone decides it. The list ends
   * here: the drivers after it are not started either. Absent: nothing is known against it.
   */
  readonly problem?: string;
}

/** What a configuration says about one protocol. */
export interface PushConfig {
  readonly dialect: PushDialect;
  readonly protocol: PushProtocol;
  readonly activation: Activation;
  /** The protocols in whose sessions the framework is loaded. */
  readonly activeProtocols: readonly PushProtocol[];
  /** In order, with variables not yet expanded; see driversForUser. Empty when the text is refused. */
  readonly drivers: readonly ConfiguredDriver[];
  /** 2.3: `push_notification_backend…`, used only when not one of `drivers` starts. 2.4: empty. */
  readonly fallback: readonly ConfiguredDriver[];
  /**
   * Plugin settings, variables not yet expanded. 2.3: all of `plugin {}`, what scripts read with plugin_getenv.
   * 2.4: the settings of the top level, `lua_settings/KEY` for those of lua_settings.
   */
  readonly settings: Readonly<Record<string, string>>;
  /**
   * 2.4: what `userdb static { fields { } }` adds for every user, for example `lua_settings/KEY` or
   * `push_notification/NAME/lua_settings/KEY`.
   */
  readonly userFields: Readonly<Record<string, string>>;
  /** Names of the loaded plugins, each once. */
  readonly plugins: readonly string[];
  /** By position in the text. */
  readonly diagnostics: readonly ConfigDiagnostic[];
}

/** Whether the framework runs in sessions of the protocol. */
export type Activation =
  | { readonly state: 'active' }
  /** The plugins are not loaded: no notifications, and no error in Dovecot's log. */
  | { readonly state: 'inactive'; readonly reason: string }
  /** Dovecot ends the session with this message: mail does not work at all. */
  | { readonly state: 'fatal'; readonly message: string }
  /** Dovecot does not accept the text and goes on with the configuration it had. In Dovecot's words. */
  | { readonly state: 'refused'; readonly message: string; readonly line: number };

/** Something skipped, ignored or wrong, in words for people. */
export interface ConfigDiagnostic {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units. */
  readonly column: number;
  /** The first column that is no longer meant. */
  readonly endColumn: number;
  /** Stable, kebab-case: what tests and the editor's quick fixes go by. */
  readonly code: string;
}

/**
 * What variables stand for, by long name: `user` (alice@example.com), `username`, `domain`, `service` (lmtp),
 * `home`, and whatever else is known; a name that is absent is unknown to Dovecot, too.
 */
export type ConfigVariables = Readonly<Record<string, string>>;

/** `problem` is Dovecot's message about the first variable it could not expand; `text` is then of no use. */
export interface Expansion {
  readonly text: string;
  readonly problem?: string;
}

/** The configuration of one user: variables are expanded. */
export interface UserPushConfig {
  /** The drivers to start, in order, up to the first that cannot. */
  readonly drivers: readonly ConfiguredDriver[];
  /** To be started in their place when not one of them starts. */
  readonly fallback: readonly ConfiguredDriver[];
  /** The driver that ended the list, and the line of Dovecot's log. */
  readonly stopped?: { readonly driver: ConfiguredDriver; readonly message: string };
  /** Plugin settings as a script reads them; see PushConfig. */
  readonly settings: Readonly<Record<string, string>>;
  /** 2.3: a plugin setting cannot be expanded, so that the user's mail does not work at all; in Dovecot's words. */
  readonly failure?: string;
}
