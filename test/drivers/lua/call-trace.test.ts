import { afterAll, describe, expect, it } from 'vitest';
import { message, startOne } from './lua-session.ts';
import { EMPTY_HANDLERS, startEngine } from './script-engine.ts';

const engine = startEngine();
afterAll(() => engine.close());

describe('what is shown of a call', () => {
  const callsOf = async (begin: string) => {
    const source = `${EMPTY_HANDLERS} function dovecot_lua_notify_begin_txn(user) ${begin} end`;
    const session = await startOne(engine, source);
    await session.run([message]);
    await session.end();
    return session.calls;
  };

  it('is its arguments and its result, as JSON', async () => {
    const calls = await callsOf('return {1, 2.5, "x", true, {a = {b = {}}}, print}');
    const context = [1, 2.5, 'x', true, { a: { b: {} } }, '<function>'];
    expect(calls).toEqual([
      {
        fn: 'dovecot_lua_notify_begin_txn',
        args: [expect.objectContaining({ username: 'alice', uid: 0, service: 'lmtp' })],
        result: context,
      },
      {
        fn: 'dovecot_lua_notify_event_message_new',
        args: [context, expect.objectContaining({ name: 'MessageNew', uid: 5, subject: 'hi' })],
      },
      { fn: 'dovecot_lua_notify_end_txn', args: [context, true] },
    ]);
  });

  it('is null for nil, a word for what is no number, and the error', async () => {
    expect((await callsOf('return'))[0]?.result).toBeNull();
    expect((await callsOf('return 1/0'))[0]?.result).toBe('Infinity');
    const [failed] = await callsOf('error("x")');
    expect(failed?.error).toContain(': x\n');
  });

  it('is a part of what is large, deep or without an end', async () => {
    const [deep] = await callsOf('local t = {} t.t = t return t');
    expect(JSON.stringify(deep?.result)).toBe(`${'{"t":'.repeat(6)}"…"${'}'.repeat(6)}`);
    const [wide] = await callsOf(`local t = {} for i = 1, 150 do t[i] = {} end
      for level = 1, 5 do local up = {} for i = 1, 150 do up[i] = t end t = up end return t`);
    expect(JSON.stringify(wide?.result).length).toBeLessThan(100_000);
    const [long] = await callsOf('return {("x"):rep(1e6), "y"}');
    expect(JSON.stringify(long?.result).length).toBeLessThan(300_000);
  });
});
