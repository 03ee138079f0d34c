import { describe, expect, it } from 'vitest';
import { createStage } from './script-stage.ts';

/** Each as the real 2.3.19 wrote it (scripts run there for this purpose). */
describe('event objects', () => {
  it('put the prefixes of their parents before their own', () => {
    const { run, log } = createStage();
    run(`
      local e = dovecot.event()
      e:append_log_prefix('a: ') e:append_log_prefix('b: ') e:log_info('appended twice')
      local c = dovecot.event(e)
      c:append_log_prefix('c: ') c:log_warning('child')
      c:replace_log_prefix('r: ') c:log_error('child replaced')
      dovecot.event(c):append_log_prefix('d: '):log_info('below replaced')
      c:append_log_prefix('again: ') c:log_debug('append after replace')
      dovecot.event():replace_log_prefix(''):log_info('empty replaced')
      dovecot.event():set_always_log_source():log_info('no source in the text')
    `);
    expect(log).toEqual([
      'info: lua: b: appended twice',
      'warning: lua: b: c: child',
      'alone error: r: child replaced',
      'alone info: r: d: below replaced',
      'debug: lua: b: again: append after replace',
      'alone info: empty replaced',
      'info: lua: no source in the text',
    ]);
  });

  it('write a text up to its first NUL, and lines as they are', () => {
    const { run, log } = createStage();
    run(`dovecot.event():log_info('a\\0b') dovecot.i_info('c\\0d') dovecot.event():log_info('one\\ntwo')`);
    expect(log).toEqual(['info: lua: a', 'forced info: c', 'info: lua: one\ntwo']);
  });

  it('force debug lines while they are told to, and their children with them', () => {
    const { run, log } = createStage();
    run(`
      local e = dovecot.event()
      e:log_debug('no') e:set_forced_debug():log_debug('yes')
      dovecot.event(e):log_debug('child')
      e:unset_forced_debug():log_debug('no more')
    `);
    expect(log).toEqual([
      'debug: lua: no',
      'forced debug: lua: yes',
      'forced debug: lua: child',
      'debug: lua: no more',
    ]);
  });

  it('report a passthrough event that was not logged when the next is made, and when the call ends', () => {
    const { run, log, dovecot } = createStage();
    run(`
      dovecot.event():passthrough_event()
      dovecot.event():passthrough_event():append_log_prefix('p: '):log_info('logged')
    `);
    dovecot.endCall();
    run('dovecot.event():passthrough_event()');
    dovecot.endCall();
    expect(log).toEqual([
      'error: lua: Passthrough event leaked by Lua script at script.lua:2',
      'info: lua: p: logged',
      'error: lua: Passthrough event leaked by Lua script at script.lua:1',
    ]);
  });

  it.each([
    ['dovecot.event().log_info({}, "x")', 'Bad argument #1, expected struct event got table'],
    [
      'dovecot.event():passthrough_event().log_info(5, "x")',
      'Bad argument #1, expected struct event got number',
    ],
    [
      'dovecot.event({ item = dovecot.http.client({}).item })',
      'Bad argument #1, expected struct event got table',
    ],
    [
      'dovecot.event():set_append_log_prefix("x")',
      /attempt to call a nil value \(method 'set_append_log_prefix'\)/,
    ],
  ])('refuse %s', (text, message) => {
    expect(() => createStage().run(text)).toThrow(message);
  });

  it('know the name that C has for the prefix unless they are strict', () => {
    const { run, log } = createStage({ dialect: '2.3', strict: false });
    run('dovecot.event():set_append_log_prefix("x: "):set_forced_debug():log_debug("y")');
    expect(log).toEqual(['forced debug: lua: x: y']);
  });

  it('say what they are', () => {
    expect(createStage().run('return dovecot.event(), dovecot.event():passthrough_event()')).toEqual([
      expect.stringMatching(/^struct event: 0x/),
      expect.stringMatching(/^struct event_passthrough: 0x/),
    ]);
  });
});
