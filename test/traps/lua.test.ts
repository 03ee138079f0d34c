// Traps 33 to 35 and 53 to 79 as far as they are about scripts: each runs in the real engine. How events come about
// without scripts is in events.test.ts and framework.test.ts; headers and snippets are in message.test.ts.
import { afterAll, describe, expect, it } from 'vitest';
import { EMPTY_HANDLERS, handlerScript, startEngine } from '../drivers/lua/script-engine.ts';
import { performLua, type LuaServerOptions } from './lua-server.ts';
import { deliver, imap, preload } from './mail-server.ts';

const engine = startEngine();
afterAll(() => engine.close());

const hi = 'From: Bob <bob@example.com>\r\nSubject: hi\r\n\r\nbody\r\n';
type Options = Partial<Omit<LuaServerOptions, 'engine'>>;

/** A server with one script, or several. */
const server = (steps: readonly unknown[], script: string, options: Options = {}) =>
  performLua(steps, { engine, scripts: { '/x.lua': script }, ...options });

/** What a handler of new messages writes when a message arrives. */
const onMessage = async (body: string, message = hi, options: Options = {}) => {
  const source = handlerScript(body).replace('(user) return {}', '(user) USER = user return {}');
  const { infos, errors } = await server([deliver(message)], source, options);
  return [...infos, ...errors.map((line) => line.split('\n')[0] ?? '')];
};
/** What an expression of such a handler is, as text. */
const value = async (expression: string, message = hi, options: Options = {}) =>
  (await onMessage(`dovecot.i_info(tostring(${expression}))`, message, options))
    .join('|')
    .replace(/^.*?: /, '');

const dlogAndLua = ['push_notification_driver = dlog', 'push_notification_driver2 = lua:file=/x.lua'];

describe('beside dlog', () => {
  it('trap 33: a handler of MailboxCreate is called twice', async () => {
    const script = handlerScript('').replaceAll(
      'message_new(ctx, event)',
      'mailbox_create(ctx, event) dovecot.i_info(event.mailbox)',
    );
    const { infos } = await server([imap('CREATE Archive')], script, { config: dlogAndLua });
    expect(infos.filter((line) => line.includes('Archive'))).toHaveLength(2);
  });

  it('trap 34: an event that only dlog asked for is an error for each', async () => {
    const { errors } = await server([imap('CREATE Archive', 'DELETE Archive')], handlerScript(''), {
      config: dlogAndLua,
    });
    expect(errors.join('\n')).toContain("'dovecot_lua_notify_event_mailbox_create' is not a function");
    expect(errors.join('\n')).toContain("'dovecot_lua_notify_event_mailbox_delete' is not a function");
  });

  it('trap 35: keywords of a change come twice, and nothing falls over', async () => {
    const script = `${EMPTY_HANDLERS}
      function dovecot_lua_notify_event_flags_set(ctx, e) dovecot.i_info("set " .. table.concat(e.keywords, ",")) end
      function dovecot_lua_notify_event_flags_clear(ctx, e) dovecot.i_info("old " .. table.concat(e.keywords_old, ",")) end`;
    const { infos, errors } = await server([imap('SELECT INBOX', 'STORE 1 +FLAGS (new)')], script, {
      config: dlogAndLua,
      prepared: preload({ keywords: ['before'] }),
    });
    expect(errors).toEqual([]);
    expect(infos.join('\n')).toMatch(/set new,new$/);
  });
});

describe('functions of a script', () => {
  it('trap 53: without begin_txn there is an error with each transaction, and no handler is called', async () => {
    const script = handlerScript('dovecot.i_info("called")').concat('\ndovecot_lua_notify_begin_txn = nil');
    const { infos, errors } = await server([deliver(hi), deliver(hi)], script);
    expect(infos).toEqual([]);
    expect(errors).toHaveLength(2);
    expect(errors[0]).toContain('Missing function dovecot_lua_notify_begin_txn');
  });

  it('trap 54: with begin_txn only, it is never called, and that is no error', async () => {
    const { log, infos, errors } = await server(
      [deliver(hi)],
      'function dovecot_lua_notify_begin_txn() dovecot.i_info("called") end',
    );
    expect([infos, errors]).toEqual([[], []]);
    expect(log.join('\n')).toContain('No event handlers found in script');
  });

  it('trap 55: after an error in begin_txn neither handlers nor end_txn are called', async () => {
    const script = `function dovecot_lua_notify_begin_txn() error("no") end
      function dovecot_lua_notify_event_message_new() dovecot.i_info("event") end
      function dovecot_lua_notify_end_txn() dovecot.i_info("end") end`;
    const { infos, errors } = await server([deliver(hi)], script);
    expect(infos).toEqual([]);
    expect(errors.join('\n')).toMatch(
      /lua_pcall\(dovecot_lua_notify_begin_txn, 1, 1\) failed: .*: no\nstack traceback:/,
    );
  });

  it('trap 56: after an error in a handler the next message and end_txn(ctx, true) follow', async () => {
    const script = `function dovecot_lua_notify_begin_txn() return "ctx" end
      function dovecot_lua_notify_event_flags_set(ctx, e)
        if e.uid == 1 then error("first") end
        dovecot.i_info("uid " .. e.uid)
      end
      function dovecot_lua_notify_end_txn(ctx, ok) dovecot.i_info("end " .. ctx .. " " .. tostring(ok)) end`;
    const { infos, errors } = await server([imap('SELECT INBOX', 'STORE 1:2 +FLAGS (\\Flagged)')], script, {
      prepared: preload({}, {}),
    });
    expect(infos.map((line) => line.replace(/^.*?: /, ''))).toEqual(['uid 2.0', 'end ctx true']);
    expect(errors.join('\n')).toContain('lua_pcall(dovecot_lua_notify_event_flags_set, 2, 0) failed: ');
  });

  it('trap 57: a begin_txn that returns nothing makes a context of nil', async () => {
    const script = `function dovecot_lua_notify_begin_txn() end
      function dovecot_lua_notify_event_message_new(ctx) dovecot.i_info(type(ctx)) end
      function dovecot_lua_notify_end_txn(ctx) dovecot.i_info(type(ctx)) end`;
    const { infos } = await server([deliver(hi)], script);
    expect(infos.map((line) => line.replace(/^.*?: /, ''))).toEqual(['nil', 'nil']);
  });
});

describe('what a script gets of a message', () => {
  it('trap 58: no user', async () => {
    expect(await value('event.user')).toBe('nil');
    expect(await value('event.user.username', hi, { strict: false })).toBe('alice@example.com');
  });

  it.each([
    [
      59,
      'no From',
      'event.from == "" and event.subject == nil and event.message_id == nil',
      '\r\nbody',
      'true',
    ],
    [
      60,
      'an encoded Subject, decoded',
      'event.subject',
      'Subject: =?utf-8?q?p=C3=A4iv=C3=A4?=\r\n\r\n',
      'päivä',
    ],
    [
      61,
      'a From as it is',
      'event.from',
      'From: =?utf-8?q?=C3=84?= <alice@barfoo.org>\r\n\r\n',
      '=?utf-8?q?=C3=84?= <alice@barfoo.org>',
    ],
    [
      61,
      'its address',
      'event.from_address',
      'From: =?utf-8?q?=C3=84?= <alice@barfoo.org>\r\n\r\n',
      'alice@barfoo.org',
    ],
    [
      61,
      'its name, decoded',
      'event.from_display_name',
      'From: =?utf-8?q?=C3=84?= <alice@barfoo.org>\r\n\r\n',
      'Ä',
    ],
    [
      62,
      'a group',
      'event.to_address .. "," .. event.to_display_name',
      'To: undisclosed-recipients:;\r\n\r\n',
      ',undisclosed-recipients',
    ],
    [
      63,
      'an empty From',
      'event.from .. event.from_address .. event.from_display_name == ""',
      'From:\r\n\r\n',
      'true',
    ],
    [64, 'a folded Subject', 'event.subject == "a\\n b"', 'Subject: a\r\n b\r\n\r\n', 'true'],
    [64, 'a snippet in one line', 'event.snippet', '\r\none\r\ntwo\r\n', 'one two'],
    [65, 'a uid', 'event.uid', hi, '1.0'],
    [65, 'a uid', 'math.type(event.uid)', hi, 'float'],
    [65, 'a uid', 'string.format("%d", event.uid)', hi, '1'],
  ])('trap %i: %s (%s)', async (_number, _what, expression, message, said) => {
    expect(await value(expression, message)).toBe(said);
  });
});

describe('the start of a script', () => {
  it('trap 66: a script_init that returns nothing disables the driver in 2.3, and is fine in 2.4', async () => {
    const script = `${handlerScript('dovecot.i_info("called")')} function script_init() end`;
    const older = await server([deliver(hi)], script);
    expect(older.infos).toEqual([]);
    expect(older.errors.join('\n')).toContain('script_init() returned non-number');
    const newer = await server([deliver(hi)], script, { dialect: '2.4' });
    expect(newer.infos).toHaveLength(1);
    expect(newer.errors).toEqual([]);
  });

  it('trap 67: push_notification_lua_script_file wins over file=', async () => {
    const config = [
      'push_notification_driver = lua:file=/x.lua',
      'push_notification_lua_script_file = /y.lua',
    ];
    const scripts = {
      '/x.lua': handlerScript('dovecot.i_info("x")'),
      '/y.lua': handlerScript('dovecot.i_info("y")'),
    };
    const { infos } = await server([deliver(hi)], '', { config, scripts });
    expect(infos.map((line) => line.at(-1))).toEqual(['y']);
  });

  it('trap 68: a mail_lua_script without mail_user_created is of no use to the driver', async () => {
    const config = ['push_notification_driver = lua', 'mail_lua_script = /x.lua'];
    const { errors } = await server([deliver(hi)], handlerScript(''), { config });
    expect(errors.join('\n')).toContain('No file in config and no push_notification_lua_script_file set');
  });
});

describe('users and mailboxes in a script', () => {
  const metadata = 'user=11@3';

  it('trap 69: METADATA is what ox reads', async () => {
    const key = '/private/vendor/vendor.dovecot/http-notify';
    expect(await value(`USER:metadata_get("${key}")`, hi, { metadata })).toBe('user=11@3');
  });

  it.each([
    ['USER:metadata_get("foo")', 'Invalid key prefix, must be /private/ or /shared/'],
    ['USER:metadata_get()', 'expecting at least 1 parameter'],
    ['select("#", USER:metadata_get("/private/a", "/private/b"))', '2'],
  ])('trap 70: %s', async (expression, said) => {
    expect(await value(expression)).toContain(said);
  });

  it.each([
    ['USER:mailbox("INBOX"):status()', 'expecting at least 1 parameter'],
    ['USER:mailbox("Missing"):status(1)', 'mailbox_get_status(Missing, 1) failed: '],
    ['USER:mailbox("INBOX"):status(dovecot.storage.STATUS_MESSAGES).messages', '1.0'],
  ])('trap 71: %s', async (expression, said) => {
    expect(await value(expression)).toContain(said);
  });

  it('trap 72: free twice is fine, sync afterwards is an error', async () => {
    const said = await onMessage(
      'local m = USER:mailbox("INBOX") m:free() m:free() dovecot.i_info("freed") m:sync()',
    );
    expect(said[0]).toContain('freed');
    expect(said[1]).toMatch(/lua_pcall\(dovecot_lua_notify_event_message_new, 2, 0\) failed: /);
  });

  it('trap 73: setting METADATA in a handler raises no events, and is kept', async () => {
    const body =
      'n = (n or 0) + 1 USER:metadata_set("/private/x", "v" .. n) dovecot.i_info(n .. USER:metadata_get("/private/x"))';
    expect((await onMessage(body)).map((line) => line.replace(/^.*?: /, ''))).toEqual(['1v1']);
  });

  it('trap 74: a mailbox that a handler creates is heard of by the script in the middle of its call', async () => {
    const script = `
      local user
      function dovecot_lua_notify_begin_txn(u) user = u return {} end
      function dovecot_lua_notify_event_message_new(ctx, e)
        user:mailbox("Made", dovecot.storage.MAILBOX_FLAG_AUTO_CREATE):open()
        dovecot.i_info("made")
      end
      function dovecot_lua_notify_event_mailbox_create(ctx, e) dovecot.i_info("create " .. e.mailbox) end
      function dovecot_lua_notify_end_txn() end`;
    const { infos, errors } = await server([deliver(hi)], script, { dialect: '2.4' });
    expect(errors).toEqual([]);
    expect(infos.map((line) => line.replace(/^.*?: /, ''))).toEqual(['create Made', 'made']);
  });

  it('trap 74: a script that creates a mailbox whenever one is created has an end', async () => {
    const script = `
      local user, n = nil, 0
      function dovecot_lua_notify_begin_txn(u) user = u return {} end
      function dovecot_lua_notify_event_message_new(ctx, e) user:mailbox("M", 0x1000):open() end
      function dovecot_lua_notify_event_mailbox_create(ctx, e) n = n + 1 user:mailbox("M" .. n, 0x1000):open() end
      function dovecot_lua_notify_end_txn() end`;
    const { errors } = await server([deliver(hi)], script, { dialect: '2.4' });
    expect(errors.join('\n')).toContain('was not called: too many calls in the middle of a call');
  }, 20_000);
});

describe('dovecot in a script', () => {
  it.each([
    ['x = 1', 'attempt to write to undeclared global variable x'],
    ['function f() end dovecot.i_info("fine")', 'fine'],
    ['return y', 'attempt to write to read undeclared global variable y'],
  ])('trap 75: restricted globals: %s', async (body, said) => {
    const both = (await onMessage(`dovecot.restrict_global_variables(true) ${body}`)).join('\n');
    expect(both).toContain(said);
  });

  it('trap 75: restricted globals, and an event without a handler: an error, no end of the process', async () => {
    const script = handlerScript('').replace(
      ') return {}',
      ') dovecot.restrict_global_variables(true) return {}',
    );
    const { errors } = await server([imap('CREATE Archive'), deliver(hi)], script, { config: dlogAndLua });
    expect(errors.join('\n')).toContain("'dovecot_lua_notify_event_mailbox_create' is not a function");
  });

  it.each([
    ['dovecot.event():add_int("k", "12")', 'struct event'],
    ['dovecot.event():add_int("k", 1.5)', 'number has no integer representation'],
    ['dovecot.event():add_str("k")', 'expected 3 arguments, got 2'],
  ])('trap 76: %s', async (expression, said) => {
    expect((await onMessage(`dovecot.i_info(tostring(${expression}))`)).join('\n')).toContain(said);
  });

  it.each([
    ['dovecot.has_flag(6, 4)', 'true'],
    ['dovecot.clear_flag(6, 4)', '2'],
    ['dovecot.has_flag(1, 0)', 'true'],
  ])('trap 77: %s', async (expression, said) => {
    expect(await value(expression)).toBe(said);
  });

  it('trap 78: http.client with timeout: nothing in 2.3, an error in 2.4', async () => {
    const body = 'dovecot.http.client({timeout = 1}) dovecot.i_info("made")';
    expect((await onMessage(body)).join('\n')).toContain('made');
    expect((await onMessage(body, hi, { dialect: '2.4' })).join('\n')).toContain('timeout');
    expect((await onMessage(body, hi, { dialect: '2.4' })).join('\n')).not.toContain('made');
  });

  it('trap 79: a closed port is a status of 9003, no error', async () => {
    const body = `local r = dovecot.http.client({}):request({url = "http://127.0.0.1:9/"}):submit()
      dovecot.i_info(r:status() .. " " .. #r:payload() .. " " .. r:reason())`;
    expect((await onMessage(body)).join('\n')).toMatch(/9003 0 .*refused/i);
  });
});
