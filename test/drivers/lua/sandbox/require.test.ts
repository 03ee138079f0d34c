import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { lua, type LuaCFunction } from '#fengari';
import { nameBytes } from '../../../../drivers/lua/binding.ts';
import { createScriptRunner, type RunnerOptions } from './script-runner.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** dovecot-2.3.19/lua_require_missing.json, log. */
const MISSING = `module 'no.such.module' not found:
	no field package.preload['no.such.module']
	no file '/usr/local/share/lua/5.4/no/such/module.lua'
	no file '/usr/local/share/lua/5.4/no/such/module/init.lua'
	no file '/usr/local/lib/lua/5.4/no/such/module.lua'
	no file '/usr/local/lib/lua/5.4/no/such/module/init.lua'
	no file '/usr/share/lua/5.4/no/such/module.lua'
	no file '/usr/share/lua/5.4/no/such/module/init.lua'
	no file './no/such/module.lua'
	no file './no/such/module/init.lua'
	no file '/usr/local/lib/lua/5.4/no/such/module.so'
	no file '/usr/lib/x86_64-linux-gnu/lua/5.4/no/such/module.so'
	no file '/usr/lib/lua/5.4/no/such/module.so'
	no file '/usr/local/lib/lua/5.4/loadall.so'
	no file './no/such/module.so'
	no file '/usr/local/lib/lua/5.4/no.so'
	no file '/usr/lib/x86_64-linux-gnu/lua/5.4/no.so'
	no file '/usr/lib/lua/5.4/no.so'
	no file '/usr/local/lib/lua/5.4/loadall.so'
	no file './no.so'`;

const opensAs =
  (text: string): LuaCFunction =>
  (L) => {
    lua.lua_pushstring(L, nameBytes(text));
    return 1;
  };
const modules = new Map([
  ['socket', opensAs('our socket')],
  ['socket.url', opensAs('our socket.url')],
  ['cjson', opensAs('our cjson')],
  ['json', opensAs('our json')],
]);

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(path.join(folder, 'sub'));
  writeFileSync(path.join(folder, 'mine.lua'), `return 'mine', ...`);
  writeFileSync(path.join(folder, 'sub/init.lua'), `return 'sub'`);
  writeFileSync(path.join(folder, 'sub/deep.lua'), `loaded = (loaded or 0) + 1 return { name = ... }`);
  writeFileSync(
    path.join(folder, 'quiet.lua'),
    `#!/usr/bin/lua\nlocal line = debug.getinfo(1, 'l').currentline q = line`,
  );
  writeFileSync(path.join(folder, 'bad.lua'), `return = 1`);
});

const run = (text: string, options: Partial<RunnerOptions> = {}) =>
  createScriptRunner({ folder, modules, ...options }).run(text);

describe.each([
  ['sandboxed', false],
  ['trusted', true],
] as const)('require of a %s script', (_name, trusted) => {
  it('lists what the real program lists, word for word', () => {
    const { error } = run(`local x = require "no.such.module"`, { trusted, strict: true });
    expect(error).toBe(`script:1: ${MISSING}`);
  });

  it('finds files beside the script, dots as folders, and loads each once', () => {
    expect(run(`return require('mine')`, { trusted }).values).toEqual([
      'mine',
      path.join(folder, 'mine.lua'),
    ]);
    expect(run(`return (require('sub')), require('sub.deep').name`, { trusted }).values).toEqual([
      'sub',
      'sub.deep',
    ]);
    expect(
      run(`local one = require('sub.deep') return one == require('sub.deep'), loaded`, { trusted }).values,
    ).toEqual(['true', '1']);
  });

  it('true stands for a module that returns nothing; a first line with # is skipped and counted', () => {
    expect(run(`local m = require('quiet') return m, q, package.loaded.quiet`, { trusted }).values).toEqual([
      'true',
      '2',
      'true',
    ]);
  });

  it('asks package.preload first', () => {
    expect(
      run(
        `package.preload.mine = function(...) return 'preloaded ' .. table.concat({...}, ' ') end
        return require('mine')`,
        { trusted },
      ).values,
    ).toEqual(['preloaded mine :preload:', ':preload:']);
  });

  it('says which file cannot be loaded, and why', () => {
    expect(run(`require('bad')`, { trusted }).error).toBe(
      `error loading module 'bad' from file '${folder}/bad.lua':\n\t${folder}/bad.lua:1: unexpected symbol near '='`,
    );
  });

  it('has our modules; LuaSocket and cjson come before a file of that name, json after it', () => {
    for (const name of ['socket', 'cjson', 'json'])
      writeFileSync(path.join(folder, `${name}.lua`), `return 'a file'`);
    expect(
      run(`return (require('socket')), (require('cjson')), (require('json'))`, { trusted }).values,
    ).toEqual(['our socket', 'our cjson', 'a file']);
    expect(run(`return (require('socket.url'))`, { trusted }).values).toEqual(['our socket.url']);
  });

  it('uses our json when there is no file', () => {
    expect(run(`return (require('json'))`, { trusted }).values).toEqual(['our json']);
  });

  it('searches the folders that the script has added in its own folder', () => {
    expect(
      run(`package.path = package.path .. ';./sub/?.lua' return require('deep').name`, { trusted }).values,
    ).toEqual(['deep']);
  });

  it('searchpath finds what require finds, and says what it tried', () => {
    expect(run(`return package.searchpath('mine', './?.lua')`, { trusted }).values).toEqual([
      path.join(folder, 'mine.lua'),
    ]);
    expect(run(`return package.searchpath('a.b', './?.x;./?/y')`, { trusted }).values).toEqual([
      'nil',
      "no file './a/b.x'\n\tno file './a/b/y'",
    ]);
  });

  it.each([
    [`package.path = nil require('x')`, "'package.path' must be a string"],
    [`package.cpath = {} require('x')`, "'package.cpath' must be a string"],
    [`package.searchers = 1 require('x')`, "'package.searchers' must be a table"],
  ])('%s fails as in Lua', (text, message) => {
    expect(run(text, { trusted }).error).toContain(message);
  });

  it('asks the searchers that the script has added', () => {
    expect(
      run(
        `package.searchers[5] = function(name) return function() return 'own ' .. name end end
        return (require('x.y'))`,
        { trusted },
      ).values,
    ).toEqual(['own x.y']);
  });
});

describe('package.path with folders of the server', () => {
  it('is searched as it says when the script is trusted', () => {
    const server = temporaryFolder();
    writeFileSync(path.join(server, 'helper.lua'), `return 'the server\\'s'`);
    expect(
      run(`package.path = package.path .. ';${server}/?.lua' return require('helper')`, { trusted: true })
        .values,
    ).toEqual(["the server's", path.join(server, 'helper.lua')]);
  });

  it('leads a sandboxed script to the file of that name beside it', () => {
    const server = temporaryFolder();
    writeFileSync(path.join(server, 'mine.lua'), `return 'the server\\'s'`);
    expect(run(`package.path = '${server}/?.lua' return (require('mine'))`).values).toEqual(['mine']);
  });

  it('is named in the message when nothing was found', () => {
    const { error } = run(`package.path = package.path .. ';/etc/dovecot/lua/?.lua' require('helper')`);
    expect(error).toContain("no file '/etc/dovecot/lua/helper.lua'");
    expect(error).toMatch(/\(blocked here, .*\/etc\/dovecot\/lua\/\. Trusted mode searches them\)/);
  });
});

describe('a module that is not there', () => {
  const modules = new Map([['cjson', () => 0]]);

  it('comes with what to do about it', () => {
    const { error } = run(`require('sub.helper')`, { modules });
    expect(error).toMatch(
      /\(not among the modules here: cjson\. A file sub\/helper\.lua in the folder of the script is found\)/,
    );
    expect(run(`require('luasql.mysql')`).error).toContain(
      "(luasql is machine code, which no mode here loads; pcall(require, 'luasql.mysql') lets the rest run)",
    );
  });

  it("is Lua's own message in strict mode", () => {
    expect(run(`require('lfs')`, { strict: true, modules }).error).toMatch(/no file '[^']*lfs\.so'$/);
  });
});

describe('native modules', () => {
  it('are never loaded, and say so', () => {
    writeFileSync(path.join(folder, 'fast.so'), 'ELF');
    const text = `package.cpath = '${folder}/?.so' require('fast')`;
    expect(run(text, { trusted: true }).error).toBe(
      `error loading module 'fast' from file '${folder}/fast.so':\n\tnative modules cannot be loaded into this program`,
    );
    expect(run(text).error).toContain("module 'fast' not found");
    expect(run(`return package.loadlib('${folder}/fast.so', '*')`, { trusted: true }).values).toEqual([
      'nil',
      'native modules cannot be loaded into this program',
      'open',
    ]);
  });
});

describe('loadfile and dofile', () => {
  it('load files beside the script', () => {
    expect(run(`return loadfile('mine.lua')(7), dofile('sub/init.lua')`).values).toEqual(['mine', 'sub']);
    expect(run(`return loadfile('mine.lua', 't', {})`).values[0]).toMatch(/^function/);
    expect(run(`return loadfile('none.lua')`).values).toEqual([
      'nil',
      'cannot open none.lua: No such file or directory',
    ]);
    expect(run(`return loadfile('sub')`).values).toEqual(['nil', 'cannot read sub: Is a directory']);
    expect(run(`dofile('bad.lua')`).error).toBe("bad.lua:1: unexpected symbol near '='");
  });

  it('a link that leads out is not followed in the sandbox', () => {
    const other = temporaryFolder();
    writeFileSync(path.join(other, 'secret.lua'), `return 'secret'`);
    symlinkSync(path.join(other, 'secret.lua'), path.join(folder, 'link.lua'));
    expect(run(`return loadfile('link.lua')`).values[1]).toContain('outside the folder of the script');
    expect(run(`require('link')`).error).toContain("module 'link' not found");
    expect(run(`return dofile('link.lua')`, { trusted: true }).values).toEqual(['secret']);
  });
});

const recorded = path.resolve(
  import.meta.dirname,
  '../../../../../shared/golden/dovecot-2.3.19/lua_require_missing.json',
);
it.skipIf(!existsSync(recorded))('the list above is what Dovecot 2.3.19 logged', () => {
  const { log } = JSON.parse(readFileSync(recorded, 'utf8')) as { log: { lua: readonly string[] } };
  const text = log.lua.map((line) => line.replace(/^lmtp: Error: /, '')).join('\n');
  expect(text).toContain(`:1: ${MISSING}\n`);
});
