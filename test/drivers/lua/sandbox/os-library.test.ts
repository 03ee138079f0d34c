import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScriptRunner, type RunnerOptions } from './script-runner.ts';
import { temporaryFolder } from './temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
const run = (text: string, options: Partial<RunnerOptions> = {}) =>
  createScriptRunner({ folder, ...options }).run(text);

describe('the time of a script', () => {
  const clock = () => 1_700_000_000_999;

  it('is its own clock', () => {
    expect(run(`return os.time(), os.date('!%Y') == os.date('!%Y', 1700000000)`, { clock }).values).toEqual([
      '1700000000',
      'true',
    ]);
    expect(
      run(`return os.date() == os.date('%c', 1700000000), os.date('*t').year`, { clock }).values,
    ).toEqual(['true', '2023']);
    expect(run(`return os.date(nil) == os.date()`, { clock }).values).toEqual(['true']);
  });

  it('leaves dates that the script names alone', () => {
    expect(
      run(`local t = {year = 2020, month = 5, day = 4, hour = 3} return os.date('%Y-%m-%d', os.time(t))`, {
        clock,
      }).values,
    ).toEqual(['2020-05-04']);
    expect(run(`os.time({})`, { clock }).error).toMatch(/field '\w+' missing in date table/);
  });

  it('is random from the start', () => {
    const one = run('return math.random(2^30)').values;
    expect(run('return math.random(2^30)').values).not.toEqual(one);
  });
});

describe('os.exit', () => {
  it.each([false, true])('ends the call and nothing else (trusted: %s)', (trusted) => {
    expect(run('os.exit(0)', { trusted }).error).toBe(
      'script:1: os.exit called; on the server this ends the mail process',
    );
  });
});

describe('os.setlocale', () => {
  it('knows C alone', () => {
    expect(run(`return os.setlocale(), os.setlocale('C'), os.setlocale('de_DE.UTF-8')`).values).toEqual([
      'C',
      'C',
      'nil',
    ]);
  });
});

describe('os.getenv', () => {
  beforeEach(() => {
    process.env['DOVEBELL_ENDPOINT_PASSWORD'] = 'secret';
    process.env['SCRIPT_TEST'] = 'seen';
  });
  afterEach(() => {
    delete process.env['DOVEBELL_ENDPOINT_PASSWORD'];
    delete process.env['SCRIPT_TEST'];
  });

  it('tells a sandboxed script where it runs and nothing else', () => {
    const { values } = run(`return os.getenv('HOME'), os.getenv('PATH'), os.getenv('SCRIPT_TEST')`);
    expect(values).toEqual([process.env['HOME'] ?? 'nil', 'nil', 'nil']);
  });

  it('tells a trusted script everything but what is our own', () => {
    expect(
      run(
        `return os.getenv('SCRIPT_TEST'), os.getenv('DOVEBELL_ENDPOINT_PASSWORD'), os.getenv('none'), os.getenv('__proto__'),
          io.popen('echo $SCRIPT_TEST $DOVEBELL_ENDPOINT_PASSWORD'):read()`,
        { trusted: true },
      ).values,
    ).toEqual(['seen', 'nil', 'nil', 'nil', 'seen']);
  });
});

describe.skipIf(process.platform === 'win32')('programs of a trusted script', () => {
  const trusted = true;

  it('run in the folder of the script; what they print and it does not read is shown', () => {
    const { values, printed } = run(`return os.execute('pwd; echo oops >&2')`, { trusted });
    expect(values).toEqual(['true', 'exit', '0']);
    expect(printed).toEqual([folder, 'oops']);
  });

  it('their end is told as Lua tells it', () => {
    expect(run(`return os.execute('exit 3')`, { trusted }).values).toEqual(['nil', 'exit', '3']);
    expect(run(`return os.execute('kill -9 $$')`, { trusted }).values).toEqual(['nil', 'signal', '9']);
    expect(run(`return os.execute()`, { trusted }).values).toEqual(['true']);
  });

  it('are read through a pipe', () => {
    const text = `local p = io.popen('printf "a\\nb"; exit 2') local all = p:read('a') return all, p:close()`;
    expect(run(text, { trusted }).values).toEqual(['a\nb', 'nil', 'exit', '2']);
    expect(
      run(`for line in io.popen('echo 1; echo 2'):lines() do print(line) end`, { trusted }).printed,
    ).toEqual(['1', '2']);
    expect(run(`return io.popen('echo x'):seek()`, { trusted }).values).toEqual([
      'nil',
      'Illegal seek',
      '29',
    ]);
  });

  it('are written to through a pipe, and run when it is closed', () => {
    const text = `local p = io.popen('cat > got', 'w') p:write('one\\n', 2) return p:close()`;
    expect(run(text, { trusted }).values).toEqual(['true', 'exit', '0']);
    expect(readFileSync(path.join(folder, 'got'), 'utf8')).toBe('one\n2');
  });

  it('a program that prints without end is stopped, and said so', () => {
    const { values } = run(`return io.popen('yes')`, { trusted });
    expect(values).toEqual(['nil', 'yes: the program printed more than 16777216 bytes', '27']);
  });

  it('a command that cannot be given to a program is refused, when it is run', () => {
    const wrong = ['nil', 'Invalid or incomplete multibyte or wide character', '84'];
    expect(run(`return os.execute('echo \\xff')`, { trusted }).values).toEqual(wrong);
    expect(run(`return io.popen('\\xff', 'w'):close()`, { trusted }).values).toEqual(wrong);
  });

  it('popen takes r and w', () => {
    expect(run(`io.popen('true', 'rw')`, { trusted }).error).toBe(
      "script:1: bad argument #2 to 'popen' (invalid mode)",
    );
  });

  it('tmpname makes a file of its own', () => {
    const script = createScriptRunner({ folder, trusted });
    const [name = ''] = script.run('name = os.tmpname() return name').values;
    expect(existsSync(name)).toBe(true);
    expect(script.run('return os.remove(name)').values).toEqual(['true']);
  });

  it('files of the whole machine are open to it', () => {
    const other = temporaryFolder();
    expect(
      run(`io.open('${other}/x', 'w'):write('there'):close() return io.open('${other}/x\\0.txt'):read('a')`, {
        trusted,
      }).values,
    ).toEqual(['there']);
  });
});
