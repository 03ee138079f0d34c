import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSocketService, type SocketService } from '../../../../drivers/lua/host/socket-service.ts';
import type { NetAccess } from '../../../../drivers/lua/net/net-access.ts';
import type { ScriptExchange } from '../../../../drivers/lua/net/script-exchange.ts';
import { startBlockingLua, type BlockingLua } from './blocking-lua.ts';

let server: http.Server;
let base: string;
let seen: string[] = [];
const recorded: ScriptExchange[] = [];
const machines = new Map<NetAccess, { lua: BlockingLua; service: SocketService }>();

beforeAll(async () => {
  server = http.createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (request.url === '/metadata') response.writeHead(302, { Location: 'http://169.254.169.254/latest' });
    else if (request.url === '/moved') response.writeHead(302, { Location: '/end' });
    else response.writeHead(200, { 'X-Seen': request.headers['x-mailbox'] ?? '' });
    request.resume().on('end', () => response.end(request.url === '/end' ? 'there' : 'here'));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const access of ['capture', 'local'] as const) {
    const service = createSocketService({ access, record: (exchange) => recorded.push(exchange) });
    machines.set(access, { service, lua: await startBlockingLua(service) });
  }
}, 60_000);

afterAll(async () => {
  for (const { lua, service } of machines.values()) {
    await lua.close();
    service.close();
  }
  server.close();
});

beforeEach(() => {
  seen = [];
  recorded.length = 0;
});

function run(access: NetAccess, code: string): Promise<string> {
  const machine = machines.get(access);
  if (!machine) throw new Error(`no machine for ${access}`);
  const prelude = `local http, ltn12, base = require("socket.http"), require("ltn12"), "${base}"
    local function show(...) local t = table.pack(...) for i = 1, t.n do
      if type(t[i]) == "table" then t[i] = next(t[i]) and "{…}" or "{}" end t[i] = tostring(t[i]) end
      return table.concat(t, " | ") end `;
  return machine.lua.run(`${prelude} ${code}`);
}

describe('ssl.https', () => {
  it('requests over TLS without looking at the certificate, unless told to', async () => {
    const file = (name: string): Buffer =>
      readFileSync(path.join(import.meta.dirname, '../../../fixtures/tls', name));
    const secure = https.createServer(
      { key: file('self-signed.key'), cert: file('self-signed.pem') },
      (request, response) => response.end(`secure ${request.method}`),
    );
    await new Promise<void>((resolve) => {
      secure.listen(0, '127.0.0.1', resolve);
    });
    const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/x`;
    const code = `local https = require("ssl.https") local list = {}
      local body, code = https.request("${url}")
      local _, reason = https.request({ url = "${url}", verify = "peer" })
      local r, c = http.request({ url = "${url}", sink = ltn12.sink.table(list) })
      return show(body, code, reason, r, c, table.concat(list))`;
    expect(await run('local', code)).toBe(
      'secure GET | 200 | certificate verify failed | 1 | 200 | secure GET',
    );
    secure.close();
  });
});

describe('socket.http', () => {
  it('sends nothing in capture mode, and answers 200 without a body', async () => {
    const code = `return show(http.request("http://hooks.example.com/x", "new mail"))`;
    expect(await run('capture', code)).toBe(' | 200 | {} | HTTP/1.1 200 OK');
    expect(recorded).toEqual([
      expect.objectContaining({
        method: 'POST',
        url: 'http://hooks.example.com/x',
        body: 'new mail',
        status: 200,
        captured: true,
      }),
    ]);
  });

  it('captures requests over TLS too', async () => {
    const code = `return show(require("ssl.https").request("https://hooks.example.com/x"))`;
    expect(await run('capture', code)).toBe(' | 200 | {} | HTTP/1.1 200 OK');
    expect(recorded).toMatchObject([{ url: 'https://hooks.example.com/x', captured: true }]);
  });

  it('makes no other connection in capture mode', async () => {
    const code = `return show(require("socket").connect("127.0.0.1", ${new URL(base).port}))`;
    expect(await run('capture', code)).toContain('nil | scripts may not use the network');
    expect(seen).toEqual([]);
  });

  it('records each hop without credentials', async () => {
    const code = `local url = base:gsub("//", "//bob:secret@") return show(http.request(url .. "/moved"))`;
    expect(await run('local', code)).toContain('there | 200 | ');
    expect(seen).toEqual(['GET /moved', 'GET /end']);
    expect(recorded.map(({ url, status }) => [url, status])).toEqual([
      [`${base}/moved`, 302],
      [`${base}/end`, 200],
    ]);
    expect(JSON.stringify(recorded)).not.toContain('secret');
    expect(JSON.stringify(recorded)).not.toContain(Buffer.from('bob:secret').toString('base64'));
    expect(recorded[0]?.headers).toContainEqual(['authorization', '<redacted>']);
  });

  it('follows no redirect to where scripts may not connect', async () => {
    expect(await run('local', `return show(http.request(base .. "/metadata"))`)).toContain('metadata');
    expect(recorded.map(({ status }) => status)).toEqual([302, null]);
  });

  it.each([
    [`headers = { ["X-Mailbox"] = "INBOX\\r\\nX-Evil: 1" }`, 'the header x-mailbox'],
    [`headers = { ["X-Evil: 1\\r\\nX"] = "y" }`, 'a header name'],
    [`headers = { ["X-Mailbox"] = "a\\0b" }`, 'the header x-mailbox'],
    [`method = "GET / HTTP/1.1\\r\\n\\r\\nGET"`, 'the method'],
    [`uri = "/x HTTP/1.1\\r\\nX-Evil: 1\\r\\n"`, 'the request target'],
  ])('refuses a request whose parts hold line breaks (%#)', async (field, what) => {
    const code = `return show(http.request({ url = base .. "/ok", ${field} }))`;
    expect(await run('local', code)).toBe(`nil | ${what} holds a line break or NUL`);
    expect(seen).toEqual([]);
    expect(recorded).toMatchObject([{ status: null }]);
  });

  it('gives the answer to a sink chunk by chunk and takes the body from a source', async () => {
    const code = `local chunks = {}
      local r, code = http.request({ url = base .. "/", method = "POST", headers = { ["x-mailbox"] = "INBOX" },
        source = ltn12.source.table({ "a", "b" }), sink = ltn12.sink.table(chunks) })
      return show(r, code, table.concat(chunks))`;
    expect(await run('local', code)).toBe('1 | 200 | here');
    expect(recorded).toMatchObject([{ body: 'ab', status: 200 }]);
  });

  it('records an error of the script as the end of the request, and raises it', async () => {
    const code = `return show(pcall(http.request, { url = base, sink = function() error("full", 0) end }))`;
    expect(await run('local', code)).toBe('false | full');
    expect(recorded).toMatchObject([{ status: null, error: 'full' }]);
  });

  it('shows up in a traceback as on the server', async () => {
    const code = `return select(2, xpcall(function() http.request(nil) end, debug.traceback))`;
    expect(await run('local', code)).toMatch(
      /^\/usr\/share\/lua\/5\.4\/socket\/http\.lua:270: attempt to index a nil value \(local 'reqt'\)\nstack traceback:\n\t\[(?:C|JS)\]: in function 'socket\.http\.request'\n/,
    );
  });
});
