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
  lua.lua_createtable(L, 0, 20);
  pushMailText(L, question.vname);
  lua.lua_setfield(L, -2, nameBytes('mailbox'));
  for (const [name, value] of Object.entries(statusNumbers(question))) {
    lua.lua_pushnumber(L, value ?? 0);
    lua.lua_setfield(L, -2, nameBytes(name));
  }
  for (const [name, value] of Object.entries(statusBooleans(question))) {
    lua.lua_pushboolean(L, value);
    lua.lua_setfield(L, -2, nameBytes(name));
  }
  if (isAsked(question, 'keywords')) setKeywords(L, question.status?.keywords ?? []);
}

function isAsked({ items }: StatusQuestion, item: keyof typeof statusItem): boolean {
  return (items & statusItem[item]) !== 0;
}

function isPermanent(question: StatusQuestion): boolean {
  return isAsked(question, 'permanentFlags') && !question.isReadonly;
}

function statusNumbers(question: StatusQuestion): Record<string, number | undefined> {
  const { status } = question;
  const asked = (item: keyof typeof statusItem, value: number | undefined) =>
    isAsked(question, item) ? value : 0;
  return {
    messages: status?.messages,
    recent: asked('recent', status?.recent),
    unseen: asked('unseen', status?.unseen),
    uidvalidity: status?.uidValidity,
    uidnext: status?.uidNext,
    first_unseen_seq: asked('firstUnseenSeq', status?.firstUnseenSeq),
    first_recent_uid: status?.firstRecentUid,
    highest_modseq: asked('highestModseq', status?.highestModseq),
    highest_pvt_modseq: 0,
    permanent_flags: isPermanent(question) ? FLAGS_NONRECENT : 0,
    flags: asked('permanentFlags', FLAGS_NONRECENT),
  };
}

function statusBooleans(question: StatusQuestion): Record<string, boolean> {
  return {
    permanent_keywords: isPermanent(question),
    allow_new_keywords: isPermanent(question),
    nonpermanent_modseqs: false,
    no_modseq_tracking: isAsked(question, 'highestModseq'),
    have_guids: true,
    have_save_guids: true,
    have_only_guid128: false,
  };
}

function setKeywords(L: LuaState, keywords: readonly string[]): void {
  lua.lua_createtable(L, keywords.length, 0);
  for (const [index, keyword] of keywords.entries()) {
    pushMailText(L, keyword);
    lua.lua_rawseti(L, -2, index + 1);
  }
  lua.lua_setfield(L, -2, nameBytes('keywords'));
}
