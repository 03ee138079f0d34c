import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BRIDGE_PATH } from '#contract/bridge';
import { encodeOxNotification } from '#contract/ox';
import type { DriverRun, TransactionReport } from '#contract/report';
import { waitUntil } from '../../scripts/desktop-session.mjs';
import { dovebell } from '../helpers/dovebell-command.ts';
import { startHttpRecorder, type HttpRecorder } from '../helpers/http-recorder.ts';
import { sendOxBody } from '../helpers/ox-sender.ts';
import { startServe, type ServeProcess } from '../helpers/serve-process.ts';

let folder: string;
let script: string;
let hook: HttpRecorder;
let serve: ServeProcess | undefined;

beforeAll(async () => {
  hook = await startHttpRecorder();
});
afterAll(() => hook.stop());
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'dovebell-scripts-'));
  mkdirSync(path.join(folder, 'scripts'));
  script = path.join(folder, 'scripts', 'push.lua');
});
afterEach(async () => {
  await serve?.stop();
  serve = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** A script whose handlers do what is given; `ctx.url` is the setting push_url. */
function writeScript({ onNew = '', atStart = '', onFlags = '' }): void {
  writeFileSync(
    script,
    `local http = require("socket.http")
local settings
${atStart}
function script_init(given) settings = given return 0 end
function script_deinit() dovecot.i_info("the end") end
function dovecot_lua_notify_begin_txn(user)
  return { user = user.username, url = settings and settings.push_url or user:plugin_getenv("push_url") }
end
function dovecot_lua_notify_event_message_new(ctx, event)
  ${onNew}
end
function dovecot_lua_notify_event_flags_set(ctx, event)
  ${onFlags}
end
function dovecot_lua_notify_end_txn(ctx, success) end
`,
  );
}

const POST = `local body, code = http.request(ctx.url, "user=" .. ctx.user .. "&subject=" .. event.subject)
  dovecot.i_info("told of " .. event.subject .. ": " .. tostring(code))`;

const configs = {
  '2.3': () => `plugin {
  push_notification_driver = dlog
  push_notification_driver2 = lua:file=${script}
  push_notification_driver3 = dlog
  push_url = ${hook.origin}/hook
}
`,
  '2.4': () => `push_notification a {
  driver = dlog
}
push_notification b {
  driver = lua
  lua_file = ${script}
  lua_settings {
    push_url = ${hook.origin}/hook
  }
}
push_notification c {
  driver = dlog
}
`,
};

async function start(config = configs['2.3']()): Promise<ServeProcess> {
  const file = path.join(folder, 'push.conf');
  writeFileSync(file, config);
  const dataDir = path.join(folder, 'data');
  serve = await startServe({ dataDir, args: ['--no-toasts', '--config', file] });
  return serve;
}

let uid = 0;
async function deliver(subject: string, user = 'alice'): Promise<TransactionReport> {
  const body = encodeOxNotification({ user, folder: 'INBOX', uidValidity: 7, uid: ++uid, subject });
  expect((await sendOxBody(serve as ServeProcess, body)).status).toBe(200);
  return reportOf(subject);
}

/** Waits for the report of the message with this subject. */
function reportOf(subject: string): Promise<TransactionReport> {
  return waitUntil(`the report of ${subject}`, () => {
    const line = serve?.lines().find((each) => each.includes(`"subject":"${subject}"`));
    return line === undefined ? undefined : (JSON.parse(line) as TransactionReport);
  });
}

async function changeFlags(): Promise<TransactionReport> {
  const running = serve as ServeProcess;
  const { url, login, password } = running;
  const before = running.lines().length;
  const transaction = {
    bridge: { version: 1, dovecot: '2.3' },
    transaction: { id: `flags-${++uid}`, part: 1, parts: 1 },
    server: { host: 'mail.example', service: 'imap' },
    user: 'alice',
    committed: true,
    events: [
      {
        name: 'FlagsSet',
        mailbox: 'INBOX',
        uid: 5,
        uidValidity: 7,
        flags: ['\\Flagged'],
        keywords: ['$Work'],
      },
    ],
  };
  const answer = await fetch(new URL(BRIDGE_PATH, url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`,
    },
    body: JSON.stringify(transaction),
  });
  expect(answer.status).toBe(200);
  return JSON.parse((await running.waitForLines(before + 1)).at(-1) ?? '') as TransactionReport;
}

const luaRun = ({ driverRuns }: TransactionReport): DriverRun | undefined =>
  driverRuns.find(({ driver }) => driver === 'lua');
const outcomes = ({ driverRuns }: TransactionReport) =>
  driverRuns.map(({ driver, outcome }) => `${driver} ${outcome}`);
const linesOf = (run: DriverRun | undefined) => run?.trace.map(({ level, text }) => `${level} ${text}`) ?? [];

describe.each(['2.3', '2.4'] as const)('a script of a configuration for Dovecot %s', (dialect) => {
  it('runs on what comes in, as on the server, between the other drivers', async () => {
    writeScript({
      onNew: POST,
      onFlags: 'dovecot.i_info(event.mailbox .. " " .. table.concat(event.flags, ","))',
    });
    await start(configs[dialect]());
    const report = await deliver('Hello');
    expect(outcomes(report)).toEqual(['dlog done', 'lua done', 'dlog done']);
    const [, , handled] = linesOf(luaRun(report)).filter((line) => line.includes('message_new'));
    expect(linesOf(luaRun(report))).toContain('info told of Hello: 200');
    expect(linesOf(luaRun(report))).toContain(
      `debug lua: Calling dovecot_lua_notify_event_message_new(ctx, event[name=MessageNew,mailbox=INBOX,uid=${uid}])`,
    );
    expect(handled).toBe('debug lua: Called dovecot_lua_notify_event_message_new');
    expect(hook.requests().at(-1)).toMatchObject({
      method: 'POST',
      target: '/hook',
      body: 'user=alice&subject=Hello',
    });
    const flags = await changeFlags();
    expect(outcomes(flags)).toEqual(['dlog done', 'lua done', 'dlog done']);
    expect(linesOf(luaRun(flags))).toContain('info INBOX \\Flagged');
    // `event_` lines of the start belong to the first run only.
    expect(linesOf(luaRun(flags)).filter((line) => line.includes('script_init'))).toEqual([]);
  });
});

describe('a script that fails', () => {
  it('in a handler has a failed run with the reason, and the other drivers go on', async () => {
    writeScript({ onNew: 'error("no " .. event.subject)' });
    await start();
    const report = await deliver('way');
    expect(outcomes(report)).toEqual(['dlog done', 'lua failed', 'dlog done']);
    const run = luaRun(report);
    expect(run?.reason).toBe(
      `lua_pcall(dovecot_lua_notify_event_message_new, 2, 0) failed: ${script}:10: no way`,
    );
    const traceback = run?.trace.find(({ level }) => level === 'error')?.text ?? '';
    expect(traceback).toContain(`lua: ${run?.reason}\nstack traceback:`);
    expect(traceback).toMatch(/push\.lua:10: in function/);
  });

  it('to compile is said at the start and in the report, and runs as soon as it is put right', async () => {
    writeScript({ onNew: 'this is no Lua' });
    const running = await start();
    const report = await deliver('one');
    await expect.poll(() => running.errors()).toMatch(new RegExp(`^${script}:10: error: .*near 'is'$`, 'm'));
    expect(outcomes(report)).toEqual(['dlog done', 'lua failed']);
    expect(luaRun(report)?.reason).toMatch(/^lua_load\(.*push\.lua\) failed: .*push\.lua:10: .* near 'is'$/);
    writeScript({ onNew: 'dovecot.i_info("right now")' });
    const second = await deliver('two');
    expect(outcomes(second)).toEqual(['dlog done', 'lua done', 'dlog done']);
    expect(linesOf(luaRun(second))).toContain('info right now');
  });

  it('because it is not there is said at the start', async () => {
    const running = await start();
    const report = await deliver('one');
    await expect
      .poll(() => running.errors())
      .toContain(`${script}: error: The script cannot be read: ENOENT`);
    expect(luaRun(report)).toMatchObject({
      outcome: 'failed',
      reason: `access(${script}) failed: No such file or directory`,
    });
  });

  it('by never ending is stopped, and holds up neither senders nor what others get', async () => {
    writeScript({ onNew: 'if ctx.user == "alice" then while true do end end dovecot.i_info("quick")' });
    const running = await start();
    expect(
      (await dovebell('lua', 'rules', script, '--time-limit', '500', '--data', running.dataDir)).code,
    ).toBe(0);
    await deliver('warm', 'bob');
    const startedAtMs = performance.now();
    const body = encodeOxNotification({
      user: 'alice',
      folder: 'INBOX',
      uidValidity: 7,
      uid: 900,
      subject: 'loop',
    });
    await sendOxBody(running, body);
    const answeredMs = performance.now() - startedAtMs;
    const bob = await deliver('other', 'bob');
    expect(linesOf(luaRun(bob))).toContain('info quick');
    const report = await reportOf('loop');
    expect(outcomes(report)).toEqual(['dlog done', 'lua failed', 'dlog done']);
    expect(luaRun(report)?.reason).toContain('script stopped: it ran longer than 500 ms');
    expect(luaRun(report)?.durationMs).toBeLessThan(2000);
    expect(answeredMs).toBeLessThan(400);
  });
});

describe('a script that is edited', () => {
  it('is taken up with the next notification, and its old state ends', async () => {
    writeScript({ atStart: 'count = 0', onNew: 'count = count + 1 dovecot.i_info("a" .. count)' });
    await start();
    await deliver('one');
    expect(linesOf(luaRun(await deliver('two')))).toContain('info a2');
    writeScript({ atStart: 'count = 0', onNew: 'count = count + 1 dovecot.i_info("b" .. count)' });
    const lines = linesOf(luaRun(await deliver('three')));
    expect(lines).toContain('info lua: Started anew: a script or its rules have changed');
    expect(lines).toContain('info the end');
    expect(lines).toContain('info b1');
  });

  it('to something that does not start goes on as it was, and the report says so', async () => {
    writeScript({ onNew: 'dovecot.i_info("old")' });
    await start();
    await deliver('one');
    writeScript({ onNew: 'not yet' });
    for (const subject of ['two', 'three']) {
      const report = await deliver(subject);
      expect(outcomes(report)).toEqual(['dlog done', 'lua done', 'dlog done', 'lua failed']);
      expect(linesOf(luaRun(report))).toContain('info old');
      expect(report.driverRuns.at(-1)?.reason).toMatch(
        /^What has changed does not start, and what ran before goes on: lua_load\(.*push\.lua:10: /,
      );
    }
    writeScript({ onNew: 'dovecot.i_info("new")' });
    const report = await deliver('four');
    expect(outcomes(report)).toEqual(['dlog done', 'lua done', 'dlog done']);
    expect(linesOf(luaRun(report))).toContain('info new');
  });
});

describe('a script that wants to go far', () => {
  it('is refused with the command that would allow it, and the command holds at once', async () => {
    // TEST-NET-1 of RFC 5737: nobody answers there, and nothing is sent before it is allowed.
    writeScript({
      onNew: `http.TIMEOUT = 0.2 dovecot.i_info(tostring(select(2, http.request("http://192.0.2.1/"))))`,
    });
    const running = await start();
    // The second comes at once: each row says for itself why nothing was sent.
    for (const report of [await deliver('one'), await deliver('at once')]) {
      expect(linesOf(luaRun(report))).toContain(
        `warning lua: Not connected: 192.0.2.1 is outside this computer and the local network, where scripts may not connect to. To allow it: dovebell lua rules ${script} --net all`,
      );
    }
    expect((await dovebell('lua', 'rules', script, '--net', 'capture', '--data', running.dataDir)).code).toBe(
      0,
    );
    const captured = linesOf(luaRun(await deliver('two')));
    expect(captured).toContain('info 200');
    expect(captured.filter((line) => line.includes('Not connected'))).toEqual([]);
  });
});
