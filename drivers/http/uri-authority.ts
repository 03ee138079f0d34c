import { isIPv6 } from 'node:net';
import { rest, UriError, type UriScanner } from './uri-scanner.ts';

/** `userinfo` is still percent-encoded; an IPv6 `host` keeps its brackets. */
export interface Authority {
  readonly userinfo: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
}

/**
 * Reads `[userinfo@]host[:port]`.
 *
 * Source: RFC 3986 §3.2; Dovecot lib/uri-util.c, uri_parse_host_authority.
 *
 * @throws UriError with Dovecot's reason.
 */
export function scanAuthority(scanner: UriScanner): Authority {
  const userinfo = /^([A-Za-z0-9\-._~!$&'()*+,;=:%]*)@/.exec(rest(scanner))?.[1];
  if (userinfo !== undefined) scanner.at += userinfo.length + 1;
  const host = scanHost(scanner);
  expectEnd(scanner, /[:/?#]/, 'Invalid host identifier');
  const port = scanPort(scanner);
  return { userinfo, host, port };
}

function expectEnd(scanner: UriScanner, ends: RegExp, message: string): void {
  const next = scanner.text[scanner.at];
  if (next !== undefined && !ends.test(next)) throw new UriError(message);
}

function scanHost(scanner: UriScanner): string {
  const text = rest(scanner);
  if (text.startsWith('[')) return scanIpLiteral(scanner, text);
  const ipv4 = /^\d+\.\d+\.\d+\.\d+/.exec(text)?.[0];
  if (ipv4?.split('.').every((octet) => Number(octet) <= 255)) {
    scanner.at += ipv4.length;
    return ipv4;
  }
  return scanHostName(scanner, text);
}

function scanHostName(scanner: UriScanner, text: string): string {
  const name = /^(?:[A-Za-z0-9][A-Za-z0-9-]*\.?)*/.exec(text)?.[0] ?? '';
  if (/-(?:\.|$)/.test(name)) throw new UriError('Invalid domain label in hostname');
  scanner.at += name.length;
  return name.replace(/\.$/, '');
}

function scanIpLiteral(scanner: UriScanner, text: string): string {
  const end = text.indexOf(']');
  if (end < 0) throw new UriError("Expecting ']' at end of IP-literal");
  const address = text.slice(1, end);
  if (address === '') throw new UriError('Empty IPv6 host address');
  if (address.startsWith('v')) throw new UriError(`Future IP host address '${address}' not supported`);
  if (!isIPv6(address)) throw new UriError(`Invalid IPv6 host address '${address}'`);
  scanner.at += end + 1;
  return text.slice(0, end + 1);
}

function scanPort(scanner: UriScanner): number | undefined {
  const digits = /^:(\d*)/.exec(rest(scanner))?.[1];
  if (digits === undefined) return undefined;
  scanner.at += digits.length + 1;
  const port = Number(digits);
  if (digits !== '' && (port === 0 || port > 65_535)) throw new UriError('Invalid port number');
  expectEnd(scanner, /[/?#]/, 'Invalid host port');
  return digits === '' ? undefined : port;
}
