import dns from 'node:dns';
import net from 'node:net';
import { parseIpAddress } from '../net/ip-address.ts';
import type { EndPoint, SocketFamily, SocketTrouble } from './socket-calls.ts';
import { socketErrorText } from './socket-errors.ts';
import { withinTime } from './wait-limit.ts';

const NOT_KNOWN = 'host or service not provided, or not known';
const familyNumbers = { any: 0, inet: 4, inet6: 6 } as const;

type Address = Omit<EndPoint, 'port'>;

/**
 * The addresses of a host, in the order in which to try them. Never rejects.
 *
 * Numbers in the spellings of inet_aton are read here, not by the resolver, so that what is checked and what is
 * connected to are the same.
 */
export function lookupHost(
  host: string,
  family: SocketFamily,
  timeoutMs: number | null,
): Promise<readonly Address[] | SocketTrouble> {
  const literal = literalAddress(host);
  if (literal) return Promise.resolve([literal]);
  // eslint-disable-next-line no-control-regex
  if (host === '' || /[\0-\x20]/.test(host)) return Promise.resolve({ error: NOT_KNOWN });
  return withinTime<readonly Address[] | SocketTrouble>(
    timeoutMs,
    () => ({ error: 'timeout' }),
    (settle) => {
      dns.lookup(host, { all: true, family: familyNumbers[family] }, (error, found) => {
        if (error) settle({ error: socketErrorText(error) });
        else
          settle(
            found.map((entry) => ({ address: entry.address, family: entry.family === 6 ? 'inet6' : 'inet' })),
          );
      });
      return undefined;
    },
  );
}

function literalAddress(host: string): Address | undefined {
  if (net.isIPv6(host)) return { address: host, family: 'inet6' };
  const parsed = parseIpAddress(host);
  if (parsed?.version !== 4) return undefined;
  const bytes = [24, 16, 8, 0].map((shift) => (parsed.value >>> shift) & 255);
  return { address: bytes.join('.'), family: 'inet' };
}

/** The name of an address. */
export function reverseLookup(address: string): Promise<{ name: string } | SocketTrouble> {
  return new Promise((resolve) => {
    if (net.isIP(address) === 0) return resolve({ error: 'host not found' });
    dns.lookupService(address, 0, (error, name) => resolve(error ? { error: 'host not found' } : { name }));
  });
}

/** Services whose names scripts use in place of numbers; a full list is the system's affair. */
const servicePorts = new Map([
  ['ftp', 21],
  ['ssh', 22],
  ['smtp', 25],
  ['domain', 53],
  ['http', 80],
  ['pop3', 110],
  ['imap2', 143],
  ['imap', 143],
  ['https', 443],
  ['submissions', 465],
  ['submission', 587],
  ['imaps', 993],
  ['pop3s', 995],
]);

/** The port that a script wrote; undefined when it is none. */
export function parsePort(text: string): number | undefined {
  // As getaddrinfo does, which keeps 16 bits of any number.
  return /^\d+$/.test(text) ? Number(text) % 65536 : servicePorts.get(text);
}
