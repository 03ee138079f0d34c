// Scripts that want the whole machine (design: threat 22). Each runs as people's scripts run: in the engine's thread.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LuaEngine } from '#drivers';
import { THREAD_MEMORY_MB } from '../../drivers/lua/script-limits.ts';
import { handlerScript, startEngine, startScript, type StartedScript } from '../drivers/lua/script-engine.ts';
import { bombs, type BombEnd } from './lua-bombs.ts';
import { watchMainThread, type MainThreadWatch } from './main-thread.ts';

const TIME_LIMIT_MS = 500;
/** Beyond the limit, until the call is over: the hard limit's grace, and the end of a thread. */
const GRACE_MS = 1000;
/** What nobody notices in a window. */
const LONGEST_BLOCK_MS = 50;
/** Above what the process had: a full thread, what is in the middle of a copy, and one that is not given back yet. */
const MAX_GROWTH_MB = 3 * THREAD_MEMORY_MB;

let engine: LuaEngine;
let other: StartedScript;
let mainThread: MainThreadWatch;

beforeAll(async () => {
  engine = startEngine();
  other = await startScript(
    engine,
    handlerScript('count = (count or 0) + 1 dovecot.i_info("other " .. count)'),
    {
      file: '/scripts/other.lua',
    },
  );
  await other.transact();
  mainThread = watchMainThread();
});
afterAll(async () => {
  mainThread.stop();
  await engine.close();
});
beforeEach(() => {
  // What the test runner did in between is not the scripts'.
  mainThread.takeLongestMs();
});

/** A script that counts its events, and does this when the subject is `bad`. */
const bad = (body: string, timeLimitMs = TIME_LIMIT_MS) =>
  startScript(
    engine,
    handlerScript(`count = (count or 0) + 1
      if event.subject == "bad" then local function bad() ${body} end bad() end
      dovecot.i_info("event " .. count)`),
    { limits: { timeLimitMs } },
  );

const ANEW = /^warning: lua: Starting \/scripts\/script.lua anew: its global variables are as at the start$/;
const timeOver = `script stopped: it ran longer than ${TIME_LIMIT_MS} ms`;
const memoryOver = `script stopped: it used more than ${THREAD_MEMORY_MB} MB of memory`;

const said: Record<Exclude<BombEnd, 'itself'>, (error: string | undefined) => boolean> = {
  time: (error) => error?.includes(`${timeOver}\nstack traceback:`) ?? false,
  memory: (error) => error?.includes(`${memoryOver}\nstack traceback:`) ?? false,
  limit: (error) => said.time(error) || said.memory(error),
  thread: (error) => error?.endsWith(`${timeOver} inside one library function`) ?? false,
};

// A machine that is busy with something else may be late once.
describe('a script that wants the whole machine', { retry: 2, timeout: 20_000 }, () => {
  it.each(bombs)('$name: ends in time, and everybody goes on', async ({ body, ends, says }) => {
    const script = await bad(body);
    const startedAtMs = performance.now();
    const [, error, end] = await script.transact('bad');
    const tookMs = performance.now() - startedAtMs;
    expect(tookMs).toBeLessThan(TIME_LIMIT_MS + GRACE_MS);
    if (ends !== 'itself') expect(error).toSatisfy(said[ends]);
    else if (says !== undefined) expect(error).toContain(says);
    expect(mainThread.takeLongestMs()).toBeLessThan(LONGEST_BLOCK_MS);

    expect(await script.transact('good')).toEqual([undefined, undefined, undefined]);
    expect(await other.transact()).toEqual([undefined, undefined, undefined]);
    const isAnew = script.log.some((line) => ANEW.test(line));
    if (ends === 'thread') expect(isAnew).toBe(true);
    else expect(end).toBeUndefined();
    // What a script remembers it keeps, unless it was started anew.
    expect(script.log).toContain(`info: event ${isAnew ? 1 : 2}`);
    await script.close();
  });
});

describe('the memory of the process', () => {
  const peaks = async (run: () => Promise<unknown>): Promise<number> => {
    const before = process.memoryUsage.rss();
    let peak = before;
    const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5);
    await run();
    clearInterval(timer);
    return (peak - before) / 1024 / 1024;
  };

  it.each([
    ['long strings', 'kept = {} for i = 1, 1e6 do kept[i] = ("x"):rep(3e7):upper() end'],
    ['long lists', 'kept = {} local s = ("x"):rep(4e5) while true do kept[#kept + 1] = {s:byte(1, -1)} end'],
    [
      'copies of its arguments',
      'kept = {} local f f = function(...) kept[#kept + 1] = {...} return f(1, ...) end f()',
    ],
  ])(
    'stays bounded with %s in a global',
    async (_name, body) => {
      const script = await bad(body, 10_000);
      const grownMb = await peaks(async () =>
        expect((await script.transact('bad'))[1]).toContain(memoryOver),
      );
      expect(grownMb).toBeLessThan(MAX_GROWTH_MB);
      expect(await script.transact('good')).toEqual([undefined, undefined, undefined]);
      await script.close();
    },
    20_000,
  );

  it.each([
    ['tables', 'kept = {} while true do kept[#kept + 1] = {} end'],
    ['short strings', 'kept = {} for i = 1, 1e9 do kept[i] = ("x"):rep(100) .. i end'],
  ])(
    'stays bounded with %s in a global, and a warm thread takes over',
    async (_name, body) => {
      const script = await bad(body, 10_000);
      const grownMb = await peaks(async () => {
        const [, error] = await script.transact('bad');
        expect(error).toContain(memoryOver);
        expect(error).toContain('stack traceback:');
      });
      expect(grownMb).toBeLessThan(MAX_GROWTH_MB);
      expect(await script.transact('good')).toEqual([undefined, undefined, undefined]);
      expect(script.log.some((line) => ANEW.test(line))).toBe(true);
      expect(script.log).toContain('info: event 1');
      expect(await other.transact()).toEqual([undefined, undefined, undefined]);
      await script.close();
    },
    20_000,
  );

  it('goes to the next call when a script lets go of what it had', async () => {
    const script = await bad('local t = {} while true do t[#t + 1] = {} end', 10_000);
    const [, error] = await script.transact('bad');
    expect(error).toContain(memoryOver);
    await script.transact('good');
    expect(script.log).toContain('info: event 2');
    await script.close();
  }, 20_000);
});

describe('an error of a limit', () => {
  it.each([
    ['in a loop', 'local function f()\n\nwhile true do end end f()', 9],
    ['in a library function', '\n\n\nstring.find(("a"):rep(1e4), ".-.-.-.-b$")', 10],
  ])('names the line where the script is: %s', async (_name, body, line) => {
    const script = await startScript(engine, handlerScript(body), { limits: { timeLimitMs: 50 } });
    const [, error] = await script.transact();
    expect(error).toContain(
      `failed: /scripts/script.lua:${line}: script stopped: it ran longer than 50 ms\n`,
    );
    await script.close();
  });
});

describe('what reaches the main thread', () => {
  it('is a part of a long error', async () => {
    const script = await bad('error(("x"):rep(5e6), 0)');
    const [, error] = await script.transact('bad');
    expect(error?.length).toBeLessThan(66_000);
    expect(error).toMatch(/x… \(5000\d+ bytes\)$/);
    await script.close();
  });

  it('is a thousand lines of a call and a million characters, and how many more there were', async () => {
    const many = await bad('for i = 1, 1500 do dovecot.i_info("line") end');
    await many.transact('bad');
    expect(many.log.filter((line) => line === 'info: line').length).toBeLessThan(1000);
    expect(many.log.join('\n')).toMatch(/warning: lua: 50\d more lines of this call were not kept/);
    await many.close();
    const long = await bad('for i = 1, 100 do dovecot.i_info(("x"):rep(6e4)) end');
    await long.transact('bad');
    expect(long.log.join('').length).toBeLessThan(1_200_000);
    expect(long.log.join('\n')).toMatch(/8\d more lines of this call were not kept/);
    await long.close();
  });

  it.each([
    ['a template', 'USER:var_expand(("%u"):rep(3e4))'],
    [
      'a list of keys',
      'local t = {} for i = 1, 1e5 do t[i] = "/private/x" end USER:metadata_get(table.unpack(t))',
    ],
    ['a name', 'USER:mailbox(("/"):rep(1e6))'],
    ['a setting', 'dovecot.http.client{user_agent = ("x"):rep(1e6)}'],
  ])('is no more than it reads quickly: %s', async (_name, body) => {
    const source = handlerScript(body).replace('(user) return {}', '(user) USER = user return {}');
    const script = await startScript(engine, source, { dialect: '2.4' });
    const [, error] = await script.transact();
    expect(error).toMatch(/the text is too long|more than 1000 values/);
    expect(mainThread.takeLongestMs()).toBeLessThan(LONGEST_BLOCK_MS);
    await script.close();
  });

  it('is not a question without an end: asking takes of a script’s time', async () => {
    let asked = 0;
    const host = { 'socket.sleep': () => void asked++ } as const;
    const source = handlerScript('local s = require "socket" for i = 1, 1e7 do s.sleep(0) end');
    const script = await startScript(engine, source, { host, limits: { timeLimitMs: TIME_LIMIT_MS } });
    const startedAtMs = performance.now();
    const [, error] = await script.transact();
    expect(error).toContain(timeOver);
    expect(performance.now() - startedAtMs).toBeLessThan(TIME_LIMIT_MS + GRACE_MS);
    expect(asked).toBeGreaterThan(0);
    expect(mainThread.takeLongestMs()).toBeLessThan(LONGEST_BLOCK_MS);
    await script.close();
  });

  it('is the answer that a script waits for, however long that takes', async () => {
    const wait = () => new Promise<null>((resolve) => setTimeout(() => resolve(null), 2 * TIME_LIMIT_MS));
    const source = handlerScript('require("socket").sleep(1) dovecot.i_info("slept")');
    const script = await startScript(engine, source, {
      host: { 'socket.sleep': wait },
      limits: { timeLimitMs: 100 },
    });
    expect(await script.transact()).toEqual([undefined, undefined, undefined]);
    expect(script.log).toContain('info: slept');
    await script.close();
  });
});
