import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { checkCount, nameBytes, pushText, toBytes } from '../binding.ts';
import type { ScriptContext } from '../script-context.ts';
import { checkCString, checkCText } from './c-string.ts';
import { createObjectKind } from './lua-object.ts';
import { callMail, pushMailText } from './mail-host.ts';
import { toMailText } from './mail-text.ts';
import { pushMailbox } from './mailbox-object.ts';
import { userMetadata } from './mailbox-metadata.ts';
import { byName } from './named-objects.ts';
import { pickNames, surfaceOf } from './surface.ts';

interface UserHandle {
  readonly username: string;
}

const userKind = createObjectKind<UserHandle>('struct mail_user');
const comparisons = byName(userKind, ({ username }) => toBytes(username));

/**
 * Pushes a user object, whose fields are copies: what a script writes into them stays in the script.
 *
 * Source: Dovecot lib-storage/mail-user-lua.c, dlua_push_mail_user.
 */
export function pushUser(context: ScriptContext): void {
  const { L, user } = context;
  userKind.push(L, { username: user.username });
  for (const pushField of fieldsOf(context)) pushField(L);
}

type PushField = (L: LuaState) => void;

/** Made once for each script: a user object is made for every transaction. */
const fieldsByContext = new WeakMap<ScriptContext, readonly PushField[]>();

function fieldsOf(context: ScriptContext): readonly PushField[] {
  const known = fieldsByContext.get(context);
  if (known) return known;
  const fields = makeFields(context);
  fieldsByContext.set(context, fields);
  return fields;
}

function makeFields(context: ScriptContext): readonly PushField[] {
  const { home, username, service, sessionId, uid, gid, sessionCreateTime } = context.user;
  const texts = { home, username, service, session_id: sessionId };
  const numbers = { uid, gid, session_create_time: sessionCreateTime };
  return [
    ...fields(texts, (L, value) => pushText(L, value)),
    ...fields(numbers, (L, value) => lua.lua_pushnumber(L, value)),
    ...fields(userBooleans(context), (L, value) => lua.lua_pushboolean(L, value)),
  ];
}

function fields<Value>(
  values: Readonly<Record<string, Value>>,
  push: (L: LuaState, value: Value) => void,
): PushField[] {
  return Object.entries(values).map(([name, value]) => (L) => {
    push(L, value);
    lua.lua_setfield(L, -2, nameBytes(name));
  });
}

function userBooleans(context: ScriptContext): Record<string, boolean> {
  const names = [
    'nonexistent',
    'anonymous',
    'autocreated',
    'fuzzy_search',
    'dsyncing',
    'admin',
    'session_restored',
  ];
  const further = { mail_debug: context.user.mailDebug ?? true };
  return {
    ...Object.fromEntries(names.map((name) => [name, false])),
    ...pickNames(further, surfaceOf(context).userFields),
  };
}

/**
 * Registers user objects. Unlike in Dovecot, where it kills the process, users can be ordered: by name.
 */
export function openUsers(context: ScriptContext): void {
  const check = (L: LuaState) => userKind.check(L, 1);
  const methods: Record<string, LuaCFunction> = {
    plugin_getenv(L) {
      checkCount(L, 2);
      check(L);
      pushText(L, findSetting(context, checkCText(L, 2)));
      return 1;
    },
    var_expand(L) {
      checkCount(L, 2);
      check(L);
      const template = toMailText(checkCString(L, 2));
      const failed = (reason: string) => `var_expand(${template}) failed: ${reason}`;
      pushMailText(L, callMail(context, L, 'mail.expand', template, failed));
      return 1;
    },
    mailbox(L) {
      checkCount(L, 2, 3);
      check(L);
      const name = toMailText(checkCString(L, 2));
      const flags = lua.lua_gettop(L) > 2 ? lauxlib.luaL_checkinteger(L, 3) : 0;
      pushMailbox(context, L, name, flags);
      return 1;
    },
    ...userMetadata(context, check),
  };
  userKind.define(context.L, { ...comparisons, ...pickNames(methods, surfaceOf(context).user) });
}

// In 2.4 the settings of a script are elsewhere; a script of 2.3 finds them by its own way.
function findSetting({ pluginSettings, luaSettings }: ScriptContext, name: string): string | undefined {
  for (const settings of [pluginSettings, luaSettings])
    if (Object.hasOwn(settings, name)) return settings[name];
  return undefined;
}
