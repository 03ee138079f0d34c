import type { DriverHost } from '#framework';
import type { HostCalls, HostHandlers } from './host/host-calls.ts';
import type { NetAccess } from './net/net-access.ts';
import type { ScriptExchange } from './net/script-exchange.ts';
import type { LuaDialect } from './script-context.ts';

/** What a person allows a script, and how it is run. */
export interface ScriptRules {
  /** Where its requests may go. */
  readonly access: NetAccess;
  /** Default: no. See ScriptSetup. */
  readonly trusted?: boolean;
  /** Default: that of the configuration. */
  readonly dialect?: LuaDialect;
  /** Default: DEFAULT_TIME_LIMIT_MS. */
  readonly timeLimitMs?: number;
}

export interface ScriptHostOptions {
  readonly rules: ScriptRules;
  readonly dialect: LuaDialect;
  readonly record: (exchange: ScriptExchange) => void;
}

/** What answers a script's thread. */
export interface ScriptHost {
  readonly handlers: HostHandlers<HostCalls>;
  /** Gives up what is under way. */
  close(): void;
}

/** The services for one script of one user. */
export function createScriptHost(_host: DriverHost, _options: ScriptHostOptions): ScriptHost {
  return { handlers: {} as HostHandlers<HostCalls>, close: () => undefined };
}
