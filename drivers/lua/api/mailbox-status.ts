import { lua, type LuaState } from '#fengari';
import type { OpenMailboxStatus } from '#framework';
import { nameBytes } from '../binding.ts';
import { pushMailText } from './mail-host.ts';
import { statusItem } from './storage-constants.ts';

/** All flags but \Recent: Answered 1, Flagged 2, Deleted 4, Seen 8, Draft 16. Source: mail-types.h. */
const FLAGS_NONRECENT = 31;

export interface StatusQuestion {
  readonly vname: string;
  readonly isReadonly: boolean;
  readonly items: number;
  /** Absent: nothing was asked for. */
  readonly status: OpenMailboxStatus | undefined;
}

/**
 * Pushes the table that mailbox:status() gives: all fields always, zero or false for what was not asked for, and
 * `keywords` only when they were. Messages, uidvalidity, uidnext and first_recent_uid come with anything else.
 *
 * Source: Dovecot lib-storage/mailbox-lua.c; index-status.c, index_storage_get_open_status; Maildir's have_ fields.
 */
export function pushStatus(L: LuaState, question: StatusQuestion): void {
  const { vname, items, status } = question;
  const isAsked = (item: number) => (items & item) !== 0;
  const isPermanent = isAsked(statusItem.permanentFlags) && !question.isReadonly;
  lua.lua_createtable(L, 0, 20);
  pushMailText(L, vname);
  lua.lua_setfield(L, -2, nameBytes('mailbox'));
  const numbers = {
    messages: status?.messages,
    recent: isAsked(statusItem.recent) ? status?.recent : 0,
    unseen: isAsked(statusItem.unseen) ? status?.unseen : 0,
    uidvalidity: status?.uidValidity,
    uidnext: status?.uidNext,
    first_unseen_seq: isAsked(statusItem.firstUnseenSeq) ? status?.firstUnseenSeq : 0,
    first_recent_uid: status?.firstRecentUid,
    highest_modseq: isAsked(statusItem.highestModseq) ? status?.highestModseq : 0,
    highest_pvt_modseq: 0,
    permanent_flags: isPermanent ? FLAGS_NONRECENT : 0,
    flags: isAsked(statusItem.permanentFlags) ? FLAGS_NONRECENT : 0,
  };
  const booleans = {
    permanent_keywords: isPermanent,
    allow_new_keywords: isPermanent,
    nonpermanent_modseqs: false,
    no_modseq_tracking: isAsked(statusItem.highestModseq),
    have_guids: true,
    have_save_guids: true,
    have_only_guid128: false,
  };
  for (const [name, value] of Object.entries(numbers)) {
    lua.lua_pushnumber(L, value ?? 0);
    lua.lua_setfield(L, -2, nameBytes(name));
  }
  for (const [name, value] of Object.entries(booleans)) {
    lua.lua_pushboolean(L, value);
    lua.lua_setfield(L, -2, nameBytes(name));
  }
  if (isAsked(statusItem.keywords)) setKeywords(L, status?.keywords ?? []);
}

function setKeywords(L: LuaState, keywords: readonly string[]): void {
  lua.lua_createtable(L, keywords.length, 0);
  for (const [index, keyword] of keywords.entries()) {
    pushMailText(L, keyword);
    lua.lua_rawseti(L, -2, index + 1);
  }
  lua.lua_setfield(L, -2, nameBytes('keywords'));
}
