import { lua, type LuaCFunction, type LuaState } from '#fengari';
import { checkCount, raise } from '../binding.ts';
import type { ScriptContext } from '../script-context.ts';
import { checkCString } from './c-string.ts';
import { callMail, pushMailText, raiseMail } from './mail-host.ts';
import { fromMailText, toMailText } from './mail-text.ts';

/** Dovecot's words where a mailbox's entry cannot be changed, and those of a user's. */
const refusals = {
  mailbox: { set: 'Cannot set attribute: ', unset: 'Cannot unset attribute: ', badPrefix: true },
  user: { set: 'Cannot get attribute: ', unset: 'Cannot get attribute: ', badPrefix: false },
} as const;

const BAD_PREFIX = 'Invalid key prefix, must be /private/ or /shared/';

/** The metadata methods of mailbox objects; `ownerOf` checks the first argument and gives the mailbox's name. */
export function mailboxMetadata(
  context: ScriptContext,
  ownerOf: (L: LuaState) => string,
): Readonly<Record<string, LuaCFunction>> {
  return metadataMethods(context, ownerOf, refusals.mailbox);
}

/** Those of user objects, which are about entries of the server; `check` checks the first argument. */
export function userMetadata(
  context: ScriptContext,
  check: (L: LuaState) => void,
): Readonly<Record<string, LuaCFunction>> {
  const ownerOf = (L: LuaState) => {
    check(L);
    return undefined;
  };
  return metadataMethods(context, ownerOf, refusals.user);
}

/** Source: Dovecot lib-storage/mailbox-lua.c, mail-user-lua.c, mailbox-attribute-lua.c. */
function metadataMethods(
  context: ScriptContext,
  ownerOf: (L: LuaState) => string | undefined,
  words: (typeof refusals)['mailbox' | 'user'],
): Readonly<Record<string, LuaCFunction>> {
  const change = (L: LuaState, failed: string, value: Uint8Array | undefined): number => {
    const mailbox = ownerOf(L);
    const key = toMailText(checkCString(L, 2));
    const refuse = (reason: string): string => failed + reason;
    if (!hasScope(key)) return raise(L, words.badPrefix ? refuse(BAD_PREFIX) : BAD_PREFIX);
    if (value?.includes(0)) return raise(L, refuse('Attribute string value has NULs'));
    const argument = { mailbox, key, value: value && toMailText(value) };
    // A user's INBOX that cannot be opened has an error of its own.
    const report = (reason: string) => (reason.startsWith('Cannot open INBOX') ? reason : refuse(reason));
    callMail(context, L, 'mail.changeMetadata', argument, report);
    return 0;
  };
  return {
    metadata_get(L) {
      const { mailbox, keys } = checkKeys(L, ownerOf);
      const values = callMail(context, L, 'mail.getMetadata', { mailbox, keys }, plainReason);
      lua.lua_checkstack(L, values.length);
      for (const value of values) lua.lua_pushstring(L, value === undefined ? null : fromMailText(value));
      return values.length;
    },
    metadata_set(L) {
      checkCount(L, 3);
      return change(L, words.set, lua.lua_tolstring(L, 3)?.slice());
    },
    metadata_unset(L) {
      checkCount(L, 2);
      return change(L, words.unset, undefined);
    },
    metadata_list(L) {
      const { mailbox, keys: prefixes } = checkKeys(L, ownerOf);
      const items = callMail(context, L, 'mail.listMetadata', { mailbox, prefixes }, plainReason);
      lua.lua_createtable(L, 0, items.length);
      for (const { entry, value } of items) {
        pushMailText(L, entry);
        pushMailText(L, value);
        lua.lua_rawset(L, -3);
      }
      return 1;
    },
  };
}

const plainReason = (reason: string) => reason;

function hasScope(key: string): boolean {
  return key.startsWith('/private/') || key.startsWith('/shared/');
}

/** The keys of metadata_get and metadata_list: all arguments but the first. @throws a Lua error. */
function checkKeys(
  L: LuaState,
  ownerOf: (L: LuaState) => string | undefined,
): { readonly mailbox: string | undefined; readonly keys: readonly string[] } {
  const top = lua.lua_gettop(L);
  if (top < 2) return raise(L, 'expecting at least 1 parameter');
  const mailbox = ownerOf(L);
  const keys: string[] = [];
  for (let arg = 2; arg <= top; arg++) {
    const key = lua.lua_tostring(L, arg);
    if (!key) return raise(L, `expected string at #${arg}`);
    const text = toMailText(key);
    if (!hasScope(text)) return raiseMail(L, BAD_PREFIX);
    keys.push(text);
  }
  return { mailbox, keys };
}
