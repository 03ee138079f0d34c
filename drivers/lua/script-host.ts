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
  /** What a person knows the script by. */
  readonly file: string;
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
  const { rules, record, file, ...rest } = options;
  const { access } = rules;
  const refuse = createRefusals(file, access, options.log);
  const sockets = createSocketService({ access, refuse, record });
  const http = createHttpService({
    ...rest,
    access,
    trusted: rules.trusted ?? false,
    refuse,
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

/** A script that tries again and again is told so once in this time. */
const REFUSAL_QUIET_MS = 1000;

/**
 * Why the script may not connect to an address. What a person could allow is also a line in the log: the script's
 * own error handling may leave nothing of the reason.
 */
function createRefusals(file: string, access: NetAccess, log: DriverLog) {
  let lastSaid = { address: '', atMs: 0 };
  return (address: string): string | undefined => {
    const reason = addressRefusal(address, access);
    const isAllowable = reason !== undefined && addressRefusal(address, 'all') === undefined;
    const nowMs = performance.now();
    if (isAllowable && (lastSaid.address !== address || nowMs - lastSaid.atMs > REFUSAL_QUIET_MS)) {
      lastSaid = { address, atMs: nowMs };
      log.warning(`lua: Not connected: ${reason}. To allow it: dovebell lua rules ${file} --net all`);
    }
    return reason;
  };
}

function toExchange({ body, ...request }: SentRequest): ScriptExchange {
  return redactExchange({ ...request, ...exchangeBody(body) });
}
