/** What stands between `//` and the next `/`, `?` or `#`, and what comes after it. */
const HTTP_URL = /^([a-z][a-z0-9+.-]*):(\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#[\s\S]*)?$/i;
/** Characters that may stand in a path or a query as they are (RFC 3986 §3.3, §3.4), and the percent sign. */
const NOT_IN_PATH = /[^A-Za-z0-9\-._~!$&'()*+,;=:@%/]/u;
const NOT_IN_QUERY = /[^A-Za-z0-9\-._~!$&'()*+,;=:@%/?]/u;

/**
 * Why Dovecot does not take the URL of an ox driver, in its words; undefined when it does.
 *
 * Source: Dovecot http-url.c, http_url_parse; uri-util.c. The order of the checks is that of the URL's parts.
 */
export function oxUrlProblem(url: string): string | undefined {
  const match = HTTP_URL.exec(url);
  const [, scheme, authority, login, path = '', query = '', fragment] = match ?? [];
  // `127.0.0.1:24080/x` begins with a digit, and `localhost:80/x` would have the scheme localhost.
  if (scheme === undefined) return 'Relative HTTP URL not allowed';
  if (!/^https?$/i.test(scheme)) return 'Not an HTTP URL';
  if (authority === undefined) return `Absolute HTTP URL requires \`//' after \`${scheme}:'`;
  const problem = authorityProblem(login ?? '') ?? partProblem('Path', path, NOT_IN_PATH);
  if (problem !== undefined) return problem;
  if (fragment !== undefined) return 'URL fragment not allowed for HTTP URL in this context';
  return partProblem('Query', query.slice(1), NOT_IN_QUERY);
}

function authorityProblem(authority: string): string | undefined {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(host) ?? [];
  if (name === '') return 'HTTP URL does not allow empty host identifier';
  if (port !== undefined && !(/^[0-9]*$/.test(port) && Number(port) <= 65_535)) return 'Invalid port number';
  return escapeProblem(authority);
}

function partProblem(part: 'Path' | 'Query', text: string, forbidden: RegExp): string | undefined {
  const bad = forbidden.exec(text);
  const escape = escapeProblem(bad ? text.slice(0, bad.index) : text);
  if (escape !== undefined || !bad) return escape;
  return `${part} component contains invalid character '${bad[0]}'`;
}

function escapeProblem(text: string): string | undefined {
  const bad = /%(?![0-9a-f]{2})([0-9a-f]?)([\s\S]?)/i.exec(text);
  if (!bad) return undefined;
  const [, first = '', found = ''] = bad;
  if (found === '') return "Unexpected URI boundary after '%'";
  return `Expecting hex digit after '%${first}', but found '${found}'`;
}
