import net from 'node:net';
import type { HttpCase } from './lua-http-case.ts';

/** A request as the server saw it: one code unit a byte; a chunked body with its chunk sizes. */
export interface SeenRequest {
  readonly requestLine: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** The server that the requests of scripts were recorded against, by what the recordings show of it. */
export interface LuaFixtureServer {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly base: string;
  /** The case that comes next: paths that no rule knows are answered so that it can come out. */
  expect(httpCase: HttpCase): void;
  /** The complete requests since the last call. */
  takeRequests(): SeenRequest[];
  close(): Promise<void>;
}

/** Longer than any time-out of the cases. */
const SLOW_MS = 1500;

export async function startLuaFixtureServer(): Promise<LuaFixtureServer> {
  const sockets = new Set<net.Socket>();
  let seen: SeenRequest[] = [];
  let expected: HttpCase | undefined;
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (data) => {
      text += data.toString('latin1');
      const request = completeRequest(text);
      if (!request) return;
      text = '';
      seen.push(request);
      answer(socket, responseTo(request, expected).replaceAll('{PORT}', String(portOf(server))));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: portOf(server),
    base: `http://127.0.0.1:${portOf(server)}`,
    expect(httpCase) {
      expected = httpCase;
    },
    takeRequests() {
      const taken = seen;
      seen = [];
      return taken;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function portOf(server: net.Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function completeRequest(text: string): SeenRequest | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [requestLine = '', ...headers] = text.slice(0, end).split('\r\n');
  const body = text.slice(end + 4);
  const length = /^content-length: (\d+)$/im.exec(headers.join('\n'))?.[1] ?? 0;
  const isChunked = /^transfer-encoding: chunked$/im.test(headers.join('\n'));
  const isWhole = isChunked ? body.endsWith('0\r\n\r\n') : body.length >= Number(length);
  return isWhole ? { requestLine, headers: headers.toSorted(), body } : undefined;
}

/** Sends a response up to the mark SLOW, waits there, and goes on. The connection ends with it. */
function answer(socket: net.Socket, response: string): void {
  const [first = '', rest] = response.split(SLOW);
  if (rest === undefined) {
    socket.end(Buffer.from(first, 'latin1'));
    return;
  }
  socket.write(Buffer.from(first, 'latin1'));
  setTimeout(() => socket.end(Buffer.from(rest, 'latin1')), SLOW_MS).unref();
}

const SLOW = '<slow>';

/** Answers by path, as the recordings show them. */
const fixed: Readonly<Record<string, string>> = {
  '/ok': plain('hello'),
  '/bin': plain('\0\u0001\u00ff\u00fe\r\n'),
  '/nolen': 'HTTP/1.1 200 OK\r\nX: y\r\n\r\nuntil closed body',
  '/chunked': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n',
  '/badchunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n',
  '/204': 'HTTP/1.1 204 No Content\r\n\r\n',
  '/503nophrase': 'HTTP/1.1 503\r\nContent-Length: 0\r\n\r\n',
  '/100': 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  '/rel/302': 'HTTP/1.1 302 Found\r\nLocation: ../ok\r\nContent-Length: 3\r\n\r\nrel',
  '/abs302': 'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{PORT}/ok\r\nContent-Length: 3\r\n\r\nabs',
  '/empty302': 'HTTP/1.1 302 Found\r\nLocation: \r\nContent-Length: 3\r\n\r\nemp',
  '/noloc302': 'HTTP/1.1 302 Found\r\nContent-Length: 3\r\n\r\nnol',
  '/space302': 'HTTP/1.1 302 Found\r\nLocation: /o k\r\nContent-Length: 0\r\n\r\n',
  '/loop': 'HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 4\r\n\r\nloop',
  '/short': 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort',
  '/garbage': 'garbage line\r\nmore\r\n',
  '/http10': 'HTTP/1.0 200 OK\r\n\r\nten',
  '/identity': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nid',
  '/401': 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n',
  '/500': 'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops',
  '/slow': `${SLOW}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`,
  '/slowbody': `HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello${SLOW}world`,
};

function responseTo(request: SeenRequest, expected: HttpCase | undefined): string {
  const [, method = '', path = ''] =
    /^(\S+) ([^?]*)/.exec(request.requestLine.replace(/ HTTP\/1\.1$/, '')) ?? [];
  if (path === '/echo') return plain(`${method} ${request.body}`);
  const status = /^\/(3\d\d)$/.exec(path)?.[1];
  const redirect = `HTTP/1.1 ${status} Redirect\r\nLocation: /ok\r\nContent-Length: 5\r\n\r\nmoved`;
  return fixed[path] ?? (status === undefined ? unknownResponse(request, expected) : redirect);
}

function unknownResponse({ requestLine }: SeenRequest, expected: HttpCase | undefined): string {
  const [first, ...more] = expected?.serverSaw ?? [];
  const isOnly = first?.requestLine === requestLine && more.length === 0;
  return (isOnly && expected && recordedResponse(expected)) || NOT_FOUND;
}

function plain(body: string): string {
  const head = 'HTTP/1.1 200 OK\r\nX-Test: One\r\nX-Test: Two\r\nContent-Type: text/plain\r\n';
  return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
}

const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n';

/** A response from which the recorded result follows, for a path that is not known here. */
function recordedResponse({ results }: HttpCase): string | undefined {
  const [first, code, headers, statusLine, sunk] = results;
  if (first === null) return failingResponse(String(code));
  if (typeof statusLine !== 'string' || typeof headers !== 'object' || headers === null) return undefined;
  const body = [sunk, first].find((value) => typeof value === 'string') ?? '';
  const isChunked = 'transfer-encoding' in headers && headers['transfer-encoding'] === 'chunked';
  const size = body.length.toString(16);
  const framed = isChunked ? `${body === '' ? '' : `${size}\r\n${body}\r\n`}0\r\n\r\n` : body;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  return `${statusLine}\r\n${lines.join('')}\r\n${framed}`;
}

function failingResponse(reason: string): string | undefined {
  if (reason === 'timeout') return `${SLOW}HTTP/1.1 200 OK\r\n\r\n`;
  if (reason === 'closed') return 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n';
  if (reason === 'malformed reponse headers') return 'HTTP/1.1 200 OK\r\nno field\r\n\r\n';
  if (reason === 'invalid chunk size') return 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n';
  return reason.startsWith('HTTP/') ? `${reason}\r\n\r\n` : undefined;
}
