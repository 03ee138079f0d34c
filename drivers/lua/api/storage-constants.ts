import { lauxlib, lua, type LuaState } from '#fengari';
import { nameBytes, pushText } from '../binding.ts';

/** Dovecot's flags for mailboxes that this program heeds. Source: mail-storage.h, enum mailbox_flags. */
export const mailboxFlag = { readonly: 0x01, autoCreate: 0x1000, autoSubscribe: 0x2000 } as const;

/** Bits of mailbox:status(). Source: mail-storage.h, enum mailbox_status_items. */
export const statusItem = {
  recent: 0x02,
  unseen: 0x10,
  firstUnseenSeq: 0x20,
  keywords: 0x40,
  highestModseq: 0x80,
  permanentFlags: 0x200,
} as const;

const numbers: Readonly<Record<string, number>> = {
  STATUS_MESSAGES: 0x01,
  STATUS_RECENT: statusItem.recent,
  STATUS_UIDNEXT: 0x04,
  STATUS_UIDVALIDITY: 0x08,
  STATUS_UNSEEN: statusItem.unseen,
  STATUS_FIRST_UNSEEN_SEQ: statusItem.firstUnseenSeq,
  STATUS_KEYWORDS: statusItem.keywords,
  STATUS_HIGHESTMODSEQ: statusItem.highestModseq,
  STATUS_PERMANENT_FLAGS: statusItem.permanentFlags,
  STATUS_FIRST_RECENT_UID: 0x400,
  STATUS_HIGHESTPVTMODSEQ: 0x2000,
  MAILBOX_FLAG_READONLY: mailboxFlag.readonly,
  MAILBOX_FLAG_SAVEONLY: 0x02,
  MAILBOX_FLAG_DROP_RECENT: 0x04,
  MAILBOX_FLAG_NO_INDEX_FILES: 0x10,
  MAILBOX_FLAG_KEEP_LOCKED: 0x20,
  MAILBOX_FLAG_IGNORE_ACLS: 0x100,
  MAILBOX_SYNC_FLAG_FULL_READ: 0x01,
  MAILBOX_SYNC_FLAG_FAST: 0x04,
  MAILBOX_SYNC_FLAG_NO_EXPUNGES: 0x08,
  MAILBOX_SYNC_FLAG_FIX_INCONSISTENT: 0x40,
  MAILBOX_SYNC_FLAG_EXPUNGE: 0x80,
  MAILBOX_SYNC_FLAG_FORCE_RESYNC: 0x100,
};

/** Those that not every dialect has; see surface.ts. */
const further: Readonly<Record<string, number>> = {
  MAILBOX_SYNC_FLAG_FULL_WRITE: 0x02,
  MAILBOX_FLAG_AUTO_CREATE: mailboxFlag.autoCreate,
  MAILBOX_FLAG_AUTO_SUBSCRIBE: mailboxFlag.autoSubscribe,
};

const texts: Readonly<Record<string, string>> = {
  MAILBOX_ATTRIBUTE_PREFIX_DOVECOT: 'vendor/vendor.dovecot/',
  MAILBOX_ATTRIBUTE_PREFIX_DOVECOT_PVT: 'vendor/vendor.dovecot/pvt/',
  MAILBOX_ATTRIBUTE_PREFIX_DOVECOT_PVT_SERVER: 'vendor/vendor.dovecot/pvt/server/',
};

/** Pushes `dovecot.storage`. Its numbers are floats, as Dovecot makes them (lua_pushnumber). */
export function pushStorage(L: LuaState, names: readonly string[]): void {
  lua.lua_newtable(L);
  for (const [name, value] of Object.entries({ ...numbers, ...further })) {
    if (name in further && !names.includes(name)) continue;
    lua.lua_pushnumber(L, value);
    lua.lua_setfield(L, -2, nameBytes(name));
  }
  for (const [name, value] of Object.entries(texts)) {
    pushText(L, value);
    lua.lua_setfield(L, -2, nameBytes(name));
  }
  setLibraryMetatable(L, 'storage', {});
}

/** Gives the table on top of the stack a metatable that has the functions and is its own `__index`. */
export function setLibraryMetatable(
  L: LuaState,
  name: string,
  functions: Parameters<typeof lauxlib.luaL_setfuncs>[1],
): void {
  lauxlib.luaL_newmetatable(L, nameBytes(name));
  for (const [key, fn] of Object.entries(functions)) {
    lua.lua_pushcfunction(L, fn);
    lua.lua_setfield(L, -2, nameBytes(key));
  }
  lua.lua_pushvalue(L, -1);
  lua.lua_setfield(L, -2, nameBytes('__index'));
  lua.lua_setmetatable(L, -2);
}
