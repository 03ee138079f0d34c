import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LuaEngine } from '#drivers';
import {
  EMPTY_HANDLERS,
  handlerScript,
  startEngine,
  startScript,
  workersDir,
  newMessage,
} from './script-engine.ts';

let engine: LuaEngine;
beforeAll(() => void (engine = startEngine()));
afterAll(() => engine.close());

const counting = handlerScript('count = (count or 0) + 1 dovecot.i_info("count " .. count)');
const fine = [undefined, undefined, undefined];

describe('a script in the engine', () => {
  it('gives what was written, in order, with what came of each call', async () => {
    const script = await startScript(
      engine,
      handlerScript('dovecot.i_info(event.subject) dovecot.i_error("e")'),
    );
    expect(script.outcome).toEqual({ lines: [{ level: 'debug', text: 'lua: Calling script_init' }] });
    expect(await script.transact()).toEqual(fine);
    expect(script.log).toEqual([
      'debug: lua: Calling script_init',
      'debug: lua: Found dovecot_lua_notify_event_message_new, handling MessageNew event',
      'debug: lua: Calling dovecot_lua_notify_begin_txn(alice)',
      'debug: lua: Called dovecot_lua_notify_begin_txn',
      'debug: lua: Calling dovecot_lua_notify_event_message_new(ctx, event[name=MessageNew,mailbox=INBOX,uid=1])',
      'info: hello',
      'error: e',
      'debug: lua: Called dovecot_lua_notify_event_message_new',
      'debug: lua: Calling dovecot_lua_notify_end_txn',
      'debug: lua: Called dovecot_lua_notify_end_txn',
    ]);
    await script.close();
  });

  it('keeps its globals over transactions, and has them alone', async () => {
    const [one, two] = [await startScript(engine, counting), await startScript(engine, counting)];
    for (const script of [one, one, two, one]) await script.transact();
    expect(one.log.filter((line) => line.includes('count '))).toEqual([
      'info: count 1',
      'info: count 2',
      'info: count 3',
    ]);
    expect(two.log.filter((line) => line.includes('count '))).toEqual(['info: count 1']);
    await Promise.all([one.close(), two.close()]);
  });

  it('shares nothing with another script in the same thread: libraries, metatables, hooks', async () => {
    const vandal = await startScript(
      engine,
      handlerScript(`
        string.upper = nil  table.concat = error  dovecot.i_info = error  tostring = nil
        getmetatable("").__index = function() error("vandal") end
        package.loaded.string = nil`),
    );
    const victim = await startScript(
      engine,
      handlerScript(
        'dovecot.i_info(("x"):upper() .. table.concat({1, 2}) .. tostring(3) .. require("string").len("ab"))',
      ),
    );
    await vandal.transact();
    expect(await victim.transact()).toEqual(fine);
    expect(victim.log).toContain('info: X1232');
    await Promise.all([vandal.close(), victim.close()]);
  });

  it('can hold several transactions open, each with its own context (a MOVE)', async () => {
    const source = `
      local n = 0
      function dovecot_lua_notify_begin_txn() n = n + 1 return n end
      function dovecot_lua_notify_event_message_new(ctx, event) dovecot.i_info(event.subject .. ctx) end
      function dovecot_lua_notify_end_txn(ctx, success) dovecot.i_info("end" .. ctx .. tostring(success)) end`;
    const script = await startScript(engine, source);
    await script.perform({ kind: 'begin', txn: 1 }, { kind: 'begin', txn: 2 });
    await script.perform(
      { kind: 'event', txn: 2, event: newMessage('b') },
      { kind: 'event', txn: 1, event: newMessage('a') },
    );
    await script.perform({ kind: 'end', txn: 2, success: false }, { kind: 'end', txn: 1, success: true });
    expect(script.log.filter((line) => line.startsWith('info'))).toEqual([
      'info: b2',
      'info: a1',
      'info: end2false',
      'info: end1true',
    ]);
    await script.close();
  });

  it('is not there when it does not load, and others are', async () => {
    let ended = 0;
    const other = await startScript(engine, counting);
    for (const [source, error] of [
      [
        'function (',
        /^lua_load\(\/scripts\/script.lua\) failed: \/scripts\/script.lua:1: <name> expected near '\('$/,
      ],
      [
        'error("no")',
        /^lua_pcall\(\/scripts\/script.lua\) failed: \/scripts\/script.lua:1: no\nstack traceback:/,
      ],
      ['while true do end', /script stopped: it ran longer than 200 ms/],
      ['xpcall(error, function() while true do end end)', /script stopped: it ran longer than 200 ms inside/],
    ] as const) {
      const limits = { timeLimitMs: 200 };
      const { outcome } = await startScript(engine, source, { limits, onEnd: () => void ended++ });
      expect(outcome.error).toMatch(error);
    }
    expect(ended).toBe(4);
    expect(await other.transact()).toEqual(fine);
    await other.close();
  });

  it('sees the time that it is given, the same for the whole of its life', async () => {
    const source = handlerScript('dovecot.i_info(os.time())');
    const script = await startScript(engine, source, { clock: () => 1_700_000_000_000 });
    await script.transact();
    await script.transact();
    expect(script.log.filter((line) => line.startsWith('info'))).toEqual([
      'info: 1700000000',
      'info: 1700000000',
    ]);
    await script.close();
  });

  it('is told of its end, once', async () => {
    let ended = 0;
    const source = `${EMPTY_HANDLERS} function script_deinit() dovecot.i_info("bye") end`;
    const script = await startScript(engine, source, { onEnd: () => void ended++ });
    await script.close();
    expect(script.log.at(-1)).toBe('info: bye');
    expect(ended).toBe(1);
    const failing = await startScript(engine, `${EMPTY_HANDLERS} function script_deinit() error("stay") end`);
    expect((await failing.close()).error).toMatch(/^script_deinit\(\) failed: .*stay/);
  });
});

describe('while a script waits for an answer', () => {
  /** A host that answers when it is told to. */
  const waiting = () => {
    let answer: () => void = () => undefined;
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const host = {
      'socket.sleep': () =>
        new Promise<null>((resolve) => {
          answer = () => resolve(null);
          isAsked();
        }),
    };
    return { host, asked, answer: () => answer() };
  };
  const sleeping = handlerScript(
    'if event.subject == "sleep" then require("socket").sleep(1) end dovecot.i_info(event.subject)',
  );

  it('the scripts of other users go on, in the same file too', async () => {
    const { host, asked, answer } = waiting();
    const script = await startScript(engine, sleeping, { host });
    const others = [];
    for (let user = 0; user < 4; user++) others.push(await startScript(engine, sleeping));
    const slow = script.transact('sleep');
    await asked;
    for (const other of others) expect(await other.transact('meanwhile')).toEqual(fine);
    answer();
    expect(await slow).toEqual(fine);
    await Promise.all([script, ...others].map((each) => each.close()));
  });

  it('it can be called itself, in the middle of its call, and finds its own context again', async () => {
    const { host, asked, answer } = waiting();
    const source = `
      local depth = 0
      function dovecot_lua_notify_begin_txn() depth = depth + 1 return {depth} end
      function dovecot_lua_notify_event_message_new(ctx, event)
        if event.subject == "sleep" then require("socket").sleep(1) end
        dovecot.i_info(event.subject .. ctx[1])
      end
      function dovecot_lua_notify_end_txn(ctx) depth = depth - 1 end`;
    const script = await startScript(engine, source, { host });
    const slow = script.transact('sleep');
    await asked;
    expect(await script.transact('inner')).toEqual(fine);
    answer();
    expect(await slow).toEqual(fine);
    expect(script.log.filter((line) => line.startsWith('info'))).toEqual(['info: inner2', 'info: sleep1']);
    await script.close();
  });

  it('it can be ended with its engine', async () => {
    const own = startEngine();
    const { host, asked, answer } = waiting();
    const script = await startScript(own, sleeping, { host });
    const slow = script.transact('sleep');
    await asked;
    await own.close();
    const [, error] = await slow;
    expect(error).toMatch(/script stopped: its thread ended/);
    const [begin] = await script.perform({ kind: 'begin', txn: 9 });
    expect(begin?.error).toBe('script stopped: the program ends');
    expect((await startScript(own, sleeping)).outcome.error).toBe('script stopped: the program ends');
    // Nobody is there any more to hear it.
    answer();
    await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('an answer that comes after its thread was ended goes nowhere', async () => {
    const { host, asked, answer } = waiting();
    const file = '/scripts/shared.lua';
    const script = await startScript(engine, sleeping, { host, file });
    const bad = await startScript(engine, handlerScript('xpcall(error, function() while true do end end)'), {
      file,
      limits: { timeLimitMs: 100 },
    });
    const slow = script.transact('sleep');
    await asked;
    const [, error] = await bad.transact();
    expect(error).toContain('inside one library function');
    const [, waited] = await slow;
    expect(waited).toContain('script stopped');
    answer();
    expect(await script.transact('after')).toEqual(fine);
    expect(script.log.join('\n')).toContain('Starting /scripts/shared.lua anew');
    await Promise.all([script.close(), bad.close()]);
  });
});

describe('a script that was stopped', () => {
  const limits = { timeLimitMs: 100 };
  const hanging = handlerScript(`count = (count or 0) + 1
    if event.subject == "hang" then xpcall(error, function() while true do end end) end
    dovecot.i_info("count " .. count)`);

  it('says what of its transaction was not called, and starts anew', async () => {
    const script = await startScript(engine, hanging, { limits });
    await script.perform({ kind: 'begin', txn: 7 });
    const outcomes = await script.perform(
      { kind: 'event', txn: 7, event: newMessage('fine') },
      { kind: 'event', txn: 7, event: newMessage('hang') },
      { kind: 'event', txn: 7, event: newMessage('fine') },
    );
    expect(outcomes.map(({ error }) => error)).toEqual([
      undefined,
      'lua_pcall(dovecot_lua_notify_event_message_new, 2, 0) failed: script stopped: it ran longer than 100 ms inside one library function',
      'dovecot_lua_notify_event_message_new was not called: the script was stopped',
    ]);
    const [end] = await script.perform({ kind: 'end', txn: 7, success: true });
    expect(end?.error).toBe(
      'dovecot_lua_notify_end_txn was not called: the script was started anew since the transaction began',
    );
    script.log.length = 0;
    await script.transact();
    expect(script.log).toContain('info: count 1');
    await script.close();
  });

  it('says so with every transaction when it does not load any more', async () => {
    const source = `if os.getenv("HOME") == nil then end\n${hanging}`;
    let starts = 0;
    const script = await startScript(engine, `if os.time() > 1 then error("too late") end\n${source}`, {
      limits,
      clock: () => (starts++ === 0 ? 0 : 2000),
    });
    await script.transact('hang');
    const [error] = await script.transact();
    expect(error).toMatch(/too late/);
    expect(script.log.at(-1)).toMatch(/^error: lua: .*too late/);
  });
});

describe('the process', () => {
  const entry = readdirSync(path.join(workersDir, 'chunks')).find((name) =>
    readFileSync(path.join(workersDir, 'chunks', name), 'utf8').includes('createLuaEngine'),
  );
  const run = async (body: string) => {
    const chunk = pathToFileURL(path.join(workersDir, 'chunks', entry ?? '')).href;
    const code = `
      import * as chunk from ${JSON.stringify(chunk)};
      const create = Object.values(chunk).find((each) => each.name === 'createLuaEngine');
      const engine = create(${JSON.stringify(workersDir)});
      const setup = { file: '/x.lua', role: 'push', dialect: '2.3', strict: true, trusted: false,
        user: { username: 'a', uid: 1, gid: 1, service: 'lmtp', sessionCreateTime: 1 }, pluginSettings: {}, luaSettings: {},
        source: Buffer.from('function dovecot_lua_notify_begin_txn() require("socket").sleep(1) end function dovecot_lua_notify_event_message_new() end') };
      const hear = () => {};
      const host = { 'socket.sleep': () => new Promise((resolve) => setTimeout(resolve, 300, null)) };
      const { script } = await engine.open({ setup: { ...setup, source: new Uint8Array(setup.source) }, host, hear });
      ${body}`;
    const folder = mkdtempSync(path.join(tmpdir(), 'dovebell-engine-'));
    const file = path.join(folder, 'run.mjs');
    writeFileSync(file, code);
    const child = spawn(process.execPath, [file], { timeout: 10_000 });
    let output = '';
    child.stdout.on('data', (data) => (output += String(data)));
    child.stderr.on('data', (data) => (output += String(data)));
    const [exitCode, signal] = (await once(child, 'close')) as [number | null, string | null];
    rmSync(folder, { recursive: true });
    return { exitCode, signal, output };
  };

  it('ends by itself when nothing is under way, though scripts are open', async () => {
    expect(await run('')).toEqual({ exitCode: 0, signal: null, output: '' });
  });

  it('does not end while a call waits', async () => {
    const body = `const outcomes = script.perform([{ kind: 'begin', txn: 1 }], { hear }); void outcomes.then(([o]) => console.log(o.handles?.length ?? o.error));`;
    expect(await run(body)).toEqual({ exitCode: 0, signal: null, output: '1\n' });
  });
});
