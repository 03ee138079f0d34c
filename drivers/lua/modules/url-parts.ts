/** The names that `socket.url` gives the parts of a URL, after RFC 2396. */
export const urlFields = [
  'scheme',
  'authority',
  'userinfo',
  'user',
  'password',
  'host',
  'port',
  'path',
  'params',
  'query',
  'fragment',
] as const;

/** Parts as they stand in the URL: undecoded, an absent one left out. One code unit a byte. */
export type UrlParts = { readonly [Field in (typeof urlFields)[number]]?: string | undefined };

/**
 * Splits a URL. The authority ends at the next slash only, so that `http://h?q` has the host `h?q`.
 *
 * @param defaults parts that count when the URL has no such part itself
 */
export function splitUrl(url: string, defaults: UrlParts = {}): UrlParts {
  const [, scheme, afterScheme = ''] = /^(?:([A-Za-z0-9][A-Za-z0-9+\-.]*):)?([^]*)$/.exec(url) ?? [];
  const [, ownAuthority, afterAuthority = ''] = /^(?:\/\/([^/]*))?([^]*)$/.exec(afterScheme) ?? [];
  const [beforeFragment, fragment] = cutAt(afterAuthority, '#');
  const [beforeQuery, query] = cutAt(beforeFragment, '?');
  const [path, params] = cutAt(beforeQuery, ';');
  const authority = ownAuthority ?? defaults.authority;
  const parts = { scheme, authority, path: path === '' ? undefined : path, params, query, fragment };
  return authority === undefined ? parts : { ...parts, ...splitAuthority(authority, defaults.userinfo) };
}

function cutAt(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function splitAuthority(authority: string, defaultUserinfo: string | undefined): UrlParts {
  const [before, after] = cutAt(authority, '@');
  const userinfo = after === undefined ? defaultUserinfo : before;
  return { ...splitHost(after ?? authority), ...splitUserinfo(userinfo) };
}

function splitHost(hostPort: string): UrlParts {
  const colon = hostPort.lastIndexOf(':');
  // A colon before a closing bracket belongs to an IPv6 address.
  const hasPort = colon !== -1 && !hostPort.includes(']', colon);
  const host = hasPort ? hostPort.slice(0, colon) : hostPort;
  return {
    ...(hasPort && { port: hostPort.slice(colon + 1) }),
    ...(host !== '' && { host: /^\[([^]+)\]$/.exec(host)?.[1] ?? host }),
  };
}

function splitUserinfo(userinfo: string | undefined): UrlParts {
  if (userinfo === undefined) return {};
  const colon = userinfo.lastIndexOf(':');
  if (colon === -1) return { userinfo, user: userinfo };
  return { userinfo, user: userinfo.slice(0, colon), password: userinfo.slice(colon + 1) };
}

/** Puts parts together; host, port and user win over an authority. */
export function formatUrl(parts: UrlParts): string {
  const { path = '', params, query, scheme, fragment } = parts;
  const authority = formatAuthority(parts);
  return [
    scheme === undefined ? '' : `${scheme}:`,
    authority === undefined ? '' : `//${authority}`,
    path,
    params === undefined ? '' : `;${params}`,
    query === undefined ? '' : `?${query}`,
    fragment === undefined ? '' : `#${fragment}`,
  ].join('');
}

function formatAuthority({ authority, host, port, user, password, userinfo }: UrlParts): string | undefined {
  if (host === undefined) return authority;
  const login = user === undefined ? userinfo : user + (password === undefined ? '' : `:${password}`);
  return [
    login === undefined ? '' : `${login}@`,
    host.includes(':') ? `[${host}]` : host,
    port === undefined ? '' : `:${port}`,
  ].join('');
}
