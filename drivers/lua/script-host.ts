import type { DriverHost, DriverLog } from '#framework';
import type { HostCalls, HostHandlers } from './host/host-calls.ts';
import { createMailService } from './host/mail-service.ts';
import { createSocketService } from './host/socket-service.ts';
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
  readonly log: DriverLog;
}

/** What answers a script's thread. */
export interface ScriptHost {
  readonly handlers: HostHandlers<HostCalls>;
  /** Gives up what is under way. */
  close(): void;
}

/** The services for one script of one user. */
export function createScriptHost(host: DriverHost, { rules, record }: ScriptHostOptions): ScriptHost {
  const sockets = createSocketService({ access: rules.access, record });
  return {
    handlers: { ...createMailService(host), ...sockets },
    close: () => sockets.close(),
  };
}
