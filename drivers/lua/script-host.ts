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
  /** A transaction begins: what is refused in it is said in its log, whatever was said before. */
  startTxn(): void;
  /** Gives up what is under way. */
  close(): void;
}

/** The services for one script of one user. */
export function createScriptHost(host: DriverHost, options: ScriptHostOptions): ScriptHost {
  const { rules, record, file, ...rest } = options;
  const { access } = rules;
  const { refuse, forget } = createRefusals(file, access, options.log);
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
    startTxn: forget,
    close() {
      sockets.close();
      http.close();
    },
  };
}

/** How many addresses are named in the log of one transaction; a script may try a whole network. */
const MAX_REFUSALS_SAID = 20;

/**
 * Why the script may not connect to an address. What a person could allow is also a line in the log: the script's
 * own error handling may leave nothing of the reason. Each address is named once in a transaction.
 */
function createRefusals(file: string, access: NetAccess, log: DriverLog) {
  const said = new Set<string>();
  const say = (address: string, reason: string): void => {
    if (said.has(address) || said.size >= MAX_REFUSALS_SAID) return;
    said.add(address);
    log.warning(`lua: Not connected: ${reason}. To allow it: dovebell lua rules ${file} --net all`);
  };
  return {
    refuse: (address: string): string | undefined => {
      const reason = addressRefusal(address, access);
      const isAllowable = reason !== undefined && addressRefusal(address, 'all') === undefined;
      if (isAllowable) say(address, reason);
      return reason;
    },
    forget: () => said.clear(),
  };
}

function toExchange({ body, ...request }: SentRequest): ScriptExchange {
  return redactExchange({ ...request, ...exchangeBody(body) });
}
