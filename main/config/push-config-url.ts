/** What stands between `//` and the next `/`, `?` or `#`, and what comes after it. */
const HTTP_URL = /^([a-z][a-z0-9+.-]*):(\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#[\s\S]*)?$/i;
/** Characters that may stand in a path or a query as they are (RFC 3986 §3.3, §3.4), and the percent sign. */
const NOT_IN_PATH = /[^A-Za-z0-9\-._~!$&'()*+,;=:@%/]/u;
const NOT_IN_QUERY = /[^A-Za-z0-9\-._~!$&'()*+,;=:@%/?]/u;

/**
 * Why Dovecot does not take the URL of an ox driver, in its words; undefined when it does.
 *
 * `nameCharacters`: reasons show the wrong character, as from Dovecot 2.4 on.
 *
 * Source: Dovecot http-url.c, http_url_parse; uri-util.c. The order of the checks is that of the URL's parts.
 */
export function oxUrlProblem(
  url: string,
  { nameCharacters }: { readonly nameCharacters: boolean },
): string | undefined {
  const partProblem = (name: 'Path' | 'Query', text: string, forbidden: RegExp) =>
    componentProblem({ name, text, forbidden }, nameCharacters);
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
  const [, name = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(host) ?? [];
  if (name === '') return 'HTTP URL does not allow empty host identifier';
  return portProblem(port) ?? escapeProblem(authority);
}

function portProblem(port: string): string | undefined {
  const digits = /^[0-9]*/.exec(port)?.[0] ?? '';
  if (digits !== '' && (Number(digits) === 0 || Number(digits) > 65_535)) return 'Invalid port number';
  return digits === port ? undefined : 'Invalid host port';
}

interface Component {
  readonly name: 'Path' | 'Query';
  readonly text: string;
  readonly forbidden: RegExp;
}

function componentProblem({ name, text, forbidden }: Component, nameCharacters: boolean): string | undefined {
  const bad = forbidden.exec(text);
  const escape = escapeProblem(bad ? text.slice(0, bad.index) : text);
  if (escape !== undefined || !bad) return escape;
  const reason = `${name} component contains invalid character`;
  return nameCharacters ? `${reason} ${quoteCharacter(bad[0])}` : reason;
}

// Of a character that is no ASCII, the first byte is meant. Source: Dovecot uri-util.c, uri_char_sanitize.
function quoteCharacter(character: string): string {
  const byte = Buffer.from(character)[0] ?? 0;
  return byte >= 0x20 && byte < 0x7f ? `'${character}'` : `<0x${byte.toString(16).padStart(2, '0')}>`;
}

function escapeProblem(text: string): string | undefined {
  const bad = /%(?![0-9a-f]{2})([0-9a-f]?)([\s\S]?)/i.exec(text);
  if (!bad) return undefined;
  const [, first = '', found = ''] = bad;
  if (found === '') return "Unexpected URI boundary after '%'";
  return `Expecting hex digit after '%${first}', but found '${found}'`;
}
