import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createScriptRunner } from './script-runner.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** dovecot-2.3.19/lua_introspect.json, topic `_G`, without what Dovecot and the script add. */
const GLOBALS =
  '_G _VERSION assert collectgarbage coroutine debug dofile error getmetatable io ipairs load loadfile math next os ' +
  'package pairs pcall print rawequal rawget rawlen rawset require select setmetatable string table tonumber tostring ' +
  'type utf8 warn xpcall';

const PATH =
  '/usr/local/share/lua/5.4/?.lua;/usr/local/share/lua/5.4/?/init.lua;/usr/local/lib/lua/5.4/?.lua;' +
  '/usr/local/lib/lua/5.4/?/init.lua;/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua;./?.lua;./?/init.lua';
const NATIVE_PATH =
  '/usr/local/lib/lua/5.4/?.so;/usr/lib/x86_64-linux-gnu/lua/5.4/?.so;/usr/lib/lua/5.4/?.so;' +
  '/usr/local/lib/lua/5.4/loadall.so;./?.so';

const keysOf = (table: string): string =>
  `local keys = {} for key in pairs(${table}) do keys[#keys + 1] = key end table.sort(keys) return table.concat(keys, ' ')`;

/** The libraries of Debian's Lua 5.4.4 that are ours. */
const libraries = {
  io: 'close flush input lines open output popen read stderr stdin stdout tmpfile type write',
  os: 'clock date difftime execute exit getenv remove rename setlocale time tmpname',
  debug:
    'debug gethook getinfo getlocal getmetatable getregistry getupvalue getuservalue setcstacklimit sethook setlocal ' +
    'setmetatable setupvalue setuservalue traceback upvalueid upvaluejoin',
  package: 'config cpath loaded loadlib path preload searchers searchpath',
  'getmetatable(io.stdout)': '__close __gc __index __name __tostring',
  'getmetatable(io.stdout).__index': 'close flush lines read seek setvbuf write',
  'package.loaded': '_G coroutine debug io math os package string table utf8',
};

const shared = path.resolve(import.meta.dirname, '../../../../../shared/golden');

describe.each([
  ['sandboxed', false],
  ['trusted', true],
] as const)('the libraries of a %s script', (_name, trusted) => {
  it('has exactly the globals of Lua in Dovecot', () => {
    const script = createScriptRunner({ folder: temporaryFolder(), trusted });
    expect(script.run(keysOf('_G')).values).toEqual([GLOBALS]);
    expect(script.run('return _VERSION, fengari, package.jspath').values).toEqual(['Lua 5.4', 'nil', 'nil']);
  });

  it.each(Object.entries(libraries))('%s holds what it holds there', (table, keys) => {
    const script = createScriptRunner({ folder: temporaryFolder(), trusted });
    expect(script.run(keysOf(table)).values).toEqual([keys]);
  });

  it('shows the paths of Debian', () => {
    const script = createScriptRunner({ folder: temporaryFolder(), trusted });
    expect(script.run('return package.path, package.cpath, package.config').values).toEqual([
      PATH,
      NATIVE_PATH,
      '/\n;\n?\n!\n-\n',
    ]);
    expect(script.run('return package.loaded._G == _G, package.loaded.io == io').values).toEqual([
      'true',
      'true',
    ]);
  });
});

describe.skipIf(!existsSync(shared)).each(['dovecot-2.3.19', 'dovecot-2.4.1'])(
  'recorded by %s',
  (release) => {
    interface Call {
      readonly topic?: string;
      readonly value: unknown;
    }
    const recorded = (topic: string): unknown => {
      const text = readFileSync(path.join(shared, release, 'lua_introspect.json'), 'utf8');
      const { lua_calls: calls } = JSON.parse(text) as { lua_calls: readonly Call[] };
      return calls.find((call) => call.topic === topic)?.value;
    };

    it('the globals are the same, but for what Dovecot and the script add', () => {
      const globals = Object.keys(recorded('_G') as object).filter(
        (name) => !/^dovecot|^script_init$/.test(name),
      );
      expect(GLOBALS.split(' ')).toEqual(globals.toSorted());
    });

    it('the paths and the loaded modules are the same', () => {
      expect(recorded('package.path')).toBe(PATH);
      expect(recorded('package.cpath')).toBe(NATIVE_PATH);
      expect(
        Object.keys(recorded('package.loaded') as object)
          .toSorted()
          .join(' '),
      ).toBe(libraries['package.loaded']);
    });
  },
);

describe('the base library', () => {
  const run = (text: string) => createScriptRunner({ folder: temporaryFolder() }).run(text);

  it('prints line by line what tostring says', () => {
    const { printed } = run(
      `print(1, nil, 'a\\nb') print() print(setmetatable({}, {__tostring = function() return 'me' end}))`,
    );
    expect(printed).toEqual(['1\tnil\ta', 'b', '', 'me']);
  });

  it('shows standard output and standard error, a line that has not ended at the end of the call', () => {
    const { printed } = run(`io.write('a', 1, '\\nb') io.stderr:write('oh\\n') io.stdout:write('c')`);
    expect(printed).toEqual(['a1', 'oh', 'bc']);
  });

  it('cuts a line that would fill the log', () => {
    const { printed } = run(`print(('x'):rep(200000)) print('short')`);
    expect(printed.slice(0, -1).join('')).toBe('x'.repeat(200_000));
    expect(Math.max(...printed.map((line) => line.length))).toBeLessThanOrEqual(65_536);
    expect(printed.at(-1)).toBe('short');
  });

  it('takes what collectgarbage is asked and remembers what it was told', () => {
    expect(
      run(`return collectgarbage(), collectgarbage('count') > 0, collectgarbage('generational'),
        collectgarbage('incremental'), collectgarbage('setpause', 150), collectgarbage('setpause'),
        collectgarbage('stop'), collectgarbage('isrunning')`).values,
    ).toEqual(['0', 'true', 'incremental', 'generational', '200', '150', '0', 'false']);
    expect(run(`collectgarbage('all')`).error).toMatch(
      /bad argument #1 to 'collectgarbage' \(invalid option 'all'\)/,
    );
  });

  it('checks what warn is given and says nothing, as in Dovecot', () => {
    expect(run(`warn('@on') warn('a', 'b')`).printed).toEqual([]);
    expect(run('warn()').error).toMatch(/bad argument #1 to 'warn' \(string expected, got no value\)/);
  });
});
