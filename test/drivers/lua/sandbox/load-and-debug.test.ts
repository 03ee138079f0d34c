import { describe, expect, it } from 'vitest';
import { createScriptRunner } from './script-runner.ts';
import { temporaryFolder } from './temporary-folder.ts';

const run = (text: string, trusted = false) =>
  createScriptRunner({ folder: temporaryFolder(), trusted }).run(text);

const BINARY = "attempt to load a binary chunk (mode is 't')";

describe.each([
  ['sandboxed', false],
  ['trusted', true],
] as const)('load of a %s script', (_name, trusted) => {
  it.each([
    [`load('return 1 + 1')()`, ['2']],
    [`load('return ...', 'name', 't', {})(7)`, ['7']],
    [`load('return x', 'name', 'bt', { x = 'env' })()`, ['env']],
    [`load('x = = 1')`, ['nil', `[string "x = = 1"]:1: unexpected symbol near '='`]],
    [`load('x = = 1', '=(mine)')`, ['nil', `(mine):1: unexpected symbol near '='`]],
    [`load('return 1', 'x', 'b')`, ['nil', "attempt to load a text chunk (mode is 'b')"]],
    [`load('\\27Lua')`, ['nil', BINARY]],
    [`load('\\27Lua', 'x', 'b')`, ['nil', BINARY]],
    [`load('\\27Lua', 'x', 'bt')`, ['nil', BINARY]],
    [
      `(function() local n = 0 return load(function() n = n + 1 return ({ 'return ', '4', '2' })[n] end)() end)()`,
      ['42'],
    ],
    [`load(function() return '\\27Lua' end, 'x', 'b')`, ['nil', BINARY]],
    [
      `(function() local n = 0 return load(function() n = n + 1 return ({ '', '\\27Lua' })[n] end, 'x', 'b') end)()`,
      ['nil', "attempt to load a text chunk (mode is 'b')"],
    ],
  ] as const)('%s', (text, values) => {
    const got = run(`return ${text}`, trusted);
    expect(got.error ?? got.values).toEqual(values);
  });

  it('a reader that gives no text is an error', () => {
    expect(run('return load(function() return {} end)', trusted).values[1]).toMatch(
      /reader function must return a string$/,
    );
  });

  it('no code is made to be loaded elsewhere', () => {
    expect(run('return string.dump(function() end)', trusted).error).toMatch(/^script:1: string\.dump/);
  });
});

describe('debug in the sandbox', () => {
  it('tells a script about itself', () => {
    expect(
      run(`local function f() local a, b = 1, 'two'
        local name, value = debug.getlocal(1, 2)
        return name, value, debug.getinfo(1, 'n').name, debug.getinfo(1, 'l').currentline, debug.getinfo(1, 'f').func == f
      end
      local one, two, three, four, five = f() return one, two, three, four, five`).values,
    ).toEqual(['b', 'two', 'f', '3', 'true']);
    expect(run(`return (debug.traceback('oh'):match('^oh\\nstack traceback:\\n'))`).values).toEqual([
      'oh\nstack traceback:\n',
    ]);
    expect(
      run(`return debug.getinfo(print).what ~= 'Lua', debug.getinfo(50), debug.getlocal(print, 1)`).values,
    ).toEqual(['true', 'nil', 'nil']);
  });

  it('does not hand out the functions and values of this program', () => {
    expect(
      run(`return debug.getinfo(0, 'f').func, debug.getinfo(0).func, debug.getlocal(0, 1)`).values,
    ).toEqual(['nil', 'nil', 'nil']);
    expect(
      run(`return pcall(function() local t = {} for level = 0, 20 do
        local info = debug.getinfo(level) if not info then break end
        if info.what ~= 'Lua' and info.what ~= 'main' and info.func then t[#t + 1] = level end end return #t end)`)
        .values,
    ).toEqual(['true', '0']);
  });

  it('looks into coroutines the same way', () => {
    expect(
      run(`local co = coroutine.create(function() local x = 5 coroutine.yield() end) coroutine.resume(co)
        local n, v = debug.getlocal(co, 1, 1) return n, v, debug.getinfo(co, 0).func, debug.getlocal(co, 0, 1)`)
        .values,
    ).toEqual(['x', '5', 'nil', 'nil']);
  });

  it('takes no value from the stack for a function', () => {
    expect(run(`debug.getinfo(1, '>f')`).error).toBe(
      "script:1: bad argument #2 to 'getinfo' (invalid option '>')",
    );
    expect(run(`debug.getinfo(1, '>f')`, true).error).toMatch(/invalid option '>'/);
  });

  it.each(['getinfo', 'getlocal'])('%s checks its arguments as Lua does', (name) => {
    expect(run(`debug.${name}()`).error).toMatch(/bad argument #\d to '\w+'/);
    expect(run(`debug.${name}({}, 1)`).error).toMatch(/bad argument #1/);
  });
});

describe('debug of a trusted script', () => {
  it('has upvalues and metatables', () => {
    expect(
      run(`local x = 1 local f = function() return x end debug.setupvalue(f, 1, 5) return f()`, true).values,
    ).toEqual(['5']);
    expect(
      run(`debug.setmetatable(1, { __index = { twice = 2 } }) local n = 1 return n.twice`, true).values,
    ).toEqual(['2']);
  });

  it('does not get the hook, which watches its time', () => {
    expect(run(`debug.sethook(print, 'l')`, true).error).toMatch(/debug\.sethook does not work/);
    expect(run(`return debug.gethook()`, true).values).toEqual(['nil']);
  });
});
