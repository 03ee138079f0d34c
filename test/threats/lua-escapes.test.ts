// Scripts that try to get out: to run something, to end something, to read or write what is not theirs
// (design: a sandboxed script reaches the files of its own folder and nothing else of the machine).
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createScriptRunner, type Ran } from '../drivers/lua/sandbox/script-runner.ts';
import { makeScriptFolder, type ScriptFolder, SECRET } from './script-folder.ts';

let place: ScriptFolder;
let before: string;
/** A folder for each test, or one for all tests of a group that change nothing in it. */
function useFolder(...[prepare, clean]: [typeof beforeEach, typeof afterEach]): void {
  prepare(() => {
    place = makeScriptFolder();
    before = place.outsideState();
  });
  clean(() => rmSync(place.root, { recursive: true, force: true }));
}

const run = (text: string, trusted = false): Ran =>
  createScriptRunner({ folder: place.folder, trusted }).run(
    text.replaceAll('$OUT', place.outside).replaceAll('$IN', place.folder),
  );

const said = ({ values, error, printed }: Ran): string => [error ?? '', ...values, ...printed].join('\n');

function expectNothingHappened(): void {
  expect(place.outsideState()).toBe(before);
  expect(existsSync(path.join(place.root, 'executed'))).toBe(false);
  expect(existsSync('/tmp/dovebell-owned')).toBe(false);
}

/** Names of files that are not the script's, and what is said of them. */
const refusedNames: readonly (readonly [name: string, said: RegExp])[] = [
  ['$OUT/secret.txt', /outside the folder/],
  ['../outside/secret.txt', /outside the folder/],
  ['sub/../../outside/secret.txt', /outside the folder/],
  ['./.././outside//secret.txt', /outside the folder/],
  ['$IN/../outside/secret.txt', /outside the folder/],
  ['$IN-sibling/secret.txt', /outside the folder/],
  ['../scripts-sibling/secret.txt', /outside the folder/],
  ['/etc/passwd', /outside the folder/],
  ['//etc//passwd', /outside the folder/],
  ['/proc/self/environ', /outside the folder/],
  ['/proc/self/root/etc/passwd', /outside the folder/],
  ['/proc/self/cwd/package.json', /outside the folder/],
  ['/dev/zero', /outside the folder/],
  ['/dev/stdin', /outside the folder/],
  ['/', /outside the folder/],
  ['..', /outside the folder/],
  ['link.txt', /outside the folder/],
  ['links.txt', /outside the folder/],
  ['link.lua', /outside the folder/],
  ['dir/secret.txt', /outside the folder/],
  ['dir/inner/secret.lua', /outside the folder/],
  ['dir', /outside the folder/],
  ['sub/up/outside/secret.txt', /outside the folder/],
  ['passwd', /outside the folder/],
  ['proc/environ', /outside the folder/],
  ['zero', /outside the folder/],
  ['new.txt', /No such file or directory/],
  ['loop', /Too many levels of symbolic links/],
  ['pipe', /a device, a pipe or a socket/],
  ['.hidden', /it is hidden/],
  ['sub/.env', /it is hidden/],
  ['hidden.txt', /it is hidden/],
  ['/etc/passwd\\0.txt', /NUL byte/],
  ['data.txt\\0', /NUL byte/],
  ['..\\0/data.txt', /NUL byte/],
  ['', /No such file or directory/],
  ['~/.ssh/id_rsa', /it is hidden/],
  ['~root/secret.txt', /No such file or directory/],
  ['file:///etc/passwd', /No such file or directory/],
  ['$HOME/secret.txt', /No such file or directory/],
  ['data.txt/../../outside/secret.txt', /outside the folder/],
  ['__proto__', /No such file or directory/],
  ['constructor/prototype', /No such file or directory/],
];

describe.skipIf(process.platform === 'win32')('files that are not the script’s', () => {
  useFolder(beforeEach, afterEach);

  it.each(refusedNames)('"%s" is neither read nor written, moved, removed or loaded', (name, refusal) => {
    const opened = run(`local f, text, number = io.open('${name}', 'r') return f, text, number`);
    expect(opened.values[0]).toBe('nil');
    expect(opened.values[1]).toMatch(refusal);
    for (const text of [
      `return io.open('${name}', 'w')`,
      `return io.open('${name}', 'a')`,
      `return io.open('${name}', 'r+')`,
      `return io.open('${name}', 'w+b')`,
      `for line in io.lines('${name}') do print(line) end`,
      `io.input('${name}') return io.read('a')`,
      `io.output('${name}') io.write('owned')`,
      `return loadfile('${name}')`,
      `return dofile('${name}')`,
      `return package.searchpath('x', '${name}')`,
      `package.path = '${name}' return require('x')`,
      `return os.rename('${name}', 'stolen.txt')`,
      `return os.rename('data.txt', '${name}'), os.rename('${name}', 'data.txt')`,
      `return os.remove('$OUT/../outside/secret.txt'), os.remove('${name}')`,
    ]) {
      expect(said(run(text))).not.toContain(SECRET);
    }
    expectNothingHappened();
  });

  it('refusals say that it works on the server, and how to allow it', () => {
    expect(run(`return io.open('/etc/passwd')`).values).toEqual([
      'nil',
      '/etc/passwd: blocked here, it is outside the folder of the script; on the server it works. ' +
        'Allow it for this script with trusted mode: dovebell lua rules SCRIPT --trusted yes',
      '13',
    ]);
    expect(run(`return #select(2, io.open(('x'):rep(10000000)))`).values).toEqual(['1020']);
    expect(run(`return io.open('x', ('w'):rep(10000000))`).error).toMatch(/invalid mode/);
  });

  it('the same is open to a trusted script: the refusals are the sandbox’s', () => {
    expect(run(`return io.open('link.txt'):read('a')`, true).values).toEqual([SECRET]);
    expect(run(`return dofile('$OUT/secret.lua')`, true).values).toEqual([SECRET]);
  });

  it('its own files are', () => {
    expect(run(`return io.open('data.txt'):read('a'), io.open('$IN/sub/data.txt'):read('a')`).values).toEqual(
      ['data', 'sub data'],
    );
    expect(
      run(`return io.open('sub/../inside.txt'):read('a'), io.open('./data.txt'):read('a')`).values,
    ).toEqual(['data', 'data']);
    expect(
      run(`io.open('sub/made.txt', 'w'):write('x'):close() return io.open('sub/made.txt'):read()`).values,
    ).toEqual(['x']);
  });
});

describe.skipIf(process.platform === 'win32')('files of the folder that are not for writing', () => {
  useFolder(beforeEach, afterEach);

  it.each([
    ['script.lua', /code is not changed/],
    ['helper.lua', /code is not changed/],
    ['HELPER.LUA', /code is not changed/],
    ['fresh.lua', /code is not changed/],
    ['evil.js', /code is not changed/],
    ['fresh.mjs', /code is not changed/],
    ['fresh.so', /code is not changed/],
    ['fresh.desktop', /code is not changed/],
    ['to-script.txt', /code is not changed/],
    ['program', /it is a program/],
    ['hard.txt', /another file as well/],
    ['.profile', /it is hidden/],
    ['sub/.fresh', /it is hidden/],
  ])('%s', (name, refusal) => {
    const listing = readdirSync(place.folder).toSorted();
    for (const mode of ['w', 'a', 'r+', 'w+', 'a+'])
      expect(run(`return io.open('${name}', '${mode}')`).values.join(' ')).toMatch(
        mode === 'r+' && name.startsWith('fresh') ? /blocked here/ : refusal,
      );
    expect(said(run(`return os.rename('data.txt', '${name}')`))).toMatch(
      name === 'to-script.txt' ? /not a plain file/ : refusal,
    );
    expect(said(run(`return os.remove('${name}')`))).toMatch(/blocked here|No such file/);
    expect(readdirSync(place.folder).toSorted()).toEqual(listing);
    expect(readFileSync(path.join(place.folder, 'helper.lua'), 'utf8')).toBe(`return 'helper'`);
    expectNothingHappened();
  });

  it('links and folders stay where they are', () => {
    expect(said(run(`return os.rename('link.txt', 'moved.txt')`))).toMatch(/not a plain file/);
    expect(said(run(`return os.rename('sub', 'moved')`))).toMatch(/Is a directory/);
    expect(said(run(`return os.rename('data.txt', 'sub')`))).toMatch(/Is a directory/);
    expect(said(run(`return os.remove('dir')`))).toMatch(/not a plain file/);
    expect(said(run(`return os.remove('sub')`))).toMatch(/Directory not empty/);
    expect(said(run(`return os.remove('.')`))).not.toMatch(/^true/);
    expect(existsSync(path.join(place.folder, 'sub/data.txt'))).toBe(true);
  });

  it('a file does not grow beyond its bound, by holes neither', () => {
    expect(
      run(`local f = io.open('x', 'w') f:seek('set', 2^30) return f:write('x')`).values.slice(0, 2),
    ).toEqual(['nil', 'File too large']);
    expect(
      run(`local f, mb = io.open('x', 'a'), ('x'):rep(2^20) for at = 1, 20 do local ok, text = f:write(mb)
        if not ok then return at, text end end`).values,
    ).toEqual(['17', 'File too large']);
  });

  it('what a script writes in an hour is bounded, in bytes and in files', () => {
    let now = 0;
    const script = createScriptRunner({ folder: place.folder, clock: () => now });
    const fill = `local mb = ('x'):rep(2^20) for at = 1, 100 do local f = io.open('f' .. at % 8, 'w')
      local ok, text = f:write(mb) f:close() if not ok then return at, text end end return 'all'`;
    expect(script.run(fill).values).toEqual(['65', 'Disk quota exceeded']);
    now += 3_600_001;
    expect(
      script.run(`for at = 1, 2000 do local f, text = io.open('n' .. at, 'w')
        if not f then return at, text end f:close() os.remove('n' .. at) end`).values,
    ).toEqual(['1001', 'n1001: Disk quota exceeded']);
  }, 60_000);
});

/** What a script calls to get out, and what it hears. */
const blockedCalls: readonly (readonly [text: string, said: RegExp])[] = [
  [
    `os.execute('touch /tmp/dovebell-owned')`,
    /os\.execute is blocked here; on the server it runs\. Allow it/,
  ],
  [`io.popen('touch /tmp/dovebell-owned')`, /io\.popen is blocked here; on the server it runs\. Allow it/],
  [`io.popen('touch /tmp/dovebell-owned', 'w')`, /io\.popen is blocked here/],
  [`os.exit()`, /os\.exit called; on the server this ends the mail process/],
  [`os.exit(true, true)`, /os\.exit called/],
  [`os.tmpname()`, /os\.tmpname is blocked here/],
  [`package.loadlib('$IN/evil.js', '*')`, /package\.loadlib is blocked here/],
  [`package.loadlib('$IN/evil.so', 'luaopen_evil')`, /package\.loadlib is blocked here/],
  [`string.dump(print)`, /string\.dump is blocked here/],
  [`('x').dump(function() end)`, /string\.dump is blocked here/],
  [`debug.getregistry()`, /debug\.getregistry is blocked here/],
  [`debug.setmetatable(io.stdout, {})`, /debug\.setmetatable is blocked here/],
  [`debug.setuservalue(io.stdout, {})`, /debug\.setuservalue is blocked here/],
  [`debug.getuservalue(io.stdout)`, /debug\.getuservalue is blocked here/],
  [`debug.upvalueid(print, 1)`, /debug\.upvalueid is blocked here/],
  [`debug.upvaluejoin(print, 1, print, 1)`, /debug\.upvaluejoin is blocked here/],
  [`debug.getupvalue(require, 1)`, /debug\.getupvalue is blocked here/],
  [`debug.setupvalue(require, 1, {})`, /debug\.setupvalue is blocked here/],
  [`debug.setlocal(1, 1, 1)`, /debug\.setlocal is blocked here/],
  [`debug.sethook(function() end, 'l')`, /debug\.sethook does not work/],
  [`debug.debug()`, /debug\.debug does not work/],
];

/** Ways to call something that a guard could have overlooked. */
const disguises: Readonly<Record<string, (call: string) => string>> = {
  directly: (call) => `return ${call}`,
  'through pcall': (call) => `return pcall(function() return ${call} end)`,
  'in a handler of xpcall': (call) =>
    `return xpcall(error, function() return (select(2, pcall(function() return ${call} end))) end)`,
  'under a handler of xpcall': (call) => `return xpcall(function() return ${call} end, debug.traceback)`,
  'in a coroutine': (call) => `return coroutine.wrap(function() return ${call} end)()`,
  'in a coroutine of a coroutine': (call) =>
    `return coroutine.resume(coroutine.create(function() return coroutine.wrap(function() return ${call} end)() end))`,
  'in loaded text': (call) => `return load(${JSON.stringify(`return ${call}`)}, 'x', 't', _ENV)()`,
  'from another environment': (call) =>
    `return load(${JSON.stringify(`return ${call}`)}, 'x', 'bt', setmetatable({}, { __index = _G }))()`,
  'in a metamethod': (call) => `return setmetatable({}, { __index = function() return ${call} end }).x`,
  'in tostring': (call) =>
    `return tostring(setmetatable({}, { __tostring = function() return tostring(${call}) end }))`,
  'in a sort': (call) => `table.sort({ 1, 2, 3 }, function() ${`local _ = ${call}`} return true end)`,
  'in gsub': (call) => `return (('x'):gsub('x', function() return tostring(${call}) end))`,
  'from package.loaded': (call) =>
    `return ${call.replace(/^(os|io|package|debug|string)\b/, (name) => `package.loaded['${name}']`)}`,
  'in a searcher': (call) => `package.searchers[1] = function() return ${call} end return require('none')`,
  'from a module': (call) => `package.preload.m = function() return ${call} end return require('m')`,
};

describe.each(Object.entries(disguises))('what leaves the state, called %s', (_way, disguise) => {
  useFolder(beforeAll, afterAll);

  it.each(blockedCalls)('%s', (call, refusal) => {
    const heard = run(disguise(call));
    expect(said(heard)).toMatch(refusal);
    expectNothingHappened();
  });
});

/** Roundabout ways; each returns what it got hold of, or nothing. */
const tricks: readonly (readonly [name: string, text: string, harmless: RegExp])[] = [
  ['JavaScript beside the script', `return require('evil')`, /module 'evil' not found/],
  [
    'JavaScript through package.path',
    `package.path = '$IN/?.js;./?.cjs' return require('evil')`,
    /error loading module|unexpected symbol|not found/,
  ],
  [
    'JavaScript through package.jspath',
    `package.jspath = './?.js' package.cpath = './?.js' return require('evil')`,
    /not found/,
  ],
  ['native code', `package.cpath = '$IN/?.so' return require('evil')`, /not found/],
  ['a searcher that was put aside', `return package.searchers[3]('evil')`, /no file/],
  ['a searcher out of its place', `return package.searchers[4]('evil.x')`, /no file/],
  ['compiled code in a file', `return loadfile('broken.lua', 'b')`, /attempt to load a binary chunk/],
  ['compiled code by require', `return require('broken')`, /attempt to load a binary chunk/],
  ['compiled code by dofile', `return dofile('broken.lua')`, /attempt to load a binary chunk/],
  [
    'compiled code after a comment',
    `io.open('c.txt', 'w'):write('#x\\n\\27Lua'):close() return loadfile('c.txt')`,
    /unexpected symbol|binary chunk/,
  ],
  [
    'compiled code after an empty piece',
    `local t = { '', '\\27Lua' } return load(function() return table.remove(t, 1) end, 'x', 'b')`,
    /text chunk|binary chunk/,
  ],
  ['a module name with dots that climb', `return require('../outside/secret')`, /not found/],
  ['a module name with many dots', `return require('......outside.secret')`, /not found/],
  ['an absolute module name', `return require('$OUT/secret')`, /not found/],
  ['a module through a link', `return require('dir.secret')`, /not found/],
  ['a module that is a link', `return require('link')`, /not found/],
  ['a module name with NUL', `return require('$OUT/secret\\0')`, /not found/],
  [
    'a module of the machine',
    `package.path = '/usr/share/lua/5.4/?.lua;$OUT/?.lua' return require('secret')`,
    /not found/,
  ],
  [
    'the path of packages with a climb',
    `package.path = '$IN/../outside/?.lua' return require('secret')`,
    /not found/,
  ],
  [
    'the path of packages with a climb by the name',
    `package.path = './?/secret.lua' return require('dir')`,
    /not found/,
  ],
  [
    'searchpath as an oracle',
    `return package.searchpath('passwd', '/etc/?'), package.searchpath('secret', '$OUT/?.txt')`,
    /^\nnil/,
  ],
  ['a huge module name', `return #select(2, pcall(require, ('x'):rep(1000000)))`, /^\n\d+$/],
  [
    'a huge path of packages',
    `package.path = ('?;'):rep(1000000) return #select(2, pcall(require, 'x'))`,
    /^\n\d+$/,
  ],
  [
    'a path of packages that multiplies a name',
    `package.path = ('?'):rep(1000000) return #select(2, pcall(require, ('x'):rep(4000)))`,
    /^\n\d+$/,
  ],
  ['whether there is a shell', `return os.execute()`, /^\nfalse$/],
  [
    'the prototypes of module names',
    `return pcall(require, '__proto__'), pcall(require, 'constructor'), pcall(require, 'toString')`,
    /false/,
  ],
  [
    'the prototypes of tables',
    `local t = {} t.__proto__ = { x = 1 } t.constructor = 1 return t.x, ({}).x, ({}).constructor, ({}).__proto__`,
    /^\nnil\nnil\nnil\nnil$/,
  ],
  [
    'the prototypes of the environment',
    `return os.getenv('__proto__'), os.getenv('constructor'), os.getenv('toString')`,
    /^\nnil\nnil\nnil$/,
  ],
  [
    'the prototypes of package.loaded',
    `package.loaded.__proto__ = { x = 1 } return package.loaded.x, package.preload.constructor`,
    /^\nnil\nnil$/,
  ],
  [
    'the secrets of the environment',
    `return os.getenv('PATH'), os.getenv('DOVEBELL_ENDPOINT_PASSWORD'), os.getenv('NODE_OPTIONS')`,
    /^\nnil\nnil\nnil$/,
  ],
  [
    'the function that runs a level',
    `local t = {} for level = 0, 30 do local i = debug.getinfo(level, 'fS') if i and i.func and i.what ~= 'Lua' and i.what ~= 'main' then t[#t + 1] = level end end return #t`,
    /^\n0$/,
  ],
  [
    'the values of require’s own level',
    `package.preload.m = function() local t = {} for level = 0, 30 do if not debug.getinfo(level) then break end for n = 1, 30 do local name, v = debug.getlocal(level, n) if type(v) == 'table' and v ~= _G and v._LOADED then t[1] = level end end end return #t end return (require('m'))`,
    /^\n0$/,
  ],
  [
    'the type of files',
    `local m = getmetatable(io.stdout) m.__index.read = os.exit m.__name = 'x' m.__index = nil m.__gc = nil setmetatable(m, { __index = error }) return pcall(io.open, 'data.txt')`,
    /^\ntrue/,
  ],
  [
    'a table dressed as a file',
    `local m = getmetatable(io.stdout) return pcall(m.__index.read, setmetatable({}, m), 'a')`,
    /FILE\* expected/,
  ],
  [
    'a number dressed as a file',
    `return pcall(getmetatable(io.stdout).__index.write, 7, 'x')`,
    /FILE\* expected/,
  ],
  [
    'another file’s methods',
    `local c = io.stdout.close return pcall(c, setmetatable({}, { __name = 'FILE*' }))`,
    /FILE\* expected/,
  ],
  [
    'the type of strings',
    `local m = getmetatable('') m.__index = function(s, k) return os.execute end m.__name = 'FILE*' return pcall(('x').y, 'touch /tmp/dovebell-owned')`,
    /os\.execute is blocked/,
  ],
  [
    'the functions that ours might call',
    `string.format = error tostring = error type = error table = nil pcall(print, 1) return io.open('data.txt'):read('a')`,
    /data/,
  ],
  [
    'the registry by its names',
    `return package.loaded['_LOADED'], rawget(_G, '_IO_output'), package.loaded['FILE*']`,
    /^\nnil\nnil\nnil$/,
  ],
  [
    'what closes at collection',
    `setmetatable({}, { __gc = function() io.open('$OUT/new.txt', 'w') end }) collectgarbage() return 1`,
    /^\n1$/,
  ],
  ['addresses', `return (('%p'):format(io.stdout):gsub('%x', '')), (tostring(print):gsub('[%x]', ''))`, /./],
  ['the clock that time stands on', `os.time = nil return os.clock() >= 0`, /true/],
  ['a locale', `return os.setlocale('/etc/passwd'), os.setlocale('../../x', 'all')`, /^\nnil\nnil$/],
  [
    'a pipe that waits',
    `return io.open('pipe', 'r'), io.open('pipe', 'w'), io.open('pipe', 'r+')`,
    /^\nnil\nnil\nnil/,
  ],
  [
    'a file that is another by now',
    `local f = io.open('y.txt', 'w') os.rename('y.txt', 'z.txt') f:write('x') return f:close()`,
    /true/,
  ],
  [
    'a format that is no text',
    `return pcall(io.read, setmetatable({}, { __tostring = function() return 'a' end }))`,
    /string expected/,
  ],
  [
    'a name that is no text',
    `return pcall(io.open, setmetatable({}, { __tostring = function() return '/etc/passwd' end, __name = '/etc/passwd' }))`,
    /string expected/,
  ],
  ['a name that is a number', `return io.open(1e15), io.open(-0.0)`, /^\nnil/],
  [
    'a name in other encodings',
    `return io.open('\\xc0\\xae\\xc0\\xae/outside/secret.txt'), io.open('..%2foutside%2fsecret.txt'), io.open('\\xff')`,
    /^\nnil\nnil\nnil/,
  ],
];

describe.skipIf(process.platform === 'win32')('roundabout ways', () => {
  useFolder(beforeEach, afterEach);

  it.each(tricks)('%s', (_name, text, harmless) => {
    const heard = said(run(text));
    expect(heard).toMatch(harmless);
    expect(heard).not.toContain(SECRET);
    expect(heard).not.toContain('root:x:0');
    expectNothingHappened();
    expect({}.constructor).toBe(Object);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('what a script does to its libraries stays in its own state', () => {
    const one = createScriptRunner({ folder: place.folder });
    const other = createScriptRunner({ folder: place.folder });
    one.run(
      `getmetatable('').__index = nil getmetatable(io.stdout).__index = {} io.open = nil string.rep = nil`,
    );
    expect(other.run(`return ('x'):rep(2), io.open('data.txt'):read('a')`).values).toEqual(['xx', 'data']);
  });

  it('a folder that holds more than scripts gives its data to nobody, but its Lua files', () => {
    const [home, data] = [process.env['HOME'], `return io.open('data.txt'), (require('helper'))`];
    process.env['HOME'] = path.join(place.folder, 'sub');
    try {
      const { values } = run(data);
      expect(values).toEqual(['nil', 'helper']);
      expect(run(`return io.open('data.txt')`).values[1]).toMatch(/holds your other files as well/);
    } finally {
      process.env['HOME'] = home;
    }
    const atRoot = createScriptRunner({ folder: '/' });
    expect(atRoot.run(`return io.open('etc/passwd')`).values[1]).toMatch(/holds your other files as well/);
  });

  it('the data of the program is out of reach, also of a script that was put beside it or into it', () => {
    writeFileSync(path.join(place.folder, 'sub', 'lua-scripts.json'), '{}');
    const programFolder = path.join(place.folder, 'sub');
    const beside = createScriptRunner({ folder: place.folder, programFolder });
    expect(beside.run(`return io.open('data.txt'):read('a')`).values).toEqual(['data']);
    const within = createScriptRunner({ folder: programFolder, programFolder });
    for (const [runner, name] of [
      [beside, 'sub/lua-scripts.json'],
      [within, 'lua-scripts.json'],
    ] as const) {
      for (const attempt of [`io.open('${name}', 'w')`, `io.open('${name}')`, `os.remove('${name}')`])
        expect(runner.run(`return ${attempt}`).values[1]).toMatch(/it is in Dovebell's own folder/);
    }
    const below = createScriptRunner({ folder: programFolder, programFolder: place.folder });
    expect(below.run(`return io.open('lua-scripts.json'):read('a')`).values).toEqual(['{}']);
  });
});

/** Parts of names: the ways out, and what lies there. */
const part = fc.constantFrom(
  '..',
  '.',
  '',
  '/',
  'dir',
  'sub',
  'up',
  'outside',
  'inner',
  'scripts',
  'scripts-sibling',
  'secret.txt',
  'secret.lua',
  'secret',
  'link.txt',
  'link.lua',
  'link',
  'links.txt',
  'loop',
  'new.txt',
  'proc',
  'root',
  'cwd',
  'fd',
  'environ',
  'pipe',
  'hidden.txt',
  '.hidden',
  'data.txt',
  'helper',
  '\0',
  '$OUT',
  '$IN',
  '/etc/passwd',
  '\\',
  '%2e%2e',
  '~',
  '?',
  ';',
);
const name = fc.oneof(
  { weight: 4, arbitrary: fc.array(part, { minLength: 1, maxLength: 7 }).map((parts) => parts.join('/')) },
  { weight: 1, arbitrary: fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.')) },
  { weight: 1, arbitrary: fc.string() },
);

/** Lua for one step with two names in `a` and `b`; whatever it gets hold of is added to `got`. */
const step = fc.constantFrom(
  `local f = io.open(a) if f then keep(f:read('a')) f:close() end`,
  `local f = io.open(a, 'r+') if f then keep(f:read('a')) f:write('w') f:close() end`,
  `local f = io.open(a, 'w') if f then f:write('w') f:close() end`,
  `local f = io.open(a, 'a+') if f then f:seek('set') keep(f:read('a')) f:close() end`,
  `for line in io.lines(a) do keep(line) end`,
  `io.input(a) keep(io.read('a'))`,
  `io.output(a) io.write('w') io.close()`,
  `os.rename(a, b)`,
  `os.remove(a)`,
  `keep(require(a))`,
  `package.path = a .. ';' .. b`,
  `package.path = a .. '/?.lua'`,
  `package.cpath = a .. '/?'`,
  `keep(dofile(a))`,
  `keep(loadfile(a))`,
  `keep(package.searchpath(b, a))`,
);

describe.skipIf(process.platform === 'win32')('any sequence of calls', () => {
  useFolder(beforeEach, afterEach);

  it('with any names reads and changes nothing outside the folder', () => {
    const quoted = (text: string): string =>
      `'${[...Buffer.from(text.replaceAll('$OUT', place.outside).replaceAll('$IN', place.folder))].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('')}'`;
    fc.assert(
      fc.property(fc.array(fc.tuple(step, name, name), { minLength: 1, maxLength: 12 }), (steps) => {
        const script = createScriptRunner({ folder: place.folder });
        script.run(
          `got = {} function keep(...) for at = 1, select('#', ...) do got[#got + 1] = tostring((select(at, ...))) end end`,
        );
        for (const [text, a, b] of steps) {
          const heard = script.run(`local a, b = ${quoted(a)}, ${quoted(b)} ${text}`);
          expect(said(heard)).not.toContain(SECRET);
        }
        const got = said(script.run(`return table.concat(got, '\\n')`));
        expect(got).not.toContain(SECRET);
        expect(got).not.toContain('root:x:0');
        script.libraries.close();
        expect(place.outsideState()).toBe(before);
      }),
      { numRuns: 300 },
    );
  }, 120_000);
});
