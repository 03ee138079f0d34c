import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { infos, message, startLuaSession } from './lua-session.ts';
import { handlerScript, startEngine } from './script-engine.ts';

const engine = startEngine();
const folder = mkdtempSync(path.join(tmpdir(), 'dovebell-lua-'));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await engine.close();
});

describe('which script the lua driver runs', () => {
  const scripts = {
    '/setting.lua': handlerScript('dovecot.i_info("setting")'),
    '/file.lua': handlerScript('dovecot.i_info("file")'),
    '/mail.lua': `${handlerScript('dovecot.i_info("mail")')} function mail_user_created() return 0 end`,
    '/plain.lua': handlerScript('dovecot.i_info("plain")'),
    '/refusing.lua': 'function mail_user_created() return -1, "go away" end',
  };
  const start = (settings: Record<string, string>, entry: Record<string, string>, options = {}) =>
    startLuaSession({ engine, entries: [entry], scripts, settings, ...options });

  it.each([
    [
      'the setting, whatever the entry says',
      { push_notification_lua_script_file: '/setting.lua' },
      { file: '/file.lua' },
      ['setting'],
    ],
    ['that of the entry', {}, { file: '/file.lua' }, ['file']],
    [
      'that of the entry, not that of the plugin',
      { mail_lua_script: '/mail.lua' },
      { file: '/file.lua' },
      ['file'],
    ],
    ['that of the plugin when there is no other', { mail_lua_script: '/mail.lua' }, {}, ['mail']],
  ])('is %s', async (_name, settings, entry, said) => {
    const session = await start(settings as Record<string, string>, entry as Record<string, string>);
    expect(session.problems).toEqual([]);
    await session.run([message]);
    expect(infos(session.log)).toEqual(said);
    await session.end();
  });

  const none = 'No file in config and no push_notification_lua_script_file set';
  it.each([
    ['there is none', {}, none],
    ['that of the plugin has no mail_user_created', { mail_lua_script: '/plain.lua' }, none],
    [
      'that of the plugin lets nobody in',
      { mail_lua_script: '/refusing.lua' },
      'mail_user_created(user) failed: go away',
    ],
  ])('is an error when %s', async (_name, settings, said) => {
    const { problems } = await start(settings as Record<string, string>, {});
    expect(problems.join()).toContain(said);
  });

  it('is that of the plugin without mail_user_created too, when nobody is held to the letter', async () => {
    const session = await start({ mail_lua_script: '/plain.lua' }, {}, { strict: false });
    await session.run([message]);
    expect(infos(session.log)).toEqual(['plain']);
    await session.end();
  });

  it.each([
    ['does not exist', 'nowhere.lua', (file: string) => `access(${file}) failed: No such file or directory`],
    ['is a folder', '.', (file: string) => `lua_load(${file}) failed: cannot read ${file}: Is a directory`],
  ])('is an error in Dovecot’s words when it %s', async (_name, name, said) => {
    const file = path.resolve(folder, name);
    const { problems } = await startLuaSession({ engine, entries: [{ file }] });
    expect(problems.join()).toContain(said(file));
  });

  it('is an error that keeps later entries out, and those before it going', async () => {
    const entries = [{ file: '/file.lua' }, { file: '/bad.lua' }, { file: '/setting.lua' }];
    const session = await startLuaSession({
      engine,
      entries,
      scripts: { ...scripts, '/bad.lua': 'x = = 1' },
    });
    expect(session.problems).toHaveLength(2);
    expect(session.problems[0]).toContain('/bad.lua:1: unexpected symbol near');
    await session.run([message]);
    expect(infos(session.log)).toEqual(['file']);
    await session.end();
  });
});
