import type { DriverHost, DriverLog } from '#framework';
import type { HostCalls, HostHandlers } from './host/host-calls.ts';
import { createHttpService, type HttpNumbers, type SentRequest } from './host/http-service.ts';
import { createMailService } from './host/mail-service.ts';
import { createSocketService } from './host/socket-service.ts';
import { addressRefusal, type NetAccess } from './net/net-access.ts';
import { exchangeBody, redactExchange, type ScriptExchange } from './net/script-exchange.ts';
import type { LuaDialect } from './script-context.ts';

/** What a person allows a script, and how it is run. */
export interface ScriptRules {
  /** Where its requests may go. */
  readonly access: NetAccess;
  /** Default: no. See ScriptSetup. */
  readonly trusted?: boolean;
  /** See ScriptSetup. */
  readonly programFolder?: string;
  /** Default: that of the configuration. */
  readonly dialect?: LuaDialect;
  /** Default: DEFAULT_TIME_LIMIT_MS. */
  readonly timeLimitMs?: number;
}

export interface ScriptHostOptions {
  readonly rules: ScriptRules;
  readonly dialect: LuaDialect;
  readonly strict: boolean;
  /** Shared by the scripts of one process. */
  readonly numbers: HttpNumbers;
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
export function createScriptHost(host: DriverHost, options: ScriptHostOptions): ScriptHost {
  const { rules, record, ...rest } = options;
  const { access } = rules;
  const sockets = createSocketService({ access, record });
  const http = createHttpService({
    ...rest,
    access,
    trusted: rules.trusted ?? false,
    refuse: (address) => addressRefusal(address, access),
    record: (request) => record(toExchange(request)),
    setting: (name) => host.setting(name),
  });
  return {
    handlers: { ...createMailService(host), ...sockets, ...http },
    close() {
      sockets.close();
      http.close();
    },
  };
}

function toExchange({ body, ...request }: SentRequest): ScriptExchange {
  return redactExchange({ ...request, ...exchangeBody(body) });
}
