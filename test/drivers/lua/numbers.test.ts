import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lauxlib, lua, lualib } from '#fengari';
import { compareLuaCases, lua54Answers, type LuaCases } from '../../../main/conformance/lua-numbers.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const recorded = path.resolve(root, '../shared/golden/lua/numbers-strings.json');
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as LuaCases;
const differences = (cases: LuaCases) => [...compareLuaCases(cases)].filter(({ difference }) => difference);

/** The values of a chunk as text, one string each; a Lua error is one text. */
function run(chunk: string): string[] {
  const L = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(L);
  const bytes = new Uint8Array(Buffer.from(chunk, 'latin1'));
  const name = new Uint8Array(Buffer.from('=t'));
  if (lauxlib.luaL_loadbufferx(L, bytes, bytes.length, name, null) === lua.LUA_OK)
    lua.lua_pcall(L, 0, lua.LUA_MULTRET, 0);
  return Array.from({ length: lua.lua_gettop(L) }, (_, index) => {
    const shown = Buffer.from(lauxlib.luaL_tolstring(L, index + 1)).toString('latin1');
    lua.lua_pop(L, 1);
    return shown;
  });
}

describe('numbers and strings as a real Lua has them', () => {
  it('answers our own selection of cases alike', () => {
    expect(differences(read(path.join(root, 'test/fixtures/lua/numbers-strings.json')))).toEqual([]);
  });

  it.skipIf(!existsSync(recorded))('answers all recorded cases alike (needs the recordings)', () => {
    const cases = read(recorded);
    expect(differences(cases)).toEqual([]);
    expect(Object.keys(lua54Answers).length / cases.cases.length).toBeLessThan(0.01);
  });
});

describe('integers', () => {
  it.each([
    ['math.maxinteger + 1 == math.mininteger', 'true'],
    ['9007199254740993 + 1', '9007199254740994'],
    ['0x7fffffffffffffff * 3', '9223372036854775805'],
    ['1700000000123456789 // 1000', '1700000000123456'],
    ['-7 // 2, -7 % 3, 7 % -3', '-4 2 -2'],
    ['math.mininteger // -1', '-9223372036854775808'],
    ['0xffffffffffffffff, 1 << 63, 1 << 64, -1 >> 60', '-1 -9223372036854775808 0 15'],
    ['5 // 0.0, -5 % math.huge, 3 | 0', 'inf inf 3'],
    ['2^53 == 2^53 + 1, math.tointeger(2^53) == math.tointeger(2^53) + 1', 'true false'],
    ['#string.pack("j", math.mininteger), (string.unpack("j", string.pack("j", -2)))', '8 -2'],
    ['({[2^53] = "a"})[math.tointeger(2^53)]', 'a'],
  ])('%s', (expression, wanted) => {
    expect(run(`return ${expression}`).join(' ')).toBe(wanted);
  });

  it('end a numeric for at the last of them', () => {
    const loop = 'local n = 0 for i = math.maxinteger - 2, math.maxinteger do n = n + 1 end return n';
    expect(run(loop)).toEqual(['3']);
  });

  it('come from the application as numbers and bigints, and go there as numbers', () => {
    const L = lauxlib.luaL_newstate();
    lua.lua_pushinteger(L, 1_700_000_000_123_456_789n);
    expect(lua.lua_tointegerx(L, -1)).toBe(Number(1_700_000_000_123_456_789n));
    expect(lua.lua_tointegerexact(L, -1)).toBe(1_700_000_000_123_456_789n);
    expect(() => lua.lua_pushinteger(L, 1.5)).toThrow(TypeError);
  });
});

// What the real program is asked for in one go. A result on its own line, with its type.
const REPORT = String.raw`
local function show(v)
  if type(v) == "number" then return math.type(v) .. ":" .. tostring(v) end
  if type(v) == "string" then return "s:" .. v:gsub("[^\32-\126]", function(c) return "\\" .. c:byte() end) end
  return type(v) == "table" and "table" or tostring(v)
end
local lines = {}
for _, source in ipairs(SOURCES) do
  local r = table.pack(pcall(load(source, "=t")))
  for k = 1, r.n do r[k] = show(r[k]) end
  lines[#lines + 1] = table.concat(r, " ")
end
return table.concat(lines, "\n")`;

const numeral = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => {
    const text = String(value);
    return /[.e]/.test(text) ? text : `${text}.0`;
  }),
  fc.constantFrom(
    '0',
    '-0.0',
    '1/0',
    '0.5',
    '2.5',
    '1e15',
    '2^53',
    '2^63',
    'math.mininteger',
    '"10"',
    '"0x1p4"',
  ),
);
const spec = fc
  .tuple(
    fc.constantFrom('', '-', '0', '+', ' ', '#', '-+', '0+'),
    fc.constantFrom('', '5', '12'),
    fc.constantFrom('', '.0', '.3', '.14', '.20'),
    fc.constantFrom('d', 'x', 'o', 'g', 'G', 'e', 'f', 'a', 's', 'i', 'u', 'c'),
  )
  .map((parts) => parts.join(''));
const expression = fc.oneof(
  fc
    .tuple(numeral, fc.constantFrom('+', '-', '*', '/', '//', '%', '<', '<=', '=='), numeral)
    .map((parts) => `(${parts[0]}) ${parts[1]} (${parts[2]})`),
  fc
    .tuple(numeral, fc.constantFrom('&', '|', '~', '<<', '>>'), numeral)
    .map(([a, op, b]) => `(${a}) ${op} (${b})`),
  fc.tuple(spec, numeral).map(([format, value]) => `string.format("%${format}", ${value})`),
  fc
    .tuple(fc.constantFrom('tostring', 'tonumber', 'math.floor', 'math.tointeger', 'math.type'), numeral)
    .map(([name, value]) => `${name}(${value})`),
  fc
    .tuple(fc.constantFrom('<i8', '>I4', 'j', 'i3', 'd', 'n'), numeral)
    .map(([format, value]) => `string.pack("${format}", ${value})`),
);

const hasLua = spawnSync('lua5.4', ['-v']).status === 0;

describe('beside lua5.4', () => {
  it.skipIf(!hasLua)(
    'gives the same results and errors (needs lua5.4 to be installed)',
    () => {
      const sources = fc.sample(expression, { numRuns: 3000, seed: 20_251 }).map((text) => `return ${text}`);
      const list = `local SOURCES = {${sources.map((text) => `[==[${text}]==]`).join(',')}}`;
      const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'lua-')), 'cases.lua');
      writeFileSync(file, `local text = (function() ${list} ${REPORT} end)() io.write(text)`);
      const real = spawnSync('lua5.4', [file], { encoding: 'latin1', maxBuffer: 2 ** 26 }).stdout.split('\n');
      const ours = (run(`${list} ${REPORT}`)[0] ?? '').split('\n');
      const different = sources
        .map((source, at) => ({ source, real: real[at], ours: ours[at] }))
        .filter((each) => each.real !== each.ours);
      expect(different).toEqual([]);
    },
    60_000,
  );
});
