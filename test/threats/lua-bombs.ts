// What a script may do to a machine, by accident or on purpose. Each is the body of a function.

/** How a bomb ends when its time limit is half a second. */
export type BombEnd =
  /** Its time is over, with a traceback; the script goes on with all it remembers. */
  | 'time'
  /** The same for memory. */
  | 'memory'
  /** An error of its own, or none: Lua's own limits are enough. */
  | 'itself'
  /** Its thread is ended, and the script starts anew. */
  | 'thread'
  /** Whichever of time and memory comes first on this machine. */
  | 'limit';

export interface Bomb {
  readonly name: string;
  readonly ends: BombEnd;
  readonly body: string;
  /** What the error says, where it is the bomb's own. */
  readonly says?: string;
}

const bomb = (ends: BombEnd, name: string, body: string, says?: string): Bomb => ({
  name,
  ends,
  body,
  ...(says !== undefined && { says }),
});

const loops = [
  bomb('time', 'while true do end', 'while true do end'),
  bomb('time', 'a goto to itself', '::a:: goto a'),
  bomb('time', 'a huge goto loop', 'local i = 0 ::a:: i = i + 1 if i < 1e15 then goto a end'),
  bomb('time', 'a for without an end', 'for i = 1, math.huge do end'),
  bomb('time', 'pcall around a loop', 'while true do pcall(function() while true do end end) end'),
  bomb('thread', 'a message handler that loops', 'xpcall(error, function() while true do end end, "x")'),
  bomb(
    'time',
    'a metamethod that loops',
    'return setmetatable({}, {__index = function() while true do end end}).x',
  ),
  bomb(
    'time',
    'globals that loop',
    'setmetatable(_G, {__index = function() while true do end end}) return x',
  ),
];

const calls = [
  bomb('time', 'a pattern that backtracks', 'string.find(("a"):rep(1e4), ".-.-.-.-b$")'),
  bomb('time', 'gsub that backtracks', 'string.gsub(("a"):rep(1e4), ".-.-.-.-b", "x")'),
  bomb(
    'time',
    'a pattern in a message handler',
    'xpcall(error, function() string.find(("a"):rep(1e4), ".-.-.-.-b$") end, "x")',
  ),
  bomb('itself', 'nothing, a thousand million times', 'return (""):rep(1e9, "")'),
  bomb('itself', 'a width of five digits', "string.format('%99999d', 1)", 'invalid conversion'),
  bomb('time', 'table.move over 2^31 places', 'table.move({}, 1, 2^31, 2)'),
  bomb('itself', 'unpacking ten millions', 'table.unpack({}, 1, 1e7)', 'too many results to unpack'),
  bomb(
    'time',
    'table.insert into a table that lies',
    'table.insert(setmetatable({}, {__len = function() return 2^52 end}), 1, 1)',
  ),
  bomb(
    'time',
    'sorting a table that lies',
    'table.sort(setmetatable({}, {__len = function() return 2^30 end, __index = function() return 1 end}))',
  ),
  bomb(
    'itself',
    'sorting without an order',
    'local t = {} for i = 1, 1e4 do t[i] = i end table.sort(t, function() return true end)',
    'invalid order function for sorting',
  ),
  bomb(
    'itself',
    'load of a million brackets',
    'assert(load("return " .. ("("):rep(1e6)))',
    'C stack overflow',
  ),
  bomb('limit', 'load of a script without an end', 'load(function() return "x = 1 " end)'),
  bomb('itself', 'byte code', 'assert(load("\\27Lua"))()', 'attempt to load a binary chunk'),
  bomb('itself', 'string.dump', 'string.dump(function() end)', 'string.dump is blocked here'),
];

const memory = [
  bomb('itself', 'a string of 1e9 bytes', 'local s = ("x"):rep(1e9)', 'resulting string too large'),
  bomb('itself', 's = s .. s', 'local s = "x" while true do s = s .. s end', 'not enough memory'),
  bomb('limit', 's = s .. s under pcall', 'local s = "x" while true do pcall(function() s = s .. s end) end'),
  bomb(
    'itself',
    'table.concat that grows',
    'local t = {("x"):rep(16)} while true do for i = 1, 10 do t[i] = t[1] end t[1] = table.concat(t) end',
    'not enough memory',
  ),
  bomb('itself', 'one gsub that grows', '(("x"):rep(1e6)):gsub("", ("y"):rep(1e6))', 'not enough memory'),
  bomb('limit', 'gsub that grows', 'local s = "xx" while true do s = s:gsub(".", "%0%0") end'),
  bomb('limit', 'tables', 'local t = {} while true do t[#t + 1] = {} end'),
  bomb('limit', 'keys', 'local t, i = {}, 0 while true do i = i + 1 t["k" .. i] = i end'),
  bomb('limit', 'closures', 'local t = {} while true do t[#t + 1] = function() return t end end'),
  bomb('limit', 'coroutines', 'local t = {} while true do t[#t + 1] = coroutine.wrap(function() end) end'),
  bomb('limit', 'long strings', 'local t = {} for i = 1, 1e6 do t[i] = ("x"):rep(3e7) .. i end'),
  bomb(
    'limit',
    'upper, which copies',
    'local t, s = {}, ("x"):rep(3e7) for i = 1, 1e6 do t[i] = s:upper() end',
  ),
];

const depths = [
  bomb('limit', 'recursion', 'local function f(n) return 1 + f(n + 1) end f(1)'),
  bomb('time', 'tail calls', 'local function f(n) return f(n + 1) end f(1)'),
  bomb('itself', 'pcall in pcall', 'local function f() pcall(f) return 1 end f()'),
  bomb(
    'itself',
    '__index that calls itself',
    'local t = setmetatable({}, {__index = function(t, k) return t[k] .. "" end}) return t.x',
    'C stack overflow',
  ),
  bomb(
    'itself',
    '__index that leads to itself',
    'local t = {} setmetatable(t, {__index = t}) return t.x',
    'chain too long',
  ),
  bomb(
    'itself',
    'gsub in gsub',
    'local function f(s) return (s:gsub(".", f)) end f("abc")',
    'C stack overflow',
  ),
  bomb(
    'itself',
    'sort in sort',
    'local function f() table.sort({3, 2, 1}, f) return true end f()',
    'C stack overflow',
  ),
  bomb(
    'itself',
    'tostring in tostring',
    'tostring(setmetatable({}, {__tostring = function(s) return tostring(s) end}))',
    'C stack overflow',
  ),
  bomb(
    'itself',
    'coroutines in coroutines',
    'local function f() coroutine.wrap(f)() end f()',
    'C stack overflow',
  ),
];

const coroutines = [
  bomb('time', 'a loop in a coroutine', 'coroutine.wrap(function() while true do end end)()'),
  bomb(
    'time',
    'pcall of a loop in a coroutine',
    'coroutine.wrap(function() while true do pcall(function() while true do end end) end end)()',
  ),
  bomb(
    'time',
    'coroutines that are left in a loop',
    `while true do
      local co = coroutine.create(function() pcall(error) while true do end end)
      pcall(coroutine.resume, co)
    end`,
  ),
  bomb(
    'time',
    'two that hand over to each other',
    'local f = coroutine.wrap(function() while true do coroutine.yield() end end) while true do f() end',
  ),
  bomb(
    'time',
    'yield across pcall',
    'coroutine.wrap(function() pcall(function() while true do coroutine.yield() end end) end)() while true do end',
  ),
  bomb('itself', 'yield outside', 'coroutine.yield()', 'attempt to yield from outside a coroutine'),
];

const errors = [
  bomb(
    'itself',
    'an error whose text loops',
    'error(setmetatable({}, {__tostring = function() while true do end end}))',
    '(null)',
  ),
  bomb('itself', 'error(nil)', 'error(nil)', '(null)'),
  bomb('itself', 'an error of 5 MB', 'error(("x"):rep(5e6), 0)', 'xxx'),
  bomb('itself', 'a finaliser', 'setmetatable({}, {__gc = function() error("x") end}) collectgarbage()'),
];

const talk = [
  bomb('time', 'a flood of lines', 'while true do dovecot.i_info("x") end'),
  bomb('time', 'a flood of print', 'while true do print("x") end'),
  bomb('itself', 'long lines', 'local s = ("x"):rep(6e4) for i = 1, 200 do dovecot.i_info(s) end'),
];

export const bombs: readonly Bomb[] = [
  ...loops,
  ...calls,
  ...memory,
  ...depths,
  ...coroutines,
  ...errors,
  ...talk,
];
