import { scanAuthority, type Authority } from './uri-authority.ts';
import {
  decodePercent,
  encodePercent,
  pathCharacter,
  pathOrSlash,
  queryCharacter,
  rest,
  scanComponent,
  UriError,
  type UriScanner,
} from './uri-scanner.ts';

/**
 * An http or https URL. `path` is decoded and one character a byte, `query` is as written, and the
 * credentials are decoded bytes; what the URL does not have is undefined.
 */
export interface HttpUrl {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number | undefined;
  readonly user: Buffer | undefined;
  readonly password: Buffer | undefined;
  readonly path: string | undefined;
  readonly query: string | undefined;
}

/** `nameCharacters`: reasons show the wrong character, as from Dovecot 2.4 on. */
export interface HttpUrlOptions {
  readonly nameCharacters: boolean;
  readonly allowUserinfo: boolean;
  /** `//host/path` is http. */
  readonly schemeOptional?: boolean;
}

/**
 * Parses an absolute URL as strictly as Dovecot.
 *
 * Source: Dovecot lib-http/http-url.c, http_url_parse.
 *
 * @throws UriError with Dovecot's reason, e.g. `Not an HTTP URL`.
 */
export function parseHttpUrl(
  text: string,
  { nameCharacters, allowUserinfo, schemeOptional = false }: HttpUrlOptions,
): HttpUrl {
  const scanner: UriScanner = { text: Buffer.from(text).toString('latin1'), at: 0, nameCharacters };
  const scheme = scanScheme(scanner);
  const hasAuthority = rest(scanner).startsWith('//');
  if (scheme !== undefined && !hasAuthority) {
    throw new UriError("Absolute HTTP URL requires `//' after `http:'");
  }
  if (!hasAuthority) throw new UriError('Relative HTTP URL not allowed');
  scanner.at += 2;
  const authority = scanAuthority(scanner);
  const credentials = readCredentials(authority, allowUserinfo);
  if (scheme === undefined && !schemeOptional) throw new UriError('Relative HTTP URL not allowed');
  const path = scanPath(scanner);
  const query = scanQuery(scanner);
  refuseFragment(scanner);
  return {
    secure: scheme === 'https',
    host: authority.host,
    port: authority.port,
    ...credentials,
    path,
    query,
  };
}

function scanScheme(scanner: UriScanner): 'http' | 'https' | undefined {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]{0,63}):/.exec(scanner.text)?.[1];
  if (scheme === undefined) return undefined;
  const known = (['http', 'https'] as const).find((name) => name === scheme.toLowerCase());
  if (!known) throw new UriError('Not an HTTP URL');
  scanner.at = scheme.length + 1;
  return known;
}

function readCredentials(
  { host, userinfo }: Authority,
  allowed: boolean,
): Pick<HttpUrl, 'user' | 'password'> {
  if (host === '') throw new UriError('HTTP URL does not allow empty host identifier');
  if (userinfo === undefined) return { user: undefined, password: undefined };
  if (!allowed) throw new UriError("HTTP URL does not allow `userinfo@' part");
  const colon = userinfo.indexOf(':');
  const bytes = (encoded: string) => Buffer.from(decodePercent(encoded), 'latin1');
  if (colon < 0) return { user: bytes(userinfo), password: undefined };
  return { user: bytes(userinfo.slice(0, colon)), password: bytes(userinfo.slice(colon + 1)) };
}

// Dot segments are removed while still encoded, so `%2e%2e` stays a name. Source: lib/uri-util.c, uri_parse_path.
function scanPath(scanner: UriScanner): string | undefined {
  if (!rest(scanner).startsWith('/')) return undefined;
  const kept: string[] = [];
  let last = '';
  while (scanner.text[scanner.at] === '/') {
    scanner.at++;
    last = scanComponent(scanner, { name: 'Path', allowed: pathCharacter, ends: '/?#' });
    if (last === '..') kept.pop();
    else if (last !== '.') kept.push(last);
  }
  if (last === '.' || last === '..') kept.push('');
  return kept.map((segment) => `/${decodePercent(segment)}`).join('');
}

function scanQuery(scanner: UriScanner): string | undefined {
  if (scanner.text[scanner.at] !== '?') return undefined;
  scanner.at++;
  return scanComponent(scanner, { name: 'Query', allowed: queryCharacter, ends: '#' });
}

function refuseFragment(scanner: UriScanner): void {
  if (scanner.text[scanner.at] !== '#') return;
  scanner.at++;
  scanComponent(scanner, { name: 'Fragment', allowed: queryCharacter, ends: '' });
  throw new UriError('URL fragment not allowed for HTTP URL in this context');
}

/** `host[:port]` as it stands in the Host header: the port only when the URL has one. */
export function formatAuthority({ host, port }: HttpUrl): string {
  return port === undefined ? host : `${host}:${port}`;
}

/** What stands in the request line: path, `/` when there is none, and query. */
export function formatTarget({ path = '', query }: HttpUrl): string {
  const target = path === '' ? '/' : encodePercent(path, pathOrSlash);
  return query === undefined ? target : `${target}?${query}`;
}

/** Scheme and authority, without credentials. */
export function formatOrigin(url: HttpUrl): string {
  return `${url.secure ? 'https' : 'http'}://${formatAuthority(url)}`;
}

/** The whole URL without credentials, as Dovecot 2.4 shows it in its log. */
export function formatHttpUrl(url: HttpUrl): string {
  return formatOrigin(url) + formatTarget(url);
}
