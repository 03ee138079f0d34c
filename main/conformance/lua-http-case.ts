import type { LuaFixtureServer, SeenRequest } from './lua-fixture-server.ts';
import { comparable, luaString, runCase, type CallResult, type RunLua } from './lua-golden.ts';

/** A recorded request of `socket.http`. `{PORT}` stands for the port of the server. */
export interface HttpCase {
  readonly name: string;
  /** The call as Lua; for requests in table form, only what they are about. */
  readonly call: string;
  readonly ok: boolean;
  readonly results: readonly unknown[];
  /** Complete requests only; headers sorted. */
  readonly serverSaw?: readonly SeenRequest[];
}

export interface HttpGolden {
  readonly cases: readonly HttpCase[];
}

/** Seconds that a request may take here; the fixture's slow answers take longer. */
const TIMEOUT_SECONDS = 0.4;

/** Says how a request went otherwise than recorded; undefined when it did not. */
export async function runHttpCase(
  httpCase: HttpCase,
  run: RunLua,
  server: LuaFixtureServer,
): Promise<string | undefined> {
  server.expect(httpCase);
  const code = isComplete(httpCase.call) ? `return ${httpCase.call}` : tableCall(httpCase);
  const prelude = `http = require("socket.http") ltn12 = require("ltn12") http.TIMEOUT = ${TIMEOUT_SECONDS} BASE = ${luaString(server.base)}`;
  const actual = await runCase(run, code, prelude);
  const saw = server.takeRequests();
  return compare(httpCase, actual, saw, server.port);
}

/** Descriptions of requests in table form say with an arrow what is made of the results. */
function isComplete(call: string): boolean {
  return /^http\.request\b/.test(call) && !call.includes(' -> ');
}

function compare(
  { ok, results, serverSaw = [] }: HttpCase,
  actual: CallResult,
  saw: readonly SeenRequest[],
  port: number,
): string | undefined {
  const withPort = (value: unknown): string => JSON.stringify(value).replaceAll('{PORT}', String(port));
  const wanted = withPort([comparable({ ok, results }), serverSaw.map(inOrder)]);
  const got = withPort([comparable(actual), saw.map(inOrder)]);
  return wanted === got ? undefined : `expected ${wanted}, got ${got}`;
}

function inOrder({ requestLine, headers, body }: SeenRequest): SeenRequest {
  return { requestLine, headers: headers.toSorted(), body };
}

/**
 * The request in table form that the recorded one must have been: its name says what it is about, and the server
 * saw the rest.
 */
function tableCall(httpCase: HttpCase): string {
  const { name, results } = httpCase;
  const fields = requestFields(httpCase);
  const reason = luaString(String(results[1]));
  if (/\bsource error\b/.test(name)) {
    // The server saw no complete request: a length was announced, and nothing came.
    fields.push(
      'method = "POST", headers = { ["content-length"] = 5 }',
      `source = ltn12.source.error(${reason})`,
    );
  }
  if (/\bstep\b/.test(name)) fields.push('step = ltn12.pump.step');
  for (const [option] of name.matchAll(/\b(?:redirect|maxredirects)=\w+/g)) fields.push(option);
  const sink = /\bsink error\b/.test(name)
    ? `function() return nil, ${reason} end`
    : 'ltn12.sink.table(list)';
  if (!/\bno sink\b/.test(name)) fields.push(`sink = ${sink}`);
  const call = `http.request({ ${fields.join(', ')} })`;
  if (!httpCase.call.startsWith('http.request{')) return `local list = {} return ${call}`;
  return (
    `local list = {} local got = table.pack(${call}) ` +
    `got[got.n + 1] = table.concat(list) return table.unpack(got, 1, got.n + 1)`
  );
}

function requestFields({ name, serverSaw }: HttpCase): string[] {
  const [seen] = serverSaw ?? [];
  if (!seen) return ['url = BASE .. "/echo"'];
  const [, method = 'GET', target = '/'] = /^(\S+) (.*) HTTP\/1\.1$/.exec(seen.requestLine) ?? [];
  return [
    ...targetFields(name, target),
    ...(method === 'GET' ? [] : [`method = ${luaString(method)}`]),
    ...headerFields(name, seen),
    ...bodyFields(seen),
  ];
}

function targetFields(name: string, target: string): string[] {
  if (!target.startsWith('/')) return ['url = BASE .. "/ok"', `uri = ${luaString(target)}`];
  if (!/\bno url\b/.test(name)) return [`url = BASE .. ${luaString(target)}`];
  return [
    'scheme = "http"',
    'host = BASE:match("//([^:]*)")',
    'port = BASE:match("%d+$")',
    `path = ${luaString(target)}`,
  ];
}

const defaultHeader =
  /^(Connection: close, TE|Host: .*|TE: trailers|User-Agent: LuaSocket .*|Transfer-Encoding: chunked)$/;

function headerFields(name: string, { headers }: SeenRequest): string[] {
  const own = headers.filter((header) => !defaultHeader.test(header));
  const login = own.find((header) => header.startsWith('Authorization: Basic '));
  const others = own.filter((header) => header !== login);
  const fields = login === undefined ? [] : [loginFields(login)];
  if (others.length === 0) return fields;
  if (/\binjection\b/.test(name)) {
    const [injected = '', first = ''] = others.toSorted();
    const [field = '', value = ''] = first.split(': ');
    return [...fields, `headers = { [${luaString(field)}] = ${luaString(`${value}\r\n${injected}`)} }`];
  }
  const entries = others.map((header) => headerEntry(header, /\bnumber\b/.test(name)));
  return [...fields, `headers = { ${entries.join(', ')} }`];
}

function headerEntry(header: string, isNumber: boolean): string {
  const [field = '', value = ''] = header.split(': ');
  return `[${luaString(field.toLowerCase())}] = ${isNumber ? value : luaString(value)}`;
}

function loginFields(header: string): string {
  const login = Buffer.from(header.replace(/^.* /, ''), 'base64').toString('latin1');
  const colon = login.indexOf(':');
  return `user = ${luaString(login.slice(0, colon))}, password = ${luaString(login.slice(colon + 1))}`;
}

function bodyFields({ headers, body }: SeenRequest): string[] {
  if (headers.includes('Transfer-Encoding: chunked')) {
    const chunks = [...body.matchAll(/[0-9A-F]+\r\n([^]*?)\r\n/g)].map(([, chunk = '']) => chunk);
    const texts = chunks.filter((chunk) => chunk !== '').map(luaString);
    return [`source = ltn12.source.table({ ${texts.join(', ')} })`];
  }
  return body === '' ? [] : [`source = ltn12.source.string(${luaString(body)})`];
}
