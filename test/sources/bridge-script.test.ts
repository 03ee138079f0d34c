import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeBridgeTransaction } from '#contract/bridge';
import { rfc5423Events, type PushEvent } from '#framework';
import { bodiesOf, interpreters, logOf } from './bridge-script.ts';

const decode = (body: Buffer) => decodeBridgeTransaction(body.toString('utf8'));
const one = (event: string) => `transaction(new_user(SETTINGS), { ${event} })`;
const read = '{ name = "MessageRead", mailbox = "INBOX", uid = 5.0, uid_validity = 4294967295.0 }';

/** Every event with every field that Dovecot 2.3 gives, as Lua. */
const everything = `
local id = { mailbox = "INBOX", uid = 5.0, uid_validity = 1700000000.0 }
local function message(name, fields)
  fields = fields or {}
  fields.name = name
  for key, value in pairs(id) do fields[key] = value end
  return fields
end
local function mail()
  return { date = 1704110400.0, tz = -300.0, from = "=?utf-8?q?=C3=84?= <a@b>", from_address = "a@b",
    from_display_name = "\\195\\132", to = "c@d", to_address = "c@d", to_display_name = "", subject = "Test",
    snippet = "Hey", message_id = "<1@b>", flags = { "\\\\Seen" }, keywords = { "kw", "kw" } }
end
transaction(new_user(SETTINGS), {
  message("FlagsClear", { flags = {}, keywords = {}, flags_old = { "\\\\Seen" }, keywords_old = { "old" } }),
  message("FlagsSet", { flags = { "\\\\Seen" }, keywords = { "kw" } }),
  message("MessageAppend", mail()), message("MessageExpunge"), message("MessageNew", mail()),
  message("MessageRead"), message("MessageTrash"),
})
for _, name in ipairs({ "Create", "Delete", "Subscribe", "Unsubscribe" }) do
  transaction(new_user(SETTINGS), { { name = "Mailbox" .. name, mailbox = "New" } })
end
transaction(new_user(SETTINGS), { { name = "MailboxRename", mailbox = "New", mailbox_old = "Old" } })`;

describe.each(interpreters)('the bridge in $name', ({ run }) => {
  it('sends all twelve events with all their fields', () => {
    const decoded = bodiesOf(run(everything)).map(decode);
    expect(decoded.flatMap(({ notes }) => notes)).toEqual([]);
    const events = decoded.flatMap(({ transaction }) => transaction.events);
    expect(events.map(({ name }) => name).toSorted()).toEqual(
      rfc5423Events.map(({ name }) => name).toSorted(),
    );
    const identity = { user: 'alice@example.com', mailbox: 'INBOX', uid: 5, uidValidity: 1_700_000_000 };
    const named = (name: string) => events.find((event) => event.name === name);
    expect(named('MessageNew')).toEqual({
      name: 'MessageNew',
      ...identity,
      date: 1_704_110_400,
      tz: -300,
      from: '=?utf-8?q?=C3=84?= <a@b>',
      fromAddress: 'a@b',
      fromDisplayName: 'Ä',
      to: 'c@d',
      toAddress: 'c@d',
      subject: 'Test',
      subjectHeader: 'Test',
      snippet: 'Hey',
      messageId: '<1@b>',
      flags: ['\\Seen'],
      keywords: ['kw'],
    } satisfies PushEvent);
    expect(named('FlagsClear')).toEqual({
      name: 'FlagsClear',
      ...identity,
      flags: [],
      keywords: [],
      flagsOld: ['\\Seen'],
      keywordsOld: ['old'],
    });
    expect(named('MailboxRename')).toMatchObject({ mailbox: 'New', mailboxOld: 'Old' });
  });

  it('says who sent what, with the credentials of the URL, and nothing in the log but a debug line', () => {
    const emissions = run(`${one(read)}\n${one(read)}`);
    const [first, second] = bodiesOf(emissions).map((body) => decode(body).transaction);
    expect(first).toMatchObject({
      part: 1,
      parts: 1,
      dovecot: '2.3',
      server: { host: 'mail.example', service: 'lmtp', session: 's1' },
      committed: true,
      events: [{ uid: 5, uidValidity: 4_294_967_295 }],
    });
    expect(second?.id).not.toBe(first?.id);
    const [request] = emissions.filter(({ kind }) => kind === 'request');
    const head = request?.text.toString('latin1').split('\r\n\r\n')[0]?.split('\r\n');
    expect(head).toEqual([
      'POST /dovebell/v1/transactions HTTP/1.1',
      'Host: 127.0.0.1:8009',
      `Authorization: Basic ${Buffer.from('dovebell:p@ss').toString('base64')}`,
      'Content-Type: application/json; charset=utf-8',
      expect.stringMatching(/^Content-Length: \d+$/),
      'Connection: close',
    ]);
    expect(logOf(emissions)).toEqual([
      expect.stringMatching(/^debug: dovebell-bridge: transaction \S+ with 1 events sent to 127.0.0.1:8009$/),
      expect.any(String),
    ]);
  });

  it('reads its settings from script_init as Dovecot 2.4 gives them', () => {
    const settings = '{ dovebell_url = "http://[::1]:8009/base/" }';
    const emissions = run(`
      assert(script_init(${settings}) == 0)
      transaction(new_user(nil), { ${read} })`);
    expect(decode(bodiesOf(emissions)[0] ?? Buffer.alloc(0)).transaction.dovecot).toBe('2.4');
    expect(emissions.find(({ kind }) => kind === 'connect')?.text.toString()).toBe('::1 8009');
    const [request] = emissions.filter(({ kind }) => kind === 'request');
    expect(request?.text.toString('latin1')).toMatch(
      /^POST \/base\/dovebell\/v1\/transactions HTTP\/1\.1\r\nHost: \[::1\]:8009\r\nContent-Type/,
    );
  });

  it('sends what is not UTF-8 as valid JSON, and its octets beside it', () => {
    const bad =
      '"a\\255\\128b \\226\\130 \\237\\160\\128 \\244\\144\\128\\128 \\192\\175 \\240\\159\\152\\128\\000\\027\\""';
    const [body = Buffer.alloc(0)] = bodiesOf(
      run(one(`{ name = "MessageNew", mailbox = "INBOX", uid = 1.0, uid_validity = 2.0, from = ${bad} }`)),
    );
    const octets = Buffer.from(
      [0x61, 0xff, 0x80, 0x62, 0x20, 0xe2, 0x82, 0x20, 0xed, 0xa0, 0x80, 0x20, 0xf4, 0x90, 0x80, 0x80].concat(
        [0x20, 0xc0, 0xaf, 0x20, 0xf0, 0x9f, 0x98, 0x80, 0, 27, 0x22],
      ),
    );
    const [event] = (
      JSON.parse(body.toString('utf8')) as { events: { from: string; bytes: { from: string } }[] }
    ).events;
    expect(event?.from).toBe(
      'a\ufffd\ufffdb \ufffd\ufffd \ufffd\ufffd\ufffd \ufffd\ufffd\ufffd\ufffd \ufffd\ufffd 😀\0\x1b"',
    );
    expect(Buffer.from(event?.bytes.from ?? '', 'base64').equals(octets)).toBe(true);
    expect(decode(body).notes).toEqual([expect.stringContaining('from was not UTF-8')]);
  });

  it('cuts a header that is too long between two characters, and says so', () => {
    const long = '("\\195\\164"):rep(20000)';
    const [body = Buffer.alloc(0)] = bodiesOf(
      run(one(`{ name = "MessageNew", mailbox = "INBOX", uid = 1, uid_validity = 2, to = "x" .. ${long} }`)),
    );
    const { transaction, notes } = decode(body);
    const [event] = transaction.events;
    expect(event && 'to' in event && event.to).toBe(`x${'ä'.repeat(8191)}`);
    expect(notes).toEqual(['to was too long and was cut']);
  });

  it('sends a rolled back transaction, and none without events', () => {
    const rolledBack = bodiesOf(run('transaction(new_user(SETTINGS), {}, false)')).map(decode);
    expect(rolledBack).toMatchObject([{ transaction: { committed: false, events: [] } }]);
    expect(run('transaction(new_user(SETTINGS), {})')).toEqual([]);
  });

  it('drops the repetitions of mailbox events that a second driver causes', () => {
    const create = '{ name = "MailboxCreate", mailbox = "New" }';
    const [body = Buffer.alloc(0)] = bodiesOf(run(one(`${create}, ${create}`)));
    expect(decode(body).transaction.events).toHaveLength(1);
  });

  it('cuts thousands of events into parts, in order and whole', () => {
    const parts = bodiesOf(
      run(`
      local events = {}
      for uid = 1, 2500 do
        events[uid] = { name = "MessageRead", mailbox = "INBOX", uid = uid + 0.0, uid_validity = 7.0 }
      end
      transaction(new_user(SETTINGS), events)`),
    ).map((body) => decode(body).transaction);
    expect(parts.map(({ part, parts: of, events }) => [part, of, events.length])).toEqual([
      [1, 3, 1000],
      [2, 3, 1000],
      [3, 3, 500],
    ]);
    expect(new Set(parts.map(({ id }) => id)).size).toBe(1);
    const uids = parts.flatMap(({ events }) => events.map((event) => 'uid' in event && event.uid));
    expect(uids).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
  });

  it.each([
    ['refuses', '{ connect = "connection refused" }', 1, 'connection refused'],
    ['does not answer a connection', '{ connect = "timeout", seconds = 1 }', 1, 'no connection in time'],
    ['closes without an answer', '{ receive = "closed" }', 2, 'the connection was closed without an answer'],
    [
      'knows another password',
      '{ status = 401, body = \'{"error":{"message":"Wrong login"}}\' }',
      1,
      'answered 401: Wrong login',
    ],
    ['cannot store', '{ status = 503 }', 2, 'answered 503'],
    ['sends to itself', '{ status = 508 }', 1, 'answered 508'],
  ])('writes one error line when the far side %s', (_what, answer, attempts, problem) => {
    const emissions = run(`answers = { ${answer} }\n${one(read)}`);
    expect(emissions.filter(({ kind }) => kind === 'connect')).toHaveLength(attempts);
    expect(logOf(emissions)).toEqual([
      `error: dovebell-bridge: 1 of 1 events not sent to 127.0.0.1:8009: ${problem}`,
    ]);
  });

  it('sends the very same bytes again when the first answer was lost', () => {
    const emissions = run(`answers = { { receive = "timeout" }, { status = 200 } }\n${one(read)}`);
    const [first, second] = bodiesOf(emissions);
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(true);
    expect(logOf(emissions)).toEqual([expect.stringMatching(/^debug: /)]);
  });

  it('ends all attempts and parts when the time of the transaction is up', () => {
    const slow = '{ receive = "timeout", seconds = 1 }';
    const emissions = run(`answers = { { status = 200, seconds = 1 }, ${slow} }
      local events = {}
      for uid = 1, 2500 do events[uid] = { name = "MessageRead", mailbox = "INBOX", uid = uid, uid_validity = 7 } end
      transaction(new_user(SETTINGS), events)`);
    expect(emissions.filter(({ kind }) => kind === 'connect')).toHaveLength(2);
    expect(logOf(emissions)).toEqual([
      'error: dovebell-bridge: 1500 of 2500 events not sent to 127.0.0.1:8009: no answer in time',
    ]);
  });

  it.each([
    ['no URL', '{}', 'dovebell_url is not set; nothing is sent'],
    ['an empty URL', '{ dovebell_url = "" }', 'dovebell_url is not set; nothing is sent'],
    ['no scheme', '{ dovebell_url = "127.0.0.1:8009" }', 'is not like http://LOGIN:PASSWORD@HOST:PORT'],
    ['two lines', '{ dovebell_url = "http://a\\nb" }', 'has white space in it'],
  ])('says once what is wrong with its configuration: %s', (_what, settings, problem) => {
    const transactions = Array.from({ length: 2 }, () => `transaction(new_user(${settings}), { ${read} })`);
    const emissions = run(transactions.join('\n'));
    expect(logOf(emissions)).toEqual([expect.stringContaining(problem)]);
    expect(bodiesOf(emissions)).toEqual([]);
  });

  it('never raises, whatever it is given', () => {
    const emissions = run(`
      for _, user in ipairs({ false, 1, {}, setmetatable({}, { __index = function() error("no") end }) }) do
        local context = dovecot_lua_notify_begin_txn(user)
        dovecot_lua_notify_event_message_new(context, nil)
        dovecot_lua_notify_end_txn(context, true)
      end
      local context = dovecot_lua_notify_begin_txn(new_user(SETTINGS))
      dovecot_lua_notify_event_message_new(context, nil)
      dovecot_lua_notify_event_message_new(context, { name = {}, uid = 0 / 0, flags = 8, subject = true })
      dovecot_lua_notify_end_txn(context, true)
      dovecot.event = nil
      dovecot_lua_notify_end_txn({}, true)
      assert(script_init() == 0)`);
    expect(logOf(emissions).every((line) => line.startsWith('error: ') || line.startsWith('debug: '))).toBe(
      true,
    );
  });
});

/** The programs that check the syntax of the Lua versions that Dovecot is built with. */
const compilers = ['luac5.1', 'luac5.3', 'luac5.4'];

describe('the Lua files of the project', () => {
  const assets = path.resolve(import.meta.dirname, '../../assets');
  const files = readdirSync(assets, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.lua'),
  );

  it.each(compilers)('compile with %s', (compiler) => {
    if (spawnSync(compiler, ['-v']).error) {
      console.warn(`${compiler} is not installed; its check of ${files.length} files is left out`);
      return;
    }
    for (const file of files) {
      const { status, stderr } = spawnSync(compiler, ['-p', file], { cwd: assets });
      expect([status, stderr.toString()]).toEqual([0, '']);
    }
  });
});
