import { lua, type LuaState } from '#fengari';
import { nameBytes, pushText } from '../binding.ts';

/** Names that are not simply written with capitals at the start of each word. */
const oddNames = [
  'Content-ID',
  'Content-MD5',
  'DSN-Gateway',
  'ETag',
  'Final-Log-ID',
  'Message-ID',
  'MIME-Version',
  'Original-Envelope-ID',
  'Received-From-MTA',
  'Remote-MTA',
  'Reporting-MTA',
  'Resent-Message-ID',
  'SMTP-Remote-Recipient',
  'TE',
  'WWW-Authenticate',
];

const plainNames = `accept accept-charset accept-encoding accept-language accept-ranges action age allow
  alternate-recipient arrival-date authorization bcc cache-control cc comments connection content-description
  content-disposition content-encoding content-language content-length content-location content-range
  content-transfer-encoding content-type cookie date diagnostic-code expect expires final-recipient from host if-match
  if-modified-since if-none-match if-range if-unmodified-since in-reply-to keywords last-attempt-date last-modified
  location max-forwards original-recipient pragma proxy-authenticate proxy-authorization range
  received references referer reply-to resent-bcc resent-cc resent-date resent-from resent-reply-to resent-sender
  resent-to retry-after return-path sender server status subject to trailer transfer-encoding upgrade user-agent vary
  via warning will-retry-until x-mailer`;

/**
 * `socket.headers`: `canonic` has, for lower-case names of header fields, how `socket.http` writes them. Names that
 * are not in it are sent in lower case.
 *
 * Source: LuaSocket 3.1.0, socket/headers.lua.
 */
export function openSocketHeaders(L: LuaState): number {
  lua.lua_newtable(L);
  lua.lua_newtable(L);
  for (const name of [...plainNames.split(/\s+/).map(capitalize), ...oddNames]) {
    pushText(L, name);
    lua.lua_setfield(L, -2, nameBytes(name.toLowerCase()));
  }
  lua.lua_setfield(L, -2, nameBytes('canonic'));
  return 1;
}

function capitalize(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
