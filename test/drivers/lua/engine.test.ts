import { afterEach, describe, expect, it } from 'vitest';
import { allocatedBytes, lauxlib, lua, lualib, setStringCap, setTick, type LuaState } from '#fengari';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const DEFAULT_CAP = 64 * 1024 * 1024;

function newState(): LuaState {
  const L = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(L);
  return L;
}

/** Runs a chunk named t: its first result or its error, as text. */
function run(chunk: string, L = newState()): string {
  lua.lua_settop(L, 0);
  const code = bytes(chunk);
  if (lauxlib.luaL_loadbufferx(L, code, code.length, bytes('=t'), null) === lua.LUA_OK)
    lua.lua_pcall(L, 0, 1, 0);
  return Buffer.from(lauxlib.luaL_tolstring(L, -1)).toString('latin1');
}

/** What pcall says of a call: its error. */
const failure = (call: string) => run(`return select(2, pcall(function() ${call} end))`);

afterEach(() => {
  setStringCap(DEFAULT_CAP);
  setTick(undefined);
});

describe('the cap on strings', () => {
  it.each([
    ['("x"):rep(1e9)', 'resulting string too large'],
    ['("x"):rep(1e8, ",")', 'resulting string too large'],
    ['local s = "x" while true do s = s .. s end', 'not enough memory'],
    ['local s = ("x"):rep(1e6) return (s:gsub("x", ("y"):rep(1000)))', 'not enough memory'],
    ['local t = {} for i = 1, 100 do t[i] = ("x"):rep(1e6) end return table.concat(t)', 'not enough memory'],
    ['local s = ("x"):rep(4e7) return string.format("%s%s", s, s)', 'not enough memory'],
    ['local s = ("x"):rep(4e7) return string.pack("zz", s, s)', 'not enough memory'],
  ])('ends %s with an error', (call, error) => {
    expect(failure(call)).toContain(error);
  });

  it('can be set', () => {
    setStringCap(1000);
    expect(run('return #("x"):rep(1000)')).toBe('1000');
    expect(failure('return ("x"):rep(500) .. ("y"):rep(501)')).toBe('not enough memory');
  });

  it('does not mind that nothing is repeated often', () => {
    expect(run('return (""):rep(1e9, "") .. "."')).toBe('.');
  });

  it('repeats a megabyte in no time', () => {
    const L = newState();
    run('return #("x"):rep(1e6)', L);
    const before = performance.now();
    for (let count = 0; count < 100; count++) run('return #("ab"):rep(5e5)', L);
    expect((performance.now() - before) / 100).toBeLessThan(5);
  });

  it('counts what is made', () => {
    const before = allocatedBytes();
    run('return ("x"):rep(12345)');
    expect(allocatedBytes() - before).toBeGreaterThanOrEqual(12345);
  });
});

describe('the tick', () => {
  /** Lets the tick end the call after so many. */
  function endAfter(ticks: number): void {
    let left = ticks;
    setTick((L) => {
      left -= 1;
      if (left < 0) lauxlib.luaL_error(L, bytes('too long'));
    });
  }

  it.each([
    ['string.find', 'string.find(("a"):rep(1e4), ".-.-.-.-b$")'],
    ['string.gsub', '("a"):rep(3000):gsub("(.-)(.-)(.-)x", "")'],
    ['string.gmatch', 'for _ in ("a"):rep(1e4):gmatch(".-.-.-.-b$") do end'],
    ['a class that goes far', 'local s = ("a"):rep(1e6) for i = 1, 1e6 do s:match("^%a+$") end'],
    ['table.move', 'table.move({}, 1, 2^31 - 2, 1)'],
    ['table.concat', 'table.concat(setmetatable({}, {__index = function() return "" end}), "", 1, 1e9)'],
    ['table.insert', 'local t = setmetatable({}, {__len = function() return 1e9 end}) table.insert(t, 1, 1)'],
    ['table.remove', 'local t = setmetatable({}, {__len = function() return 1e9 end}) table.remove(t, 1)'],
    [
      'table.sort',
      'table.sort(setmetatable({}, {__len = function() return 1e9 end, __index = function() return 1 end}))',
    ],
    ['utf8.len', 'local s = ("a"):rep(6e7) for i = 1, 1e6 do utf8.len(s) end'],
    ['load', 'error(select(2, load(function() return "x = 1 " end)))'],
  ])('ends %s', (_, call) => {
    endAfter(3);
    expect(failure(call)).toContain('too long');
  });

  it('does not come while little is done', () => {
    endAfter(0);
    expect(run('local n = 0 for w in ("one two three"):gmatch("%a+") do n = n + #w end return n')).toBe('11');
  });
});

describe('errors', () => {
  it.each([
    ['local function f() return 1 + f() end f()', 't:1: stack overflow'],
    ['local function f() return (("x"):gsub("x", f)) end f()', 'C stack overflow'],
    [
      'local t = setmetatable({}, {}) getmetatable(t).__index = function(_, k) return t[k] end return t.x',
      'stack overflow',
    ],
    ['return load("return " .. ("("):rep(1e5))()', 'attempt to call a nil value'],
    ['error(setmetatable({}, {__tostring = function() return "an object" end}))', 'an object'],
    ['error()', 'nil'],
  ])(
    '%s',
    (call, error) => {
      expect(failure(call)).toContain(error);
    },
    30_000,
  );

  it('of the application become readable messages, also for a message handler', () => {
    const L = newState();
    lua.lua_pushcfunction(L, () => {
      throw new TypeError('the host failed');
    });
    lua.lua_setglobal(L, bytes('host'));
    expect(run('return select(2, pcall(host))', L)).toBe('TypeError: the host failed');
    expect(run('return select(2, xpcall(host, function(m) return "<" .. m .. ">" end))', L)).toBe(
      '<TypeError: the host failed>',
    );
    expect(run('host()', L)).toBe('TypeError: the host failed');
  });

  it('leave hooks on in a coroutine that caught one', () => {
    const L = newState();
    let count = 0;
    lua.lua_sethook(L, () => void count++, lua.LUA_MASKCOUNT, 100);
    run('coroutine.wrap(function() pcall(error) for i = 1, 1e4 do end end)()', L);
    expect(count).toBeGreaterThan(50);
  });

  it('name functions and methods as Lua 5.4 does', () => {
    expect(run('return ("x"):rep({})')).toBe("t:1: bad argument #1 to 'rep' (number expected, got table)");
    expect(failure('local t = {} t.name = t.name .. "x"')).toBe(
      "t:1: attempt to concatenate a nil value (field 'name')",
    );
    const traceback = run(`
      local t = setmetatable({}, {__newindex = function() error("no") end})
      return select(2, xpcall(function() t.x = 1 end, debug.traceback))`);
    expect(traceback.split('\n').slice(0, 4)).toEqual([
      't:2: no',
      'stack traceback:',
      "\t[C]: in function 'error'",
      "\tt:2: in metamethod 'newindex'",
    ]);
  });
});

describe('Lua 5.4', () => {
  it.each([
    ['return _VERSION', 'Lua 5.4'],
    ['local x <const> = 1 return x', '1'],
    [
      'return select(2, load("local x <const> = 1\\nx = 2", "=t"))',
      "t:2: attempt to assign to const variable 'x'",
    ],
    ['return select(2, load("local x <odd> = 1", "=t"))', "t:1: unknown attribute 'odd'"],
    [
      'local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) return coroutine.close(co)',
      'true',
    ],
    ['return math.type(math.random(0))', 'integer'],
    ['math.randomseed(42) return math.random(1, 1000)', '742'],
    ['return utf8.len("\\xff", 1, -1, true) == nil', 'true'],
    ['return #utf8.char(0x7fffffff)', '6'],
    [
      'for i = math.maxinteger - 1, math.huge do if i < 0 then return "wrapped" end end return "ended"',
      'ended',
    ],
    ['return collectgarbage("count") > 0 and collectgarbage() == 0', 'true'],
    ['return os.date("!%Y-%m-%d %j %Z", 951782400)', '2000-02-29 060 GMT'],
    ['return os.time({year = 2050, month = 1, day = 1, hour = 12}) > 2^31', 'true'],
  ])('%s', (chunk, wanted) => {
    expect(run(chunk)).toBe(wanted);
  });
});

describe('tables', () => {
  it('give the items of a list first and in order', () => {
    const chunk = 'local s = "" for k in pairs({x = 1, 10, 20, nil, 40}) do s = s .. k .. " " end return s';
    expect(run(chunk)).toBe('1 2 4 x ');
  });

  it('can be emptied while they are traversed', () => {
    const chunk = `
      local t = {} for i = 1, 50 do t[i] = i t["k" .. i] = i end
      local n = 0 for k in pairs(t) do t[k] = nil n = n + 1 end
      return n .. " " .. tostring(next(t))`;
    expect(run(chunk)).toBe('100 nil');
  });

  it('tell strings apart whose bytes look alike in hexadecimal', () => {
    expect(run('return ({["\\1\\17"] = "a", ["\\17\\1"] = "b"})["\\1\\17"]')).toBe('a');
    expect(run('return "\\9" < "\\16"')).toBe('true');
  });
});
