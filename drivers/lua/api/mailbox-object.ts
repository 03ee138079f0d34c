import { lauxlib, lua, type LuaCFunction, type LuaState } from '#fengari';
import { checkCount, nameBytes, raise } from '../binding.ts';
import type { ScriptContext } from '../script-context.ts';
import { createObjectKind, refuse } from './lua-object.ts';
import { callMail, pushMailText } from './mail-host.ts';
import { fromMailText } from './mail-text.ts';
import { mailboxMetadata } from './mailbox-metadata.ts';
import { pushStatus } from './mailbox-status.ts';
import { byName } from './named-objects.ts';
import { mailboxFlag } from './storage-constants.ts';

/** A mailbox as a script has it. Nothing is kept open for it, so there is nothing to release at the end. */
export interface MailboxHandle {
  readonly vname: string;
  readonly flags: number;
  isFreed: boolean;
}

const mailboxKind = createObjectKind<MailboxHandle>('struct mailbox');
const comparisons = byName(mailboxKind, ({ vname }) => fromMailText(vname));

/** The mailbox of an argument. @throws a Lua error when it is none, or freed. */
function checkMailbox(L: LuaState, arg: number): MailboxHandle {
  const handle = mailboxKind.check(L, arg);
  return handle.isFreed ? refuse(L, { arg, type: mailboxKind.type, got: 'freed mailbox' }) : handle;
}

/** Pushes a mailbox object; there need not be such a mailbox. */
export function pushMailbox(context: ScriptContext, L: LuaState, mailbox: string, flags: number): void {
  const { vname, name } = callMail(context, L, 'mail.names', mailbox, (reason) => reason);
  mailboxKind.push(L, { vname, flags, isFreed: false });
  pushMailText(L, vname);
  lua.lua_setfield(L, -2, nameBytes('vname'));
  pushMailText(L, name);
  lua.lua_setfield(L, -2, nameBytes('name'));
}

/**
 * Registers mailbox objects.
 *
 * Source: Dovecot lib-storage/mailbox-lua.c. Unlike there, where it kills the process, the use of a freed mailbox
 * is an error, and mailboxes are compared by name.
 */
export function openMailboxes(context: ScriptContext): void {
  const opened = ({ vname, flags }: MailboxHandle) => ({ mailbox: vname, ...openOptions(context, flags) });
  const opening =
    (what: string, maxArgs: number): LuaCFunction =>
    (L) => {
      checkCount(L, 1, maxArgs);
      const handle = checkMailbox(L, 1);
      if (lua.lua_gettop(L) > 1) lauxlib.luaL_checkinteger(L, 2);
      const failed = (reason: string) => `${what}(${handle.vname}) failed: ${reason}`;
      callMail(context, L, 'mail.open', opened(handle), failed);
      return 0;
    };
  mailboxKind.define(context.L, {
    ...comparisons,
    open: opening('mailbox_open', 1),
    sync: opening('mailbox_sync', 2),
    close(L) {
      checkCount(L, 1);
      checkMailbox(L, 1);
      return 0;
    },
    free(L) {
      checkCount(L, 1);
      mailboxKind.check(L, 1).isFreed = true;
      return 0;
    },
    status(L) {
      const handle = checkMailbox(L, 1);
      const items = checkItems(L);
      const failed = (reason: string) => `mailbox_get_status(${handle.vname}, ${items}) failed: ${reason}`;
      // Without items Dovecot does not look at the mailbox.
      const status = items === 0 ? undefined : callMail(context, L, 'mail.status', opened(handle), failed);
      pushStatus(L, {
        vname: handle.vname,
        isReadonly: hasFlag(handle, mailboxFlag.readonly),
        items,
        status,
      });
      return 1;
    },
    ...mailboxMetadata(context, (L) => checkMailbox(L, 1).vname),
  });
}

function hasFlag({ flags }: MailboxHandle, flag: number): boolean {
  return Math.floor(flags / flag) % 2 === 1;
}

// 2.3 has the flags in C, and they do nothing there.
function openOptions({ dialect, strict }: ScriptContext, flags: number) {
  const isHeeded = dialect === '2.4' || !strict;
  const has = (flag: number) => isHeeded && Math.floor(flags / flag) % 2 === 1;
  return { autoCreate: has(mailboxFlag.autoCreate), autoSubscribe: has(mailboxFlag.autoSubscribe) };
}

/** The items asked for, OR-ed; an unsigned 32-bit number. @throws a Lua error when there is none. */
function checkItems(L: LuaState): number {
  const top = lua.lua_gettop(L);
  if (top < 2) return raise(L, 'expecting at least 1 parameter');
  let items = 0;
  for (let arg = 2; arg <= top; arg++)
    items |= Number(BigInt.asIntN(32, BigInt(lauxlib.luaL_checkinteger(L, arg))));
  return items >>> 0;
}
