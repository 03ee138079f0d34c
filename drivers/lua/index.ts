import { z } from 'zod';
import { DriverInitError, type Driver, type DriverDefinition, type DriverHost } from '#framework';
import { createLuaDriver, write, type LuaDriverParts } from './lua-driver.ts';
import type { LuaEngine } from './engine.ts';
import { createHttpNumbers, type HttpNumbers } from './host/http-service.ts';
import type { CalledFunction, ScriptLine } from './protocol.ts';
import { chooseScript, MAIL_LUA_SETTING, readScript, type ScriptChoice } from './script-choice.ts';
import type { LuaDialect, ScriptSetup } from './script-context.ts';
import { createScriptHost, type ScriptRules } from './script-host.ts';
import type { ScriptExchange } from './net/script-exchange.ts';

export interface LuaOptions {
  readonly engine: LuaEngine;
  /** What the script in this file may do. */
  readonly rulesFor: (file: string) => ScriptRules | Promise<ScriptRules>;
  /** Reads a script in place of the disk: an editor's text that is not saved. @throws DriverInitError */
  readonly read?: (file: string) => Promise<Uint8Array>;
  /** Hears of every call of a script's functions. Nothing is noted down when it is absent. */
  readonly onCall?: (called: CalledFunction) => void;
  /** Whether scripts see exactly what the real program gives; see ScriptSetup. */
  readonly strict?: boolean;
  /** Asked at each start of a script for the time that it sees; the machine's when absent. */
  readonly clock?: () => number;
  /** Hears of every request that a script makes. */
  readonly record?: (
    exchange: ScriptExchange,
    script: { readonly file: string; readonly user: string },
  ) => void;
}

/**
 * lua: runs people's scripts. Each entry has a state of its own for each user, which lives as long as the session.
 *
 * Source: Dovecot push-notification-driver-lua.c; lib-lua.
 */
export function createLua(given: LuaOptions): DriverDefinition<Record<string, string>> {
  const options = { ...given, numbers: createHttpNumbers() };
  return {
    name: 'lua',
    settings: z.record(z.string(), z.string()),
    async init({ settings }, host) {
      const choice = chooseScript(settings, host);
      const mailLua = await openMailLua(host, options);
      if (choice.file !== undefined) return openOwn(choice, mailLua, host, options);
      if (mailLua?.isShared)
        return createLuaDriver({ ...mailLua.loaded, others: [], host, ...watched(options) });
      throw new DriverInitError('No file in config and no push_notification_lua_script_file set');
    },
  };
}

function watched({ onCall }: LuaOptions): Pick<LuaDriverParts, 'onCall'> {
  return onCall ? { onCall } : {};
}

/** With what the scripts of one process share. */
type SharedOptions = LuaOptions & { readonly numbers: HttpNumbers };

type LoadedScript = Pick<LuaDriverParts, 'script' | 'scriptHost'>;

/** The script of the mail_lua plugin. A push driver without a script of its own uses it. */
interface MailLua {
  readonly loaded: LoadedScript;
  readonly isShared: boolean;
}

async function openOwn(
  { file = '', luaSettings }: ScriptChoice,
  mailLua: MailLua | undefined,
  host: DriverHost,
  options: SharedOptions,
): Promise<Driver> {
  if (host.dialect === '2.3') host.log.debug(`lua: Loading ${file}`);
  const { loaded } = await load({ file, luaSettings, role: 'push' }, host, options);
  const others = mailLua ? [mailLua.loaded.script] : [];
  return createLuaDriver({ ...loaded, others, host, ...watched(options) });
}

/**
 * Opens the plugin's script, as Dovecot does before any driver starts. One that does not define
 * mail_user_created is not kept there; scripts that are not held to the letter may still use it.
 *
 * Source: Dovecot 2.3 mail-lua-plugin.c, mail_lua_user_created.
 *
 * @throws DriverInitError where Dovecot would let nobody in.
 */
async function openMailLua(host: DriverHost, options: SharedOptions): Promise<MailLua | undefined> {
  const file = host.dialect === '2.3' ? host.setting(MAIL_LUA_SETTING) : undefined;
  if (!file) return undefined;
  const { loaded, userCreated } = await load({ file, luaSettings: {}, role: 'mail-lua' }, host, options);
  if (userCreated && userCreated.code < 0) {
    throw new DriverInitError(`mail_user_created(user) failed: ${userCreated.message}`);
  }
  return { loaded, isShared: userCreated !== undefined || !options.strict };
}

type Opening = Pick<ScriptSetup, 'file' | 'luaSettings' | 'role'>;

async function load(opening: Opening, host: DriverHost, options: SharedOptions) {
  const { engine, clock, record } = options;
  const rules = await options.rulesFor(opening.file);
  const source = await (options.read ?? readScript)(opening.file);
  const setup = setupFor({ ...opening, source }, host, { rules, strict: options.strict ?? false });
  const scriptHost = createScriptHost(host, {
    rules,
    dialect: setup.dialect,
    strict: setup.strict,
    numbers: options.numbers,
    file: opening.file,
    log: host.log,
    record: (exchange) => record?.(exchange, { file: opening.file, user: host.user }),
  });
  const { timeLimitMs } = rules;
  const hear = (line: ScriptLine) => write(host.log, line);
  const { script, outcome } = await engine.open({
    setup,
    host: scriptHost.handlers,
    onEnd: () => scriptHost.close(),
    hear,
    ...(timeLimitMs !== undefined && { limits: { timeLimitMs } }),
    ...(clock && { clock }),
  });
  if (outcome.error === undefined)
    return { loaded: { script, scriptHost }, userCreated: outcome.userCreated };
  throw new DriverInitError(wordForDialect(outcome.error, opening.file, host));
}

// 2.4 names the script of what cannot be compiled, a second time.
function wordForDialect(error: string, file: string, { dialect }: DriverHost): string {
  return dialect === '2.4' && error.startsWith('lua_load(') ? `Lua script '${file}': ${error}` : error;
}

function setupFor(
  opening: Opening & Pick<ScriptSetup, 'source'>,
  host: DriverHost,
  { rules, strict }: { readonly rules: ScriptRules; readonly strict: boolean },
): ScriptSetup {
  const { service, home, uid, gid, sessionId, createdAtMs } = host.session;
  const dialect: LuaDialect = rules.dialect ?? host.dialect;
  return {
    ...opening,
    dialect,
    strict,
    trusted: rules.trusted ?? false,
    ...(rules.programFolder !== undefined && { programFolder: rules.programFolder }),
    user: {
      username: host.user,
      service,
      uid,
      gid,
      sessionCreateTime: Math.floor(createdAtMs / 1000),
      ...(home !== undefined && { home }),
      ...(sessionId !== undefined && { sessionId }),
    },
    pluginSettings: host.dialect === '2.3' ? host.settings : {},
  };
}
