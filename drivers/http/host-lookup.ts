import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { failureStatus, HttpFailure } from './http-failure.ts';
import { describeSystemError } from './system-error.ts';

/**
 * The addresses of a host as it stands in a URL, in the order in which they are tried.
 * @throws HttpFailure when the name does not resolve.
 */
export async function lookUpHost(host: string): Promise<string[]> {
  const literal = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal)) return [literal];
  try {
    return await resolveName(host);
  } catch (error) {
    const message = `Failed to lookup host ${host}: ${describeSystemError(error)}`;
    throw new HttpFailure(failureStatus.hostLookupFailed, message);
  }
}

async function resolveName(host: string): Promise<string[]> {
  // RFC 6761 §6.4: such a name never resolves, and one must not depend on being online to know it.
  if (/(?:^|\.)invalid$/i.test(host)) throw Object.assign(new Error(host), { code: 'ENOTFOUND' });
  const addresses = await lookup(host, { all: true, order: 'verbatim' });
  return [...new Set(addresses.map(({ address }) => address))];
}
