import { lauxlib, lua, lualib, type LuaState } from '#fengari';
import { createTrace, type DriverHost, type LogLevel } from '#framework';
import { parseMessage } from '#message';
import {
  addInbox,
  createMailAccess,
  createMailStore,
  openSaveTransaction,
  type MailSession,
  type StoredMailbox,
  type UserStore,
} from '#store';
import { openDovecot, type DovecotInterface } from '../../../../drivers/lua/api/dovecot-table.ts';
import { nameBytes, toBytes, toText } from '../../../../drivers/lua/binding.ts';
import { HostCallError, type HostCallName, type HostPort } from '../../../../drivers/lua/host/host-calls.ts';
import { createHttpService } from '../../../../drivers/lua/host/http-service.ts';
import { createMailService } from '../../../../drivers/lua/host/mail-service.ts';
import type { LuaDialect, ScriptContext, ScriptUser } from '../../../../drivers/lua/script-context.ts';
import { expandVariables, userVariables } from '../../../../main/config/dovecot-variables.ts';
import { openSilently } from '../../../../main/simulation/prepare-store.ts';

export interface StageOptions {
  readonly dialect?: LuaDialect;
  readonly strict?: boolean;
  readonly trusted?: boolean;
  readonly user?: Partial<ScriptUser>;
  readonly settings?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Answers calls in another way. */
  readonly host?: Partial<Record<HostCallName, (argument: never) => unknown>>;
}

/** One script with a mail store, in this thread: what the main thread answers it answers at once. */
export interface ScriptStage {
  readonly context: ScriptContext;
  readonly dovecot: DovecotInterface;
  readonly store: UserStore;
  readonly session: MailSession;
  readonly inbox: StoredMailbox;
  readonly log: string[];
  /** Runs Lua text; gives what it returns, as tostring shows it. A Lua error is thrown as an Error. */
  readonly run: (text: string) => string[];
  append(flags?: readonly string[], keywords?: readonly string[]): Promise<void>;
}

const USER = 'alice@example.com';
export const HOME = '$DIR/mail/alice@example.com';

export function createStage(options: StageOptions = {}): ScriptStage {
  const { dialect = '2.4', strict = true, settings = {} } = options;
  const L = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(L);
  const store = createMailStore(() => () => 1_700_003_841).forUser(USER);
  addInbox(store, 1_700_000_000);
  const session: MailSession = {
    store,
    open: openSilently,
    parse: (raw) => parseMessage(raw, { dialect: '2.4' }),
  };
  const log: string[] = [];
  const context: ScriptContext = {
    L,
    role: 'push',
    file: '$DIR/scripts/script.lua',
    source: new Uint8Array(),
    dialect,
    strict,
    trusted: true,
    folder: '/',
    user: {
      username: USER,
      home: HOME,
      uid: 5000,
      gid: 5000,
      service: 'lmtp',
      sessionId: '<SESSION>',
      sessionCreateTime: 1_799_999_999,
      ...options.user,
    },
    pluginSettings: settings,
    luaSettings: settings,
    host: connect(options, store, session),
    clock: () => 1_800_000_000_123.5,
    print: () => undefined,
    log(level: LogLevel, text: string, how) {
      log.push(`${how?.replacesProcess ? 'alone ' : ''}${how?.isForced ? 'forced ' : ''}${level}: ${text}`);
    },
  };
  const dovecot = openDovecot(context);
  const inbox = store.mailboxes.get('INBOX');
  if (!inbox) throw new Error('no INBOX');
  return {
    context,
    dovecot,
    store,
    session,
    inbox,
    log,
    run: (text) => runText(L, text, '@$DIR/scripts/script.lua'),
    async append(flags = [], keywords = []) {
      const transaction = openSaveTransaction(session, inbox, 'append');
      await transaction.save({ raw: Buffer.from('Subject: x\r\n\r\n'), flags, keywords });
      await transaction.commit();
    },
  };
}

function connect(options: StageOptions, store: UserStore, session: MailSession): HostPort {
  const { dialect = '2.4', variables = {}, host = {} } = options;
  const configDialect = dialect === '2.4' ? '2.4' : '2.3';
  const given = userVariables({ user: USER, service: 'lmtp', home: HOME, ...variables });
  const service = createMailService({
    user: USER,
    dialect: configDialect,
    mail: createMailAccess(store, () => session),
    expand: (template) => expandVariables(template, given, configDialect),
  } as DriverHost);
  const http = createHttpService({
    dialect,
    strict: options.strict ?? true,
    trusted: options.trusted ?? true,
    access: 'capture',
    refuse: () => undefined,
    record: () => undefined,
    log: createTrace(() => 0),
    setting: () => undefined,
  });
  const handlers: Partial<Record<string, (argument: never) => unknown>> = {
    ...service,
    ...http,
    // Only other threads can wait for an answer.
    'http.submit': () => ({ status: 200, reason: 'OK', headers: [] }),
    ...host,
  };
  return {
    tell: (name, argument) => void handlers[name]?.(argument as never),
    call(name, argument) {
      let result: unknown;
      try {
        result = handlers[name]?.(argument as never);
      } catch (error) {
        throw new HostCallError((error as Error).message);
      }
      if (result instanceof Promise) throw new Error(`${name} is not answered at once`);
      // As it is after a journey between threads.
      return structuredClone(result) as never;
    },
  };
}

/** Runs a chunk in the state. */
export function runText(L: LuaState, text: string, name: string): string[] {
  const source = toBytes(text);
  const base = lua.lua_gettop(L);
  const loaded = lauxlib.luaL_loadbufferx(L, source, source.length, toBytes(name), null);
  if (loaded !== lua.LUA_OK || lua.lua_pcall(L, 0, lua.LUA_MULTRET, 0) !== lua.LUA_OK) {
    const message = toText(lauxlib.luaL_tolstring(L, -1));
    lua.lua_settop(L, base);
    throw new Error(message);
  }
  const results: string[] = [];
  for (let at = base + 1; at <= lua.lua_gettop(L); at++) {
    results.push(toText(lauxlib.luaL_tolstring(L, at)));
    lua.lua_pop(L, 1);
  }
  lua.lua_settop(L, base);
  return results;
}

export function setGlobalUser(L: LuaState): void {
  lua.lua_setglobal(L, nameBytes('user'));
}
