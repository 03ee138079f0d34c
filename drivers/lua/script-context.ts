import type { LineStyle, LogLevel } from '#framework';
import type { LuaState } from '#fengari';
import type { HostPort } from './host/host-calls.ts';

/**
 * Which Lua interface a script sees. `2.3` and `2.4` are what was observed; `document` is what the framework's
 * document says and no release does as a whole.
 */
export type LuaDialect = 'document' | '2.3' | '2.4';

/** Facts about the session's user, as Dovecot's mail_user object shows them. */
export interface ScriptUser {
  readonly username: string;
  /** Absent: nil. */
  readonly home?: string;
  readonly uid: number;
  readonly gid: number;
  /** lmtp, imap, lda, doveadm. */
  readonly service: string;
  readonly sessionId?: string;
  /** Seconds since 1970. */
  readonly sessionCreateTime: number;
  /** Dovecot's mail_debug setting, which 2.3 shows; on when absent. */
  readonly mailDebug?: boolean;
}

/** Everything about one script that does not change while it lives. Plain data: it crosses to the thread. */
export interface ScriptSetup {
  /** The path as configured; what error messages begin with. */
  readonly file: string;
  /** For the push driver, or the mail_lua plugin's script (7.9), whose state the driver may share. */
  readonly role: 'push' | 'mail-lua';
  /** The text of the script, as read. */
  readonly source: Uint8Array;
  readonly dialect: LuaDialect;
  /** True: exactly what the real program gives; false: also what the document and other releases have. */
  readonly strict: boolean;
  /** True: files, programs and modules of the whole machine, as on the server. */
  readonly trusted: boolean;
  /** Where the program keeps its own data: out of reach of a script that is not trusted. */
  readonly programFolder?: string;
  readonly user: ScriptUser;
  /** What plugin_getenv reads (2.3, document). */
  readonly pluginSettings: Readonly<Record<string, string>>;
  /** What script_init gets (2.4). */
  readonly luaSettings: Readonly<Record<string, string>>;
}

/** What the libraries and the interface of one running script work with. */
export interface ScriptContext extends ScriptSetup {
  readonly L: LuaState;
  readonly host: HostPort;
  /** The folder of the script: absolute. */
  readonly folder: string;
  /** Writes to the log, with the prefix that the line is to have already in the text. May hold newlines. */
  log(level: LogLevel, text: string, how?: LineStyle): void;
  /** Milliseconds since 1970. */
  clock(): number;
  /** A log of the script's own text (print, io.stdout, io.stderr). */
  print(text: string): void;
}
