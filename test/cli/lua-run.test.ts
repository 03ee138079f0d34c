import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { runCli as RunCli } from '../../main/cli/index.ts';
import type { ScriptRunResult } from '../../main/replay.ts';
import { EMPTY_HANDLERS, handlerScript } from '../drivers/lua/script-engine.ts';

/** The built command line: its scripts run in the built thread. */
let runCli: typeof RunCli;
const folder = mkdtempSync(path.join(os.tmpdir(), 'dovebell-lua-run-'));
beforeAll(async () => {
  const built = path.resolve(import.meta.dirname, '../../out/main/cli.js');
  ({ runCli } = (await import(pathToFileURL(built).href)) as { runCli: typeof RunCli });
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const place = path.join(folder, name);
  writeFileSync(place, text);
  return place;
}
const events = (...lines: unknown[]) =>
  file('events.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'));
const message = { name: 'MessageNew', subject: 'hi' };

async function run(script: string, eventsFile: string, ...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(['lua', 'run', script, '--events', eventsFile, ...args], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** Runs a handler of new messages with --json. */
async function runJson(body: string, lines: readonly unknown[] = [message], ...args: string[]) {
  const { code, out } = await run(
    file('script.lua', handlerScript(body)),
    events(...lines),
    '--json',
    ...args,
  );
  return { code, ...(JSON.parse(out) as ScriptRunResult) };
}
const texts = ({ log }: ScriptRunResult) =>
  log.filter(({ level }) => level === 'info').map(({ text }) => text);

describe('dovebell lua run', () => {
  it('says what it did and ends with 0', async () => {
    const script = file('script.lua', handlerScript('dovecot.i_info("got " .. event.subject)'));
    const { code, out } = await run(script, events(message));
    expect(code).toBe(0);
    expect(out).toMatch(/got hi/);
    expect(out.split('\n').at(-1)).toMatch(/^ok: 1 transactions, 3 calls, 0 requests, \d+ ms$/);
  });

  it('gives calls, lines and requests as JSON', async () => {
    const body = `dovecot.i_warning("careful")
      require("socket.http").request("http://user:secret@192.0.2.1/push?a=b", "body")`;
    const result = await runJson(body);
    expect(result).toMatchObject({
      code: 0,
      ok: true,
      txns: 1,
      calls: [
        { fn: 'dovecot_lua_notify_begin_txn', args: [{ username: 'user@example.com' }], result: {} },
        {
          fn: 'dovecot_lua_notify_event_message_new',
          args: [{}, { name: 'MessageNew', mailbox: 'INBOX', uid: 1, uid_validity: 1, subject: 'hi' }],
        },
        { fn: 'dovecot_lua_notify_end_txn', args: [{}, true] },
      ],
      http: [
        {
          method: 'POST',
          url: 'http://192.0.2.1/push?a=b',
          body: 'body',
          status: 200,
          captured: true,
        },
      ],
    });
    expect(result.log).toContainEqual({ level: 'warning', text: 'careful' });
    expect(result.durationMs).toBeGreaterThan(0);
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  it('ends with 1 and says why when a function fails, and goes on', async () => {
    const result = await runJson('error("broken " .. event.uid)', [message, { ...message, uid: 2 }]);
    expect(result).toMatchObject({ code: 1, ok: false, txns: 1 });
    const said = result.calls.map(({ error }) => error?.split('\n')[0]?.replace(/^.*: /, ''));
    expect(said).toEqual([undefined, 'broken 1.0', 'broken 2.0', undefined]);
  });

  it('ends with 1 when the script does not load', async () => {
    const script = file('bad.lua', 'x = = 1');
    const { code, out } = await run(script, events(message));
    expect(code).toBe(1);
    expect(out).toContain(`lua_load(${script}) failed: ${script}:1: unexpected symbol near '='`);
  });

  it('ends with 1 when the script runs too long', async () => {
    const started = performance.now();
    const result = await runJson('while true do end', [message], '--time-limit', '50');
    expect(result).toMatchObject({ code: 1, ok: false });
    expect(result.calls[1]?.error).toContain('script stopped: it ran longer than 50 ms');
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it.each([
    ['--dialect', '2.5', '--dialect takes document, 2.3, 2.4, not 2.5'],
    ['--time-limit', '1', '--time-limit takes a whole number from 10 to 600000, not 1'],
    [
      '--metadata',
      'nothing',
      '--metadata takes [MAILBOX]/private/…=VALUE or [MAILBOX]/shared/…=VALUE, not nothing',
    ],
    ['--metadata', 'INBOX/private/a//b=1', "Entry name /private/a//b must not contain '//'"],
    ['--set', 'url', '--set takes name=value, not url'],
    ['--net', 'some', '--net takes capture, local, allow, all, not some'],
    ['--bogus', 'x', "Unknown option '--bogus'"],
  ])('ends with 2 for wrong usage: %s %s', async (option, given, reason) => {
    const { code, err } = await run(file('script.lua', EMPTY_HANDLERS), events(message), option, given);
    expect(code).toBe(2);
    expect(err).toMatch(/^dovebell lua: /);
    expect(err).toContain(reason);
    expect(err).toContain('Usage: ');
  });

  it('ends with 2 without events', async () => {
    const err: string[] = [];
    const output = { out: () => undefined, err: (text: string) => void err.push(text) };
    expect(await runCli(['lua', 'run', file('script.lua', '')], output)).toBe(2);
    expect(err.join()).toContain('--events');
  });

  it('ends with 3 when a file cannot be read, or is none of events', async () => {
    const script = file('script.lua', EMPTY_HANDLERS);
    expect(await run('/nowhere.lua', events(message))).toMatchObject({
      code: 3,
      err: expect.stringContaining('/nowhere.lua cannot be read') as string,
    });
    expect(await run(script, '/nowhere.jsonl')).toMatchObject({ code: 3 });
    for (const [line, said] of [
      ['{', /events.jsonl:2: /],
      ['7', /:2: an event is a JSON object/],
      ['{"name":"Bogus"}', /:2: there is no event "Bogus"/],
      ['{"name":"MessageNew","uid":-1}', /:2: .*uid/s],
      ['{"events":7}', /:2: events is not a list/],
    ] as const) {
      const { code, err } = await run(script, file('events.jsonl', `${JSON.stringify(message)}\n${line}\n`));
      expect(code).toBe(3);
      expect(err).toMatch(said);
    }
  });

  it('reads events as they stand in reports, whole reports, and fills in what they do not say', async () => {
    const lines = [
      { name: 'messagenew' },
      {},
      { events: [{ ...message, user: 'bob', mailbox: 'Archive', uid: 9 }] },
    ].filter((line) => Object.keys(line).length > 0);
    const result = await runJson('dovecot.i_info(event.mailbox .. event.uid)', lines);
    expect(texts(result)).toEqual(['INBOX1.0', 'Archive9.0']);
    const forced = await runJson('dovecot.i_info("x")', lines, '--user', 'carol');
    expect(JSON.stringify(forced.calls)).not.toContain('bob');
    expect(JSON.stringify(forced.calls)).toContain('carol');
  });

  it('takes consecutive events of one user and mailbox for a transaction, and gives each user a state', async () => {
    const body = 'count = (count or 0) + 1 dovecot.i_info(count)';
    const lines = [
      { ...message, user: 'a' },
      { ...message, user: 'a', uid: 2 },
      { ...message, user: 'b' },
      { ...message, user: 'a', mailbox: 'Archive' },
    ];
    const result = await runJson(body, lines);
    expect(result.txns).toBe(3);
    expect(texts(result)).toEqual(['1', '2', '1', '3']);
  });

  it('has the mail that the events tell of', async () => {
    const source = `local user
      function dovecot_lua_notify_begin_txn(u) user = u return {} end
      local function say(ctx, event)
        local s = user:mailbox(event.mailbox):status(dovecot.storage.STATUS_MESSAGES, dovecot.storage.STATUS_UNSEEN)
        dovecot.i_info(string.format("%s %d %d", event.name, s.messages, s.unseen))
      end
      dovecot_lua_notify_event_message_new = say
      dovecot_lua_notify_event_flags_set = say
      dovecot_lua_notify_event_message_expunge = say
      function dovecot_lua_notify_end_txn() end`;
    const script = file('script.lua', source);
    const lines = [
      message,
      { ...message, uid: 2 },
      { name: 'MailboxSubscribe', mailbox: 'Other' },
      { name: 'FlagsSet', flags: ['\\Seen'], keywords: [] },
      { name: 'MailboxSubscribe', mailbox: 'Other' },
      { name: 'MessageExpunge', uid: 2 },
    ];
    const { out } = await run(script, events(...lines), '--json');
    expect(texts(JSON.parse(out) as ScriptRunResult)).toEqual([
      'MessageNew 2 2',
      'MessageNew 2 2',
      'FlagsSet 2 1',
      'MessageExpunge 1 0',
    ]);
  });

  it('hands settings on: to plugin_getenv in 2.3, to script_init in 2.4', async () => {
    const older = file(
      'older.lua',
      `${EMPTY_HANDLERS} function dovecot_lua_notify_begin_txn(user) dovecot.i_info(user:plugin_getenv("key")) end`,
    );
    expect((await run(older, events(message), '--set', 'key=a=b')).out).toContain('a=b');
    const newer = file('newer.lua', `${EMPTY_HANDLERS} function script_init(s) dovecot.i_info(s.key) end`);
    expect((await run(newer, events(message), '--set', 'key=a=b', '--dialect', '2.4')).out).toContain('a=b');
  });

  it('is the document’s dialect, strict or not, when told to', async () => {
    const flags = [{ name: 'FlagsSet', flags: ['\\Seen'], keywords: [] }];
    const source = handlerScript('')
      .replaceAll('event_message_new', 'event_flags_set')
      .replace(
        /\(ctx, event\)\n\nend/,
        '(ctx, event) dovecot.i_info(tostring(event.flags) .. tostring(event.user)) end',
      );
    const script = file('script.lua', source);
    expect((await run(script, events(...flags), '--dialect', 'document')).out).toContain(
      '8.0user@example.com',
    );
    expect((await run(script, events(...flags), '--strict')).out).toMatch(/table: 0x.*nil/);
    expect((await run(script, events(...flags))).out).toMatch(/table: 0x.*user@example.com/);
  });

  it('sends requests to this machine with --net local', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.end('thanks');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const body = `local b, c = require("socket.http").request("http://127.0.0.1:${port}/x") dovecot.i_info(c .. b)`;
      const result = await runJson(body, [message], '--net', 'local');
      expect(texts(result)).toEqual(['200thanks']);
      expect(result.http).toMatchObject([{ method: 'GET', status: 200, captured: false }]);
      expect(seen).toEqual(['GET /x']);
    } finally {
      server.close();
    }
  });
});
