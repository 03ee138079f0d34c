import { describe, expect, it } from 'vitest';
import { readInvocation, readReportLink } from '../../main/app/arguments.ts';
import { commands } from '../../main/cli/index.ts';

const windowWith = (options: object) => ({
  kind: 'window',
  options: { data: undefined, host: '127.0.0.1', port: 8009, reportId: undefined, ...options },
});

describe('readInvocation', () => {
  it('opens a window without arguments', () => {
    expect(readInvocation(['/opt/Dovebell/dovebell'], false)).toEqual(windowWith({}));
    expect(readInvocation(['electron', '.'], true)).toEqual(windowWith({}));
  });

  it('reads data folder, host, port and link', () => {
    const own = ['--data', '/d', '--port=0', '--host', '::1', 'dovebell://report/abc-DEF_1'];
    const expected = windowWith({ data: '/d', host: '::1', port: 0, reportId: 'abc-DEF_1' });
    expect(readInvocation(['dovebell', ...own], false)).toEqual(expected);
    expect(
      readInvocation(['electron', '--no-sandbox', '--inspect=0', '-r', 'x.js', '.', ...own], true),
    ).toEqual(expected);
  });

  it('leaves switches of Chromium alone', () => {
    const argv = ['dovebell', '--disable-gpu', '--data', '/d', '--remote-debugging-port=0', '-psn_0_1'];
    expect(readInvocation(argv, false)).toEqual(windowWith({ data: '/d' }));
  });

  it('passes a subcommand on with all that follows', () => {
    const argv = ['--data', '/d', '--port', '1'];
    expect(readInvocation(['dovebell', '--no-sandbox', 'serve', ...argv], false)).toEqual({
      kind: 'command',
      argv: ['serve', ...argv],
    });
    expect(readInvocation(['electron', '--no-sandbox', '.', 'lua', 'run', 'x.lua'], true)).toEqual({
      kind: 'command',
      argv: ['lua', 'run', 'x.lua'],
    });
  });

  it.each([...commands.keys(), 'help', '--help', '-h'])('knows the subcommand %s', (name) => {
    expect(readInvocation(['dovebell', name], false).kind).toBe('command');
  });

  it('does not take the value of an option for a subcommand', () => {
    expect(readInvocation(['dovebell', '--data', 'serve'], false)).toEqual(windowWith({ data: 'serve' }));
  });

  it.each([
    [['--port', 'x'], /--port takes a whole number from 0 to 65535, not x/],
    [['--port', '65536'], /not 65536/],
    [['--port=-1'], /--port/],
    [['--data'], /--data needs a value/],
    [['--data='], /--data needs a value/],
    [['--data', '--port', '1'], /--data needs a value/],
  ])('explains what is wrong with %j', (args, message) => {
    const invocation = readInvocation(['dovebell', ...args], false);
    expect(invocation.kind === 'mistake' && invocation.message).toMatch(message);
  });
});

describe('readReportLink', () => {
  it.each([
    'dovebell://report/',
    'dovebell://report/../x',
    'dovebell://report/a?b',
    'dovebell://reports/a',
    `dovebell://report/${'a'.repeat(65)}`,
    'https://report/a',
    ' dovebell://report/a',
  ])('refuses %s', (link) => {
    expect(readReportLink(link)).toBeUndefined();
  });
});
