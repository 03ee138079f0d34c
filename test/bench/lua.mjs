import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { inCheckout } from '../../scripts/checkout.mjs';
import { median } from './statistics.mjs';

const ROUNDS = 7;
const BATCH = 100;
const BATCHES = 50;
const SINGLE = 1_000;
const POSTS = 300;
/** Before the posts that count: both sides are compiled by then, which takes some two thousand requests. */
const WARM_UP_ROUNDS = 8;
/** Of the goals in the plan. */
const MIN_BATCH_RATE = 25_000;
const MIN_DRIVER_RATE = 2_000;
const MIN_REAL_LUA_RATIO = 1 / 20;
const MAX_POST_EXTRA_MS = 0.5;
const MAX_READY_MS = 250;

const SCRIPT = `
local seen = 0
function dovecot_lua_notify_begin_txn(user) return { user = user, n = 0 } end
function dovecot_lua_notify_event_message_new(ctx, event)
  ctx.n = ctx.n + 1
  if event.subject ~= nil and #event.from > 0 then seen = seen + 1 end
end
function dovecot_lua_notify_end_txn(ctx, success) end
`;

/** In one handler: what a transaction costs besides is measured elsewhere. */
const POST_SCRIPT = `
local POSTS = ${POSTS}
local http = require("socket.http")
function dovecot_lua_notify_begin_txn(user) return { url = user:plugin_getenv("push_url") } end
function dovecot_lua_notify_event_message_new(ctx, event)
  for count = 1, POSTS do
    local body, code = http.request(ctx.url, "uid=" .. count)
    if code ~= 200 then error("answered " .. tostring(code)) end
  end
end
function dovecot_lua_notify_end_txn(ctx, success) end
`;

const KEPT_POST_SCRIPT = `
local POSTS = ${POSTS}
local client = dovecot.http.client {}
function dovecot_lua_notify_begin_txn(user) return { url = user:plugin_getenv("push_url") } end
function dovecot_lua_notify_event_message_new(ctx, event)
  for count = 1, POSTS do
    local request = client:request { url = ctx.url, method = "POST" }
    request:set_payload("uid=" .. count)
    local answer = request:submit()
    if answer:status() ~= 200 then error("answered " .. answer:status()) end
  end
end
function dovecot_lua_notify_end_txn(ctx, success) end
`;

/** An event with all seventeen fields. */
const event = (uid) => ({
  name: 'MessageNew',
  user: 'alice',
  mailbox: 'INBOX',
  uid,
  uidValidity: 1_700_000_000,
  date: 1_704_110_400,
  tz: 60,
  from: '=?utf-8?q?=C3=84?= <alice@barfoo.org>',
  fromAddress: 'alice@barfoo.org',
  fromDisplayName: 'Ä',
  to: 'Bob <bob@example.com>',
  toAddress: 'bob@example.com',
  toDisplayName: 'Bob',
  subject: 'Test päivää',
  snippet: 'Hey guys This is only a test...',
  messageId: '<1@example.org>',
  flags: ['\\Seen'],
  keywords: ['$Important'],
});

/**
 * What a script costs: transactions in its thread, through the driver, beside the real Lua making the same calls;
 * a blocking request beside undici alone; the start of a thread; and the memory of a user who is idle.
 */
export async function measureLua(defer) {
  const measured = await import('../../out/main/measured.js');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dovebell-bench-lua-'));
  defer(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'push.lua');
  await writeFile(file, SCRIPT);
  const context = { measured, folder, file };
  return [
    await measureReady(context),
    ...(await measureBatches(context)),
    await measureDriver(context),
    ...(await measurePosts(context, defer)),
    measureMemoryOfStates(context),
  ];
}

function createEngine({ measured }) {
  return measured.createLuaEngine(inCheckout('out', 'main'));
}

function registry({ measured }, engine) {
  return measured.createDrivers({ lua: { engine, rulesFor: () => ({ access: 'local' }) } });
}

async function startDriver(context, engine, { file, user = 'alice', settings = {} }) {
  const { drivers, problems } = await context.measured.initDrivers(
    [{ driver: 'lua', settings: { file } }],
    registry(context, engine),
    { user, clock: Date.now, settings, setting: (name) => settings[name] },
  );
  if (problems.length > 0) throw new Error(problems[0].message);
  return drivers;
}

/** From the wish for a thread to the first script in it. */
async function measureReady(context) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const engine = createEngine(context);
    const startedAtMs = performance.now();
    await startDriver(context, engine, { file: context.file });
    times.push(performance.now() - startedAtMs);
    await engine.close();
  }
  return { name: 'lua.ready', value: median(times), unit: 'ms', atMost: MAX_READY_MS };
}

async function measureBatches(context) {
  const engine = createEngine(context);
  const script = await openScript(context, engine);
  const rounds = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const ours = await batchRate(script);
    const real = realLuaRate(context.folder);
    if (round > 0) rounds.push({ ours, real });
  }
  await engine.close();
  const rate = median(rounds.map(({ ours }) => ours));
  const results = [{ name: 'lua.batch-rate', value: rate, unit: 'transactions/s', atLeast: MIN_BATCH_RATE }];
  if (rounds.some(({ real }) => real === undefined)) return results;
  return [
    ...results,
    {
      name: 'lua.real-lua-ratio',
      value: median(rounds.map(({ ours, real }) => ours / real)),
      unit: 'ratio',
      atLeast: MIN_REAL_LUA_RATIO,
      baselines: { 'lua5.4 transactions/s': median(rounds.map(({ real }) => real)) },
    },
  ];
}

async function openScript({ measured, file }, engine) {
  return measured.openScriptForBench(engine, { file, source: Buffer.from(SCRIPT) });
}

async function batchRate(script) {
  const startedAtMs = performance.now();
  for (let batch = 0; batch < BATCHES; batch++) {
    const calls = Array.from({ length: BATCH }, (_, at) => {
      const txn = batch * BATCH + at;
      return [
        { kind: 'begin', txn },
        { kind: 'event', txn, event: event(at + 1) },
        { kind: 'end', txn, success: true },
      ];
    }).flat();
    const outcomes = await script.perform(calls, { hear: () => undefined });
    const failed = outcomes.find(({ error }) => error !== undefined);
    if (failed) throw new Error(failed.error);
  }
  return (BATCH * BATCHES) / ((performance.now() - startedAtMs) / 1000);
}

/** The same functions in the same order, each event a new table of seventeen fields, each call under a traceback. */
function realLuaRate(folder) {
  const program = `
${SCRIPT}
local user = { username = "alice" }
local function make(uid)
  return { name = "MessageNew", mailbox = "INBOX", uid = uid + 0.0, uid_validity = 1700000000.0, date = 1704110400.0,
    tz = 60.0, from = "=?utf-8?q?=C3=84?= <alice@barfoo.org>", from_address = "alice@barfoo.org",
    from_display_name = "Ä", to = "Bob <bob@example.com>", to_address = "bob@example.com", to_display_name = "Bob",
    subject = "Test päivää", snippet = "Hey guys This is only a test...", message_id = "<1@example.org>",
    flags = { "\\\\Seen" }, keywords = { "$Important" } }
end
local count = 200000
local started = os.clock()
for i = 1, count do
  local _, ctx = xpcall(dovecot_lua_notify_begin_txn, debug.traceback, user)
  xpcall(dovecot_lua_notify_event_message_new, debug.traceback, ctx, make(i))
  xpcall(dovecot_lua_notify_end_txn, debug.traceback, ctx, true)
end
print(count / (os.clock() - started))
`;
  const { status, stdout } = spawnSync('lua5.4', ['-'], { input: program, encoding: 'utf8', cwd: folder });
  return status === 0 ? Number(stdout) : undefined;
}

async function measureDriver(context) {
  const engine = createEngine(context);
  const drivers = await startDriver(context, engine, { file: context.file });
  const rates = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const startedAtMs = performance.now();
    for (let at = 1; at <= SINGLE; at++) await runOne(context, drivers, at);
    if (round > 0) rates.push(SINGLE / ((performance.now() - startedAtMs) / 1000));
  }
  await engine.close();
  return { name: 'lua.driver-rate', value: median(rates), unit: 'transactions/s', atLeast: MIN_DRIVER_RATE };
}

async function runOne({ measured }, drivers, uid) {
  const transaction = { user: 'alice', mailbox: 'INBOX', events: [event(uid)], committed: true };
  const options = { clock: Date.now, deduplicateRegistrations: true };
  const [run] = await measured.runTransaction(transaction, drivers, options);
  if (run?.outcome !== 'done') throw new Error(run?.reason ?? 'the driver did not run');
}

/**
 * A request of a script beside one of undici that goes about it the same way: LuaSocket opens a connection for
 * each, dovecot.http keeps one.
 */
async function measurePosts(context, defer) {
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => response.end('ok'));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  defer(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}/`;
  return [
    await measurePost(context, { name: 'lua.post-extra', script: POST_SCRIPT, url, reset: true }),
    await measurePost(context, { name: 'lua.post-extra-kept', script: KEPT_POST_SCRIPT, url, reset: false }),
  ];
}

async function measurePost(context, { name, script, url, reset }) {
  const file = path.join(context.folder, `${name}.lua`);
  await writeFile(file, script);
  const engine = createEngine(context);
  const drivers = await startDriver(context, engine, { file, settings: { push_url: url } });
  const rounds = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const ours = await timePosts(() => runOne(context, drivers, 1));
    const undici = await timePosts(async () => {
      for (let at = 1; at <= POSTS; at++) await context.measured.postWithUndici(url, `uid=${at}`, reset);
    });
    if (round >= 0) rounds.push({ ours, undici });
  }
  await engine.close();
  return {
    name,
    value: median(rounds.map(({ ours, undici }) => ours - undici)),
    unit: 'ms',
    atMost: MAX_POST_EXTRA_MS,
    baselines: { 'undici ms': median(rounds.map(({ undici }) => undici)) },
  };
}

async function timePosts(post) {
  const startedAtMs = performance.now();
  await post();
  return (performance.now() - startedAtMs) / POSTS;
}

/** In a process of its own: what was measured before leaves memory that comes and goes. */
function measureMemoryOfStates({ file }) {
  const script = inCheckout('test', 'bench', 'lua-memory.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return { name: 'lua.state-memory', value: Number(stdout), unit: 'kB/user' };
}
