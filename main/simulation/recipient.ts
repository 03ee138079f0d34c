import { normalizeMailboxName } from '#store';

/** recipient_delimiter of the recorded servers, which save to the mailbox that the detail names. */
const DELIMITER = '+';

/** Whose mail an LMTP recipient is, and the mailbox: `alice+Archive@example.com` is alice's Archive. */
export function readRecipient(address: string): { readonly user: string; readonly mailbox: string } {
  const [, quoted, plain = '', domain = ''] = /^(?:"((?:[^"\\]|\\.)*)"|([^@]*))(.*)$/s.exec(address) ?? [];
  const local = quoted?.replace(/\\(.)/gs, '$1') ?? plain;
  const at = local.indexOf(DELIMITER);
  const detail = at > 0 ? local.slice(at + 1) : '';
  const name = at > 0 ? local.slice(0, at) : local;
  return {
    user: `${name}${domain}`.toLowerCase(),
    mailbox: detail === '' ? 'INBOX' : normalizeMailboxName(detail),
  };
}
