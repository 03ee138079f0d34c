import { describe, expect, it } from 'vitest';
import { createScriptRunner } from './script-runner.ts';
import { temporaryFolder } from './temporary-folder.ts';

const run = (text: string) => createScriptRunner({ folder: temporaryFolder() }).run(text);

/** As Debian's lua5.4 prints it. */
describe('math has what Lua 5.2 had', () => {
  it.each([
    ['math.pow(2, 10), math.pow("3", 2)', '1024.0 9.0'],
    ['math.pow(1, 0/0), math.pow(-1, 1/0), math.pow(-8, 1/3) ~= math.pow(-8, 1/3)', '1.0 1.0 true'],
    ['math.log10(1000), math.log10(0)', '3.0 -inf'],
    ['math.cosh(0), math.sinh(0), math.tanh(0)', '1.0 0.0 0.0'],
    ['math.atan2 == math.atan', 'true'],
    ['math.frexp(8)', '0.5 4'],
    ['math.frexp(-0.3)', '-0.6 -1'],
    ['math.frexp(0)', '0.0 0'],
    ['math.frexp(2^-1074)', '0.5 -1073'],
    ['math.frexp(1/0)', 'inf 0'],
    ['math.ldexp(0.5, 4), math.ldexp(1, -1074) == 2^-1074, math.ldexp(2^-1074, 1100)', '8.0 true 67108864.0'],
    ['math.ldexp(1, 5000), math.ldexp(1, -5000)', 'inf 0.0'],
  ])('%s', (call, wanted) => {
    expect(run(`return ${call}`).values.join(' ')).toBe(wanted);
  });

  it('and its errors', () => {
    expect(run('local x = math.pow(2)').error).toBe(
      "script:1: bad argument #2 to 'pow' (number expected, got no value)",
    );
    expect(run('local x = math.ldexp(1, 1.5)').error).toBe(
      "script:1: bad argument #2 to 'ldexp' (number has no integer representation)",
    );
  });
});
