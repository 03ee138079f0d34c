import { beforeEach, describe, expect, it } from 'vitest';
import { pushUser } from '../../../../drivers/lua/api/mail-user.ts';
import { createStage, setGlobalUser, type ScriptStage, type StageOptions } from './script-stage.ts';

function stageWithUser(options?: StageOptions): ScriptStage {
  const stage = createStage(options);
  pushUser(stage.context);
  setGlobalUser(stage.context.L);
  return stage;
}

describe('mailbox objects', () => {
  let stage: ScriptStage;
  beforeEach(() => {
    stage = stageWithUser();
  });

  /** As observed in 2.3.19. */
  it.each([
    ['', 'Invalid mailbox name: Name is empty'],
    ['a.b', "Character not allowed in mailbox name: '.'"],
    ['/a', 'Invalid mailbox name: Begins with hierarchy separator'],
    ['a/', 'Invalid mailbox name: Ends with hierarchy separator'],
    ['~x', "Invalid mailbox name: Begins with '~'"],
    ['a//b', 'Invalid mailbox name: Has adjacent hierarchy separators'],
    ['Nope', "Mailbox doesn't exist: Nope"],
    ['Inbox/Sub', "Mailbox doesn't exist: INBOX/Sub"],
  ])('say why %j cannot be opened', (name, reason) => {
    const vname = name.replace(/^Inbox/, 'INBOX');
    const on = (call: string) => () => stage.run(`local m = user:mailbox('${name}') m:${call}`);
    expect(on('open()')).toThrow(`mailbox_open(${vname}) failed: ${reason}`);
    expect(on('sync()')).toThrow(`mailbox_sync(${vname}) failed: ${reason}`);
    expect(on('status(1, 2)')).toThrow(`mailbox_get_status(${vname}, 3) failed: ${reason}`);
  });

  it.each([
    ['Entw\u00fcrfe/A&B', 'Entw&APw-rfe.A&-B'],
    ['inbox', 'INBOX'],
    ['x\u0001y', 'x&AAE-y'],
  ])('have the name that the storage gives to %j', (name, stored) => {
    const [found, vname] = stage.run(`local m = user:mailbox('${name}') return m.name, m.vname`);
    expect([found, vname]).toEqual([stored, name === 'inbox' ? 'INBOX' : name]);
  });

  it('are the same when their names are, and in the order of their names', () => {
    expect(
      stage.run(`local a, b, c = user:mailbox('INBOX'), user:mailbox('inbox'), user:mailbox('Other')
        return a == b, a == c, a < c, c < a, a <= b, a == user, tostring(c)`),
    ).toEqual(['true', 'false', 'true', 'false', 'true', 'false', 'Other']);
  });

  it('can be freed twice and not used after that', () => {
    stage.run(`m = user:mailbox('INBOX') m:free() m:free()`);
    for (const call of ['open()', 'close()', 'sync()', 'status(1)', 'metadata_get("/private/x")'])
      expect(() => stage.run(`m:${call}`)).toThrow(
        /^Bad argument #1, expected struct mailbox got freed mailbox$/,
      );
  });

  it('show no permanent flags when they are opened to be read only', () => {
    expect(
      stage.run(`local s = user:mailbox('INBOX', 1):status(0x200)
        return s.permanent_flags, s.flags, s.permanent_keywords, s.allow_new_keywords`),
    ).toEqual(['0.0', '31.0', 'false', 'false']);
  });

  it('count changes as the transaction log does', async () => {
    const modseq = () => stage.run(`return user:mailbox('INBOX'):status(0x80).highest_modseq`)[0];
    expect(modseq()).toBe('1.0');
    await stage.append();
    expect(modseq()).toBe('2.0');
    await stage.append(['\\Seen'], ['kw1', 'kw2']);
    expect(modseq()).toBe('5.0');
    stage.run(`user:metadata_set('/private/x', 'y') user:metadata_unset('/private/z')`);
    expect(modseq()).toBe('7.0');
  });

  it('keep METADATA with NULs refused, numbers as text, other values as unset', () => {
    const [n, f, b] = stage.run(`local m = user:mailbox('INBOX')
      m:metadata_set('/private/n', 5) m:metadata_set('/private/f', 5.0) m:metadata_set('/private/b', true)
      return m:metadata_get('/private/n', '/private/f', '/private/b')`);
    expect([n, f, b]).toEqual(['5', '5.0', 'nil']);
    expect(() => stage.run(`user:mailbox('INBOX'):metadata_set('/private/x', 'a\\0b')`)).toThrow(
      'Cannot set attribute: Attribute string value has NULs',
    );
    expect(() => stage.run(`user:mailbox('INBOX'):metadata_set('/private/specialuse', '\\\\Sent')`)).toThrow(
      'Cannot set attribute: The /private/specialuse attribute cannot be changed',
    );
    expect(
      stage.run(`user:metadata_set('/private/e', '\\255x') return #user:metadata_get('/private/e')`),
    ).toEqual(['2']);
  });

  it('list entries by the beginning of their names, Dovecot’s own by whole levels', () => {
    stage.run(`list = function(o, prefix)
      local found = {}
      for key, value in pairs(o:metadata_list(prefix)) do found[#found + 1] = key .. '=' .. value end
      table.sort(found)
      return table.concat(found, ' ')
    end`);
    stage.run(`user:metadata_set('/private/Case', 'C') user:metadata_set('/private/d/e', '1')`);
    expect(
      stage.run(`return list(user, '/private/C'), list(user, '/private/d'), list(user, '/shared/')`),
    ).toEqual(['/private/Case=C', '/private/d/e=1', '/shared/admin= /shared/comment=']);
    expect(
      stage.run(
        `local m = user:mailbox('INBOX') return list(m, '/private/'), list(m, '/private/c'), list(m, '/shared/')`,
      ),
    ).toEqual([
      '/private/comment= /private/specialuse= /private/vendor/vendor.dovecot/pvt/server/Case=C ' +
        '/private/vendor/vendor.dovecot/pvt/server/d/e=1',
      '',
      '/shared/comment= /shared/vendor/vendor.dovecot/pvt/server/admin= /shared/vendor/vendor.dovecot/pvt/server/comment=',
    ]);
    expect(
      stage.run(
        `return user:mailbox('INBOX'):metadata_get('/private/vendor/vendor.dovecot/pvt/server/Case')`,
      ),
    ).toEqual(['C']);
  });

  it('are refused like anything else where they are not there', () => {
    expect(() => stage.run(`user:mailbox('Nope'):metadata_get('/private/x')`)).toThrow(
      /^Mailbox doesn't exist: Nope$/,
    );
    expect(() => stage.run(`user:mailbox('Nope'):metadata_set('/private/x', 'y')`)).toThrow(
      /^Cannot set attribute: Mailbox doesn't exist: Nope$/,
    );
    expect(() => stage.run(`user.mailbox({}, 'x')`)).toThrow(
      /^Bad argument #1, expected struct mail_user got table$/,
    );
  });
});

describe('user objects', () => {
  it('are compared by name, and each is a copy', () => {
    const stage = stageWithUser();
    stage.run('first = user first.home = "changed" first.extra = 1');
    pushUser(stage.context);
    setGlobalUser(stage.context.L);
    expect(
      stage.run(
        'return user == first, rawequal(user, first), user < first, user <= first, user.extra, tostring(user)',
      ),
    ).toEqual(['true', 'false', 'false', 'true', 'nil', 'alice@example.com']);
  });

  it('read settings by plugin_getenv in 2.3, and in 2.4 unless it is strict', () => {
    const settings = { my_url: 'http://x' };
    const read = 'return user:plugin_getenv("my_url"), user:plugin_getenv("toString")';
    expect(stageWithUser({ dialect: '2.3', settings }).run(read)).toEqual(['http://x', 'nil']);
    expect(stageWithUser({ strict: false, settings }).run(read)).toEqual(['http://x', 'nil']);
    expect(() => stageWithUser({ settings }).run(read)).toThrow("(method 'plugin_getenv')");
  });

  it('have no home where the user has none', () => {
    const { home: _home, ...user } = { home: '', sessionId: 'S' };
    expect(
      stageWithUser({ user: { ...user, mailDebug: false }, dialect: '2.3' }).run(
        'return user.mail_debug, user.session_id',
      ),
    ).toEqual(['false', 'S']);
  });
});
