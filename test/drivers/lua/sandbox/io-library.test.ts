import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createScriptRunner } from './script-runner.ts';
import { temporaryFolder } from './temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** What each piece of Lua returns: taken from Lua 5.4.4 of Debian 12. */
const cases: readonly (readonly [name: string, text: string, values: readonly string[]])[] = [
  ['a file that is missing', `return io.open('none')`, ['nil', 'none: No such file or directory', '2']],
  [
    'a folder that is missing',
    `return io.open('no/file', 'w')`,
    ['nil', 'no/file: No such file or directory', '2'],
  ],
  ['a folder is opened', `return io.type(io.open('.'))`, ['file']],
  ['but not read', `return io.open('.'):read('a')`, ['nil', 'Is a directory', '21']],
  ['nor written', `return io.open('.', 'w')`, ['nil', '.: Is a directory', '21']],
  ['write returns the file', `local f = io.open('x', 'w') return f:write('a', 1, 2.5) == f`, ['true']],
  ['reading what is only written', `return io.open('x', 'w'):read('a')`, ['nil', 'Bad file descriptor', '9']],
  [
    'writing what is only read',
    `io.open('x', 'w'):close() return io.open('x'):write('a')`,
    ['nil', 'Bad file descriptor', '9'],
  ],
  [
    'floats lose their .0',
    `io.open('x', 'w'):write(5.0, ' ', 7, ' ', 1e100):close() return io.open('x'):read('a')`,
    ['5 7 1e+100'],
  ],
  [
    'seek',
    `local f = io.open('x', 'w+') f:write('abc') return f:seek(), f:seek('set', 1), f:read('a'), f:seek('end', -1)`,
    ['3', '1', 'bc', '2'],
  ],
  ['seek before the start', `return io.open('x', 'w'):seek('set', -1)`, ['nil', 'Invalid argument', '22']],
  [
    'a hole is filled with NUL',
    `local f = io.open('x', 'w+') f:write('abc') f:seek('set', 5) f:write('x') f:seek('set') return ('%q'):format(f:read('a'))`,
    ['"abc\\0\\0x"'],
  ],
  [
    'appending',
    `io.open('x', 'w'):write('1'):close() local f = io.open('x', 'a+') f:seek('set', 0) f:write('2') f:seek('set', 0) return f:read('a')`,
    ['12'],
  ],
  [
    'updating',
    `io.open('x', 'w'):write('abcdef'):close() local f = io.open('x', 'r+') f:read(2) f:seek('cur', 0) f:write('ZZ') f:seek('set') return f:read('a')`,
    ['abZZef'],
  ],
  [
    'flush and setvbuf',
    `local f = io.open('x', 'w') return f:flush(), f:setvbuf('full', 1024), f:close()`,
    ['true', 'true', 'true'],
  ],
  [
    'the state of a file',
    `local f = io.open('x', 'w') local before = io.type(f) f:close() return before, io.type(f), io.type(1), tostring(f)`,
    ['file', 'closed file', 'nil', 'file (closed)'],
  ],
  [
    'lines',
    `io.open('x', 'w'):write('a\\r\\n\\nb'):close() local t = {} for l in io.lines('x') do t[#t + 1] = '<' .. l .. '>' end return table.concat(t)`,
    ['<a\r><><b>'],
  ],
  [
    'lines with formats',
    `io.open('x', 'w'):write('ab\\ncd'):close() local t = {} for a, b in io.lines('x', 1, 'L') do t[#t + 1] = a .. '|' .. tostring(b) end return table.concat(t, ',')`,
    ['a|b\n,c|d'],
  ],
  [
    'lines closes its file at the end',
    `io.open('x', 'w'):close() local next, _, _, f = io.lines('x') next() return io.type(f)`,
    ['closed file'],
  ],
  [
    'file:lines does not',
    `io.open('x', 'w'):close() local f = io.open('x') f:lines()() return io.type(f)`,
    ['file'],
  ],
  [
    'read formats',
    `io.open('x', 'w'):write('12 l1\\nl2\\nrest'):close() local f = io.open('x') return f:read('n', 'l', 'L', 2, 'a', 'a', 'l')`,
    ['12', ' l1', 'l2\n', 're', 'st', '', 'nil'],
  ],
  [
    'formats of Lua 5.2',
    `io.open('x', 'w'):write('a\\nb'):close() local f = io.open('x') return f:read('*l', '*a')`,
    ['a', 'b'],
  ],
  [
    'nothing after the first that fails',
    `io.open('x', 'w'):close() return io.open('x'):read('l', 'l')`,
    ['nil'],
  ],
  [
    'zero bytes tell the end',
    `io.open('x', 'w'):write('a'):close() local f = io.open('x') local before = f:read(0) f:read(1) return before, f:read(0)`,
    ['', 'nil'],
  ],
  [
    'numbers',
    `io.open('x', 'w'):write(' 0x1F 12.5e1 +7 -0x.8p1 nan'):close() local f = io.open('x') return f:read('n', 'n', 'n', 'n', 'n')`,
    ['31', '125.0', '7', '-1.0', 'nil'],
  ],
  [
    'what looks like a number is gone',
    `io.open('x', 'w'):write('1e+x'):close() local f = io.open('x') local n = f:read('n') return n, f:read('a')`,
    ['nil', 'x'],
  ],
  [
    'all bytes survive',
    `local all = '' for b = 0, 255 do all = all .. string.char(b) end io.open('x', 'wb'):write(all):close() return io.open('x', 'rb'):read('a') == all`,
    ['true'],
  ],
  ['standard files stay open', `return io.close()`, ['nil', 'cannot close standard file']],
  ['standard input is empty', `return io.read(), io.stdin:read('a'), io.type(io.stdin)`, ['nil', '', 'file']],
  ['standard output has no position', `return io.stdout:seek()`, ['nil', 'Illegal seek', '29']],
  [
    'the default output',
    `io.output('x') local same = io.write('hi') == io.output() io.close() io.input('x') return same, io.read('a'), io.type(io.input())`,
    ['true', 'hi', 'file'],
  ],
  [
    'the default output, given back',
    `local old = io.output() io.output('x') io.write('a') io.output():close() io.output(old) return io.output() == io.stdout`,
    ['true'],
  ],
  [
    'a temporary file',
    `local f = io.tmpfile() f:write('abc') f:seek('set') return f:read('a'), f:close()`,
    ['abc', 'true'],
  ],
  [
    'a file that is closed at the end of its block',
    `local f = io.open('x', 'w') getmetatable(f).__close(f) return io.type(f)`,
    ['closed file'],
  ],
];

const failures: readonly (readonly [text: string, message: string])[] = [
  [`io.open()`, "bad argument #1 to 'open' (string expected, got no value)"],
  [`io.open('x', 'q')`, "bad argument #2 to 'open' (invalid mode)"],
  [`io.lines('none')`, "cannot open file 'none' (No such file or directory)"],
  [`io.input('none')`, "cannot open file 'none' (No such file or directory)"],
  [`io.output('no/file')`, "cannot open file 'no/file' (No such file or directory)"],
  [`local f = io.open('x', 'w') f:close() f:write('a')`, 'attempt to use a closed file'],
  [`io.output('x') io.close() io.write('a')`, 'default output file is closed'],
  [`io.open('x', 'w'):seek('bad')`, "bad argument #1 to 'seek' (invalid option 'bad')"],
  [`io.open('x', 'w'):write('a', {})`, "bad argument #2 to 'write' (string expected, got table)"],
  [`io.open('x', 'w+'):read('x')`, "bad argument #1 to 'read' (invalid format)"],
  [`io.stdout.write()`, "bad argument #1 to 'write' (FILE* expected, got no value)"],
  [`io.stdout.close(1)`, "bad argument #1 to 'close' (FILE* expected, got number)"],
  [`io.open('x', 'w'):close() local it = io.lines('x') it() it()`, 'file is already closed'],
  [`io.open('x', 'w+'):setvbuf('big')`, "bad argument #1 to 'setvbuf' (invalid option 'big')"],
];

describe.each([
  ['sandboxed', false],
  ['trusted', true],
] as const)('io of a %s script', (_name, trusted) => {
  it.each(cases)('%s', (_case, text, values) => {
    const { values: got, error } = createScriptRunner({ folder, trusted }).run(text);
    expect(error ?? got).toEqual(values);
  });

  it.each(failures)('%s: %s', (text, message) => {
    expect(createScriptRunner({ folder, trusted }).run(text).error).toBe(`script:1: ${message}`);
  });

  it('what was written before a wrong argument is written', () => {
    createScriptRunner({ folder, trusted }).run(
      `pcall(io.open('x', 'w').write, io.open('x', 'a'), 'kept', {})`,
    );
    expect(readFileSync(path.join(folder, 'x'), 'utf8')).toBe('kept');
  });

  it('a log that is appended to by transaction after transaction', () => {
    const script = createScriptRunner({ folder, trusted });
    for (let at = 0; at < 200; at += 1)
      script.run(`local f = assert(io.open('${folder}/log', 'a')) f:write('line ', ${at}, '\\n') f:close()`);
    expect(readFileSync(path.join(folder, 'log'), 'utf8').split('\n')).toHaveLength(201);
  });

  it('files that are read and never closed do not run out', () => {
    writeFileSync(path.join(folder, 'x'), 'abc');
    const script = createScriptRunner({ folder, trusted });
    expect(script.run(`for _ = 1, 60 do kept = io.open('x'):read('a') end return kept`).values).toEqual([
      'abc',
    ]);
  });

  it('no more than 64 files are open, and a state that ends closes them', () => {
    const script = createScriptRunner({ folder, trusted });
    const { values } = script.run(
      `files = {} for at = 1, 64 do files[at] = assert(io.open('f' .. at, 'w')) end return io.open('f65', 'w')`,
    );
    expect(values).toEqual(['nil', 'f65: Too many open files', '24']);
    script.libraries.close();
    expect(script.run(`return files[1]:write('x')`).values.slice(1)).toEqual(['Bad file descriptor', '9']);
  });
});

describe('os.remove and os.rename', () => {
  it.each([
    ['sandboxed', false],
    ['trusted', true],
  ] as const)('work on the files of the folder: %s', (_name, trusted) => {
    const script = createScriptRunner({ folder, trusted });
    expect(
      script.run(
        `io.open('a', 'w'):write('1'):close() return os.rename('a', 'b'), io.open('b'):read('a'), os.remove('b')`,
      ).values,
    ).toEqual(['true', '1', 'true']);
    expect(existsSync(path.join(folder, 'b'))).toBe(false);
    expect(script.run(`return os.remove('none')`).values).toEqual([
      'nil',
      'none: No such file or directory',
      '2',
    ]);
    expect(script.run(`return os.rename('none', 'x')`).values).toEqual([
      'nil',
      'No such file or directory',
      '2',
    ]);
  });
});
