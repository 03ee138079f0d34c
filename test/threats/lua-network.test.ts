// Scripts and the network (design: threat 23): what hands out a machine's credentials is never reached, whatever it is
// called, whatever leads there, and whoever asks. Through the real engine, with its services on this thread.
import dns from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ScriptRules } from '#drivers';
import { message, startOne } from '../drivers/lua/lua-session.ts';
import { EMPTY_HANDLERS, startEngine } from '../drivers/lua/script-engine.ts';

const engine = startEngine();
let server: Server;
let port: number;
let location = '';
const seen: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(302, { location }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.close();
  await engine.close();
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** Runs a piece of a script; gives what it wrote, and every address that this process tried to connect to. */
async function run(body: string, access: ScriptRules['access'], dialect: '2.3' | '2.4' = '2.3') {
  const connect = vi.spyOn(net.Socket.prototype, 'connect');
  const source = `${EMPTY_HANDLERS}
    local function show(...)
      local all = table.pack(...)
      for i = 1, all.n do all[i] = tostring(all[i]) end
      dovecot.i_info(table.concat(all, " "))
    end
    function dovecot_lua_notify_event_message_new(ctx, event) ${body} end`;
  const session = await startOne(engine, source, { dialect, rules: { access } });
  expect(session.problems).toEqual([]);
  await session.run([message]);
  await session.end();
  const said = session.log.filter((line) => /^(info|error): /.test(line)).join('\n');
  const connected = connect.mock.calls.map((args) => JSON.stringify(args));
  connect.mockRestore();
  return { said, connected };
}

/** The address 169.254.169.254, and others of its kind, as hosts of a URL. */
const spellings = [
  '169.254.169.254',
  '169.254.169.254.',
  '169.254.43518',
  '169.16689662',
  '2852039166',
  '0xA9FEA9FE',
  '0251.0376.0251.0376',
  '0xa9.0xfe.0xa9.0xfe',
  '025177524776',
  '169.254.0xa9.0376',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[0:0:0:0:0:ffff:a9fe:a9fe]',
  '[::a9fe:a9fe]',
  '[64:ff9b::a9fe:a9fe]',
  '[2002:a9fe:a9fe::]',
  '[fd00:ec2::254]',
  '[FD00:0EC2:0:0:0:0:0:254]',
  '169.254.170.2',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
];
const hosts = spellings.map((host) => JSON.stringify(host)).join(', ');
const bare = spellings.map((host) => JSON.stringify(host.replace(/^\[|\]$/g, ''))).join(', ');

const askers = {
  'socket.http': `for _, host in ipairs({${hosts}}) do
    show(host, require("socket.http").request("http://" .. host .. "/latest/meta-data/")) end`,
  'ssl.https': `for _, host in ipairs({${hosts}}) do
    show(host, require("ssl.https").request("https://" .. host .. "/latest/meta-data/")) end`,
  'dovecot.http': `local client = dovecot.http.client({})
    for _, host in ipairs({${hosts}}) do
      local ok, request = pcall(client.request, client, {url = "http://" .. host .. "/latest/meta-data/"})
      if ok then local r = request:submit() show(host, r:status(), r:reason()) else show(host, request) end
    end`,
  'a socket': `for _, host in ipairs({${bare}}) do
    local tcp = require("socket").tcp() show(host, tcp:connect(host, 80)) tcp:close()
    show(host, require("socket").connect(host, 80)) end`,
} as const;

describe.each(['all', 'local'] as const)('a script that may connect to: %s', (access) => {
  it.each(Object.keys(askers) as (keyof typeof askers)[])(
    'reaches no cloud metadata service with %s, however it spells it',
    async (asker) => {
      const { said, connected } = await run(askers[asker], access);
      expect(connected).toEqual([]);
      for (const line of said.split('\n')) {
        expect(line).toMatch(
          /cloud metadata address|not known|not an IP address|Failed to parse|Invalid|outside this/,
        );
        expect(line).not.toMatch(/ 200 /);
      }
      expect(said.match(/cloud metadata address/g)?.length).toBeGreaterThanOrEqual(8);
    },
    20_000,
  );

  it.each([
    ['socket.http', (url: string) => `show(require("socket.http").request("${url}"))`, '2.3'],
    [
      'dovecot.http',
      (url: string) =>
        `local r = dovecot.http.client({request_max_redirects = 3}):request({url = "${url}"}):submit() show(r:status(), r:reason())`,
      '2.4',
    ],
  ] as const)('is not led there by an answer: %s', async (_asker, ask, dialect) => {
    for (const target of [
      'http://169.254.169.254/',
      'http://[::ffff:a9fe:a9fe]/',
      'http://2852039166/',
      'file:///etc/passwd',
    ]) {
      location = target;
      seen.length = 0;
      const { said, connected } = await run(ask(`http://127.0.0.1:${port}/`), access, dialect);
      expect(seen).toHaveLength(1);
      expect(connected.filter((to) => !to.includes('127.0.0.1'))).toEqual([]);
      expect(said).not.toContain('root:');
    }
  });

  it('is not led there by a name', async () => {
    const addresses = [{ address: '169.254.169.254', family: 4 }];
    vi.spyOn(dns, 'lookup').mockImplementation(((_host: string, ...rest: unknown[]) => {
      const callback = rest.at(-1) as (error: null, ...found: unknown[]) => void;
      const options = rest[0] as { all?: boolean };
      if (options.all) callback(null, addresses);
      else callback(null, '169.254.169.254', 4);
    }) as unknown as typeof dns.lookup);
    vi.spyOn(dns.promises, 'lookup').mockResolvedValue(addresses as never);
    syncBuiltinESMExports();
    const body = `
      show(require("socket.http").request("http://innocent.example/"))
      show(require("ssl.https").request("https://innocent.example/"))
      show(require("socket").tcp():connect("innocent.example", 80))
      local r = dovecot.http.client({}):request({url = "http://innocent.example/"}):submit()
      show(r:status(), r:reason())`;
    const { said, connected } = await run(body, access);
    expect(connected).toEqual([]);
    expect(said.match(/cloud metadata address/g)).toHaveLength(4);
  });

  it('is not led there by a proxy', async () => {
    const body = `
      show(require("socket.http").request({url = "http://169.254.169.254/", proxy = "http://127.0.0.1:${port}"}))
      show(require("socket.http").request({url = "http://127.0.0.1:${port}/", proxy = "http://169.254.169.254:80"}))`;
    seen.length = 0;
    const { connected } = await run(body, access);
    expect([connected, seen]).toEqual([[], []]);
  });

  it('reads no file by URL', async () => {
    const body = `
      for _, url in ipairs({"file:///etc/passwd", "file://localhost/etc/passwd", "FILE:/etc/passwd", "data:,root:", "ftp://127.0.0.1/"}) do
        show(pcall(require("socket.http").request, url))
        show(pcall(require("ssl.https").request, url))
        show(pcall(function() return dovecot.http.client({}):request({url = url}):submit():payload() end))
      end`;
    const { said, connected } = await run(body, access);
    expect(connected).toEqual([]);
    expect(said).not.toMatch(/root:x|true .*root:/);
  });
});

describe('a script whose requests are only recorded', () => {
  it.each(Object.keys(askers) as (keyof typeof askers)[])('connects to nothing with %s', async (asker) => {
    const { connected } = await run(askers[asker], 'capture');
    expect(connected).toEqual([]);
  });
});
