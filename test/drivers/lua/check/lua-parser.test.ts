import { describe, expect, it } from 'vitest';
import { compileLua } from '../../../../drivers/lua/check/compile.ts';
import { parseLua } from '../../../../drivers/lua/check/lua-parser.ts';
import { SyntaxFault, TooDeep } from '../../../../drivers/lua/check/syntax-fault.ts';

const accepts = [
  '',
  'return',
  'return;',
  ';;; local a = 1; ;',
  'local a <const>, b <close> = 1, nil',
  'x = 3 // 2 ~ 5 & ~1 | 1 << 2 >> 1',
  'goto done do local x end ::done::',
  'local s = "\\u{48}\\x41\\65\\z   \n  tail\\\nline"',
  'local s = [==[ ]] ]=] ]==] .. [[\nfirst newline]]',
  '--[[ long\ncomment ]] --[==[ x ]==] local a -- end',
  '--[ short',
  'f{1, 2; a = 3, [4] = 5, function() end}:g"x".h[[y]] (z)',
  'repeat local done = f() until done',
  'for i = 1, 10, 2 do end for k, v in pairs(t) do break end',
  'function a.b.c:d(x, ...) local y = ... return ..., #x, -y, not z end',
  'x = 0x.8p1 + 0xAp-2 + .5e+3 + 3. + 0xff',
  'local function f() return f end',
  'a.b["c"], d = 1',
  '(f or g)(1)',
  'return 2^-3^2 .. "a" .. 1',
];
const refuses = [
  'local = 1',
  'x = = 1',
  'function a.b:c.d() end',
  'f(',
  'if x then',
  'return 1 x = 2',
  'x = "unfinished',
  'x = [[unfinished',
  'x = "\\q"',
  'x = 3x',
  'a.b',
  'f() = 1',
  'local x <wrong> = 1',
  'x = @',
  'for a.b in c do end',
  'function f(a,) end',
];

describe('parseLua', () => {
  it.each(accepts)('takes %j', (text) => {
    expect(() => parseLua(text)).not.toThrow();
  });

  it.each(refuses)('refuses %j, as Lua does', (text) => {
    expect(() => parseLua(text)).toThrow(SyntaxFault);
    expect(compileLua(Buffer.from(text))).toBeDefined();
  });

  it.each(accepts.filter((text) => !text.includes('<const>')))(
    'takes what the compiler takes: %j',
    (text) => {
      expect(compileLua(Buffer.from(text))).toBeUndefined();
    },
  );

  it('knows which declaration a name means', () => {
    const { main } = parseLua('local x = x; local function f(x) return x end; x = 1; y = x');
    const [first, fn, assign] = main.body;
    if (first?.kind !== 'local' || fn?.kind !== 'local' || assign?.kind !== 'assign')
      throw new Error('other tree');
    expect(first.values[0]).toMatchObject({ kind: 'name', name: 'x' });
    expect(first.values[0]).not.toHaveProperty('local');
    expect(assign.targets[0]).toMatchObject({ local: first.locals[0] });
    const body = fn.values[0];
    if (body?.kind !== 'function' || body.body[0]?.kind !== 'return') throw new Error('other tree');
    expect(body.body[0].values[0]).toMatchObject({ local: body.parameters[0] });
  });

  it('sees in until what repeat declared, and nothing of it afterwards', () => {
    const { main } = parseLua('repeat local x = 1 until x; y = x');
    const [loop, after] = main.body;
    if (loop?.kind !== 'repeat' || after?.kind !== 'assign') throw new Error('other tree');
    expect(loop.condition).toHaveProperty('local');
    expect(after.values[0]).not.toHaveProperty('local');
  });

  it.each([
    ['parentheses', `x = ${'('.repeat(5000)}1${')'.repeat(5000)}`],
    ['tables', `x = ${'{'.repeat(5000)}${'}'.repeat(5000)}`],
    ['sums', `x = 1${'+1'.repeat(100_000)}`],
    ['calls', `f${'()'.repeat(100_000)}`],
    ['blocks', `${'do '.repeat(5000)}${'end '.repeat(5000)}`],
    ['minus signs', `x = ${'- '.repeat(5000)}1`],
  ])('gives up on %s nested without end', (_, text) => {
    expect(() => parseLua(text)).toThrow(TooDeep);
  });
});
