import { lauxlib, lua, type LuaState } from '#fengari';
import { nameBytes, pushText, setField, toBytes, toText } from './binding.ts';
import type { LuaCaller } from './lua-caller.ts';
import type { LoadOutcome } from './protocol.ts';
import type { ScriptContext } from './script-context.ts';

const INIT = 'script_init';

/**
 * Compiles and runs a script and its script_init. The stack is left as it comes.
 *
 * Source: Dovecot lib-lua/dlua-script.c, dlua_script_create_finish and dlua_script_init.
 */
export function loadScript(
  context: ScriptContext,
  caller: LuaCaller,
  pushUser: () => void,
): Omit<LoadOutcome, 'lines'> {
  const error = compile(context) ?? run(context, caller);
  if (error !== undefined) return { error };
  return context.role === 'mail-lua' ? tellUserCreated(context, caller, pushUser) : {};
}

function compile({ L, file, source }: ScriptContext): string | undefined {
  const status = lauxlib.luaL_loadbufferx(L, source, source.length, toBytes(`@${file}`), nameBytes('t'));
  if (status === lua.LUA_OK) return undefined;
  return `lua_load(${file}) failed: ${toText(lua.lua_tostring(L, -1) ?? new Uint8Array())}`;
}

function run(context: ScriptContext, caller: LuaCaller): string | undefined {
  const { L, file, dialect, luaSettings } = context;
  if (context.role === 'push') context.log('debug', 'lua: Calling script_init');
  const failure = caller.run();
  if (failure) return `lua_pcall(${file}) failed: ${failure.error}`;
  if (!caller.isFunction(INIT)) return undefined;
  if (dialect === '2.4') return caller.call(INIT, 1, 0, () => pushSettings(L, luaSettings))?.error;
  return caller.call(INIT, 0, 1)?.error ?? initResult(L);
}

/** In 2.3 it must be the integer 0; strings and floats do not do, whatever their value. */
function initResult(L: LuaState): string | undefined {
  if (!lua.lua_isinteger(L, -1)) return 'script_init() returned non-number';
  return lua.lua_tointeger(L, -1) === 0 ? undefined : 'Script init failed';
}

function pushSettings(L: LuaState, settings: Readonly<Record<string, string>>): void {
  lua.lua_newtable(L);
  for (const [key, value] of Object.entries(settings)) {
    pushText(L, value);
    setField(L, -2, key);
  }
}

// Source: Dovecot mail-lua-plugin.c, mail_lua_call_hook.
function tellUserCreated(
  context: ScriptContext,
  caller: LuaCaller,
  pushUser: () => void,
): Omit<LoadOutcome, 'lines'> {
  const { L } = context;
  const fn = 'mail_user_created';
  if (!caller.isFunction(fn)) return {};
  context.log('debug', `mail-lua: Calling ${fn}(user)`);
  const failure = caller.call(fn, 1, 2, pushUser);
  if (failure) return { error: failure.error };
  const message = toText(lua.lua_tostring(L, -1) ?? new Uint8Array());
  return { userCreated: { code: lua.lua_tointeger(L, -2), message } };
}
