import { afterAll, describe, expect, it } from 'vitest';
import { infos, startOne, type LuaSessionOptions } from './lua-session.ts';
import { EMPTY_HANDLERS, startEngine } from './script-engine.ts';

const engine = startEngine();
afterAll(() => engine.close());

describe('script_init', () => {
  const init = (body: string) => `${EMPTY_HANDLERS} function script_init(settings) ${body} end`;
  const problemsOf = async (body: string, options: Partial<LuaSessionOptions> = {}) => {
    const session = await startOne(engine, init(body), options);
    await session.end();
    return session.problems.join();
  };

  it.each([
    ['return 0', ''],
    ['return 1', 'Script init failed'],
    ['return -1', 'Script init failed'],
    ['return nil', 'script_init() returned non-number'],
    ['', 'script_init() returned non-number'],
    ['return "0"', 'script_init() returned non-number'],
    ['return 0.0', 'script_init() returned non-number'],
    ['return true', 'script_init() returned non-number'],
    ['error("no")', 'lua_pcall(script_init, 0, 1) failed: /x.lua:5: no'],
  ])('of 2.3: %s', async (body, said) => {
    const problems = await problemsOf(body);
    if (said === '') expect(problems).toBe('');
    else expect(problems).toContain(said);
  });

  it.each([
    ['return 1', ''],
    ['', ''],
    ['error("no")', 'lua_pcall(script_init, 1, 0) failed: /x.lua:5: no'],
  ])('of 2.4: %s', async (body, said) => {
    const problems = await problemsOf(body, { dialect: '2.4' });
    if (said === '') expect(problems).toBe('');
    else expect(problems).toContain(said);
  });

  it('gets the settings of the script in 2.4, and nothing in 2.3', async () => {
    const body =
      'for k, v in pairs(settings or {}) do dovecot.i_info(k .. "=" .. v) end dovecot.i_info(type(settings)) return 0';
    const entry = { lua_file: '/x.lua', 'lua_settings/url': 'http://x/' };
    const later = await startOne(engine, init(body), { dialect: '2.4', entries: [entry] });
    expect(infos(later.log)).toEqual(['url=http://x/', 'table']);
    const earlier = await startOne(engine, init(body));
    expect(infos(earlier.log)).toEqual(['nil']);
    await Promise.all([later.end(), earlier.end()]);
  });

  it('is called after the script has run, which has dovecot already', async () => {
    const session = await startOne(
      engine,
      `dovecot.i_info("top") ${init('dovecot.i_info("init") return 0')}`,
    );
    expect(infos(session.log)).toEqual(['top', 'init']);
    await session.end();
  });
});
