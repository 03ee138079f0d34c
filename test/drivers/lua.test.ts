import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DriverDefinition } from '#framework';
import { createLua } from '../../drivers/lua/index.ts';
import { oneOfEach, testDriver } from './driver-suite.ts';
import { infos, message, startLuaSession, startOne } from './lua/lua-session.ts';
import { EMPTY_HANDLERS, handlerScript, startEngine } from './lua/script-engine.ts';

const engine = startEngine();
let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'dovebell-lua-'))));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await engine.close();
});

const handlers = oneOfEach
  .map(({ name }) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
  .map((name) => `function dovecot_lua_notify_event${name}(ctx, event) dovecot.i_info(event.name) end`);
const allHandlers = [EMPTY_HANDLERS, ...handlers].join('\n');

testDriver(
  createLua({
    engine,
    rulesFor: () => ({ access: 'capture' }),
    read: () => Promise.resolve(new Uint8Array(Buffer.from(allHandlers))),
  }) as DriverDefinition,
  { settings: { file: '/scripts/all.lua' } },
);

describe('the lua driver', () => {
  it('hears every event that it has a handler for, and no other', async () => {
    const session = await startOne(engine, allHandlers);
    await session.run(oneOfEach);
    expect(infos(session.log).toSorted()).toEqual(oneOfEach.map(({ name }) => name).toSorted());
    await session.end();
    const one = await startOne(engine, handlerScript('dovecot.i_info(event.name)'));
    await one.run(oneOfEach);
    expect(infos(one.log)).toEqual(['MessageNew']);
    await one.end();
  });

  it('has failed in a report when a function raised an error, and the rest was called', async () => {
    const session = await startOne(engine, handlerScript('error("oh no")'));
    const [run] = await session.run([message]);
    expect(run).toMatchObject({ outcome: 'failed' });
    expect(session.log.at(-1)).not.toContain('oh no');
    expect(session.log.join('\n')).toContain('Called dovecot_lua_notify_end_txn');
    await session.end();
  });

  it('has a state of its own for each user and each entry', async () => {
    const source = handlerScript('count = (count or 0) + 1 dovecot.i_info(count)');
    const entries = [{ file: '/x.lua' }, { file: '/x.lua' }];
    const alice = await startOne(engine, source, { entries });
    const bob = await startOne(engine, source, { user: 'bob' });
    await alice.run([message]);
    await alice.run([message]);
    await bob.run([message]);
    expect(infos(alice.log)).toEqual(['1', '1', '2', '2']);
    expect(infos(bob.log)).toEqual(['1']);
    await Promise.all([alice.end(), bob.end()]);
  });

  it('runs the script as it is on the disk when a session begins', async () => {
    const file = path.join(folder, 'changing.lua');
    const start = () => startLuaSession({ engine, entries: [{ file }] });
    writeFileSync(file, handlerScript('dovecot.i_info("old")'));
    const old = await start();
    writeFileSync(file, handlerScript('dovecot.i_info("new")'));
    await old.run([message]);
    const next = await start();
    await next.run([message]);
    expect([infos(old.log), infos(next.log)]).toEqual([['old'], ['new']]);
    await Promise.all([old.end(), next.end()]);
  });

  it('tells a script of the end of the session, and what it says', async () => {
    const session = await startOne(
      engine,
      `${EMPTY_HANDLERS} function script_deinit() dovecot.i_info("bye") error("x") end`,
    );
    await session.end();
    expect(session.log.slice(-2)).toEqual([
      'info: bye',
      expect.stringMatching(
        /^error: lua: script_deinit\(\) failed: .*x\.lua:5: x\nstack traceback:/,
      ) as string,
    ]);
  });
});
