import { isIPv6 } from 'node:net';

/** One part of an address as inet_aton reads it: decimal, octal with `0`, hexadecimal with `0x`. */
const part = /^(?:0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)$/i;

/**
 * 4 or 6 for an address, 0 for anything else. As Dovecot has it, an IPv4 address may be short (`1.2.3`) and an IPv6
 * address may stand in brackets.
 *
 * Source: Dovecot lib/net.c, net_addr2ip (inet_aton, inet_pton).
 */
export function ipFamily(text: string): 0 | 4 | 6 {
  if (text.includes(':')) return isIPv6(text.replace(/^\[(.*)\]$/, '$1')) ? 6 : 0;
  return isShortIPv4(text) ? 4 : 0;
}

function isShortIPv4(text: string): boolean {
  const parts = text.split('.');
  if (parts.length > 4 || !parts.every((one) => part.test(one))) return false;
  const values = parts.map((one) => Number.parseInt(one, radix(one)));
  const last = values.pop() ?? 0;
  return values.every((value) => value <= 0xff) && last < 0x100 ** (4 - values.length);
}

function radix(text: string): number {
  if (/^0x/i.test(text)) return 16;
  return text.startsWith('0') ? 8 : 10;
}
