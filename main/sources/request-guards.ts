import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import os from 'node:os';
import { RequestRejected } from './ox-request.ts';

/**
 * Refuses what a web page could send: a page in the user's browser can make requests to 127.0.0.1, and with
 * DNS rebinding under a name of its own. Mail servers send no Origin, and a Host that is an address, this
 * machine's name or one that was allowed.
 *
 * @throws RequestRejected 400 without a Host, 403 otherwise.
 */
export function checkOrigin(request: IncomingMessage, allowedHosts: ReadonlySet<string>): void {
  const { headers } = request;
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) {
    throw new RequestRejected(403, {
      code: 'from_a_web_page',
      message:
        'The request has an Origin header: it comes from a web page, and web pages may not send notifications',
    });
  }
  const host = hostName(headers.host);
  if (host === undefined) {
    throw new RequestRejected(400, { code: 'no_host', message: 'The request has no Host header' });
  }
  if (isIP(host) === 0 && !allowedHosts.has(host)) {
    throw new RequestRejected(403, {
      code: 'unknown_host',
      message: `The request is for the host ${host.slice(0, 80)}, which is not this machine; allow the name with --allow-host`,
    });
  }
}

function hostName(header: string | undefined): string | undefined {
  if (!header) return undefined;
  const bracketed = /^\[([^\]]*)\](?::\d*)?$/.exec(header);
  if (bracketed) return bracketed[1];
  return header.replace(/:\d*$/, '').toLowerCase();
}

/** The names under which this machine may be asked: its own, `localhost`, the one it listens on, and `extra`. */
export function allowedHostNames(listenHost: string, extra: readonly string[]): ReadonlySet<string> {
  return new Set(['localhost', os.hostname(), listenHost, ...extra].map((name) => name.toLowerCase()));
}

/** Tells whether a request presents the credentials. */
export type Authenticate = (authorization: string | undefined) => 'accepted' | 'missing' | 'wrong';

/** Creates the check of HTTP Basic authentication (RFC 7617). Takes the same time wherever a guess goes wrong. */
export function createAuthenticate(credentials: {
  readonly login: string;
  readonly password: string;
}): Authenticate {
  const expected = digest(
    unpadded(Buffer.from(`${credentials.login}:${credentials.password}`).toString('base64')),
  );
  let accepted: Buffer | undefined;
  return (authorization) => {
    if (authorization === undefined) return 'missing';
    // A sender presents the same text each time; seen right once, it needs no digest.
    const given = Buffer.from(authorization, 'latin1');
    if (given.length === accepted?.length && timingSafeEqual(given, accepted)) return 'accepted';
    const encoded = /^basic +(\S+) *$/i.exec(authorization)?.[1];
    if (encoded === undefined) return 'wrong';
    // The encoded texts are compared: decoding forgives characters that are no base64.
    if (!timingSafeEqual(digest(unpadded(encoded)), expected)) return 'wrong';
    accepted = given;
    return 'accepted';
  };
}

const unpadded = (base64: string): string => base64.replace(/={1,2}$/, '');
const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
