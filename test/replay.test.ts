import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createLuaEngine } from '#drivers';
import type { PushEvent } from '#framework';
import { groupTransactions, runScript, type ScriptRun } from '../main/replay.ts';
import { response, startRecordingServer } from './drivers/http/recording-server.ts';

const engine = createLuaEngine(path.resolve(import.meta.dirname, '../out/main'));
afterAll(() => engine.close());

const folder = mkdtempSync(path.join(os.tmpdir(), 'dovebell-replay-'));
const message = { user: 'bob@example.com', mailbox: 'INBOX', uidValidity: 1_700_000_000 };
const twoMails: readonly PushEvent[] = [
  { name: 'MessageNew', ...message, uid: 1, from: 'Ann <ann@example.org>', subject: 'One' },
  { name: 'MessageNew', ...message, mailbox: 'Work', uid: 1, from: 'Tim <tim@example.org>', subject: 'Two' },
];

async function run(text: string, more: Partial<ScriptRun> = {}) {
  const rules = { dialect: '2.3', access: 'local', trusted: false, timeLimitMs: 5000 } as const;
  const result = await runScript({
    file: path.join(folder, 'push.lua'),
    source: Buffer.from(text),
    transactions: groupTransactions(twoMails),
    settings: {},
    rules,
    strict: false,
    engine,
    ...more,
  });
  const told = result.log.filter(({ level }) => level !== 'debug').map(({ text: line }) => line);
  return { ...result, told };
}

const passUser = 'function dovecot_lua_notify_begin_txn(user) return user end\n';
const noEnd = 'function dovecot_lua_notify_end_txn() end\n';

describe('runScript', () => {
  it('lets a script keep things in METADATA, of the mailbox and of the server', async () => {
    const script = `${passUser}${noEnd}
      function dovecot_lua_notify_event_message_new(user, event)
        local count = tonumber(user:metadata_get('/private/count')) + 1
        user:metadata_set('/private/count', tostring(count))
        local box = user:mailbox(event.mailbox)
        box:sync()
        box:metadata_set('/private/seen', event.subject)
        dovecot.i_info(count .. ' ' .. box.vname .. ' ' .. box:metadata_get('/private/seen'))
        box:free()
      end`;
    const { ok, told } = await run(script, { metadata: { '': { '/private/count': '6' } } });
    expect(ok).toBe(true);
    expect(told).toEqual(['7 INBOX One', '8 Work Two']);
  });

  it('lets a script have the user as its context, with fields of its own', async () => {
    const script = `
      function dovecot_lua_notify_begin_txn(user) user.subjects = {} return user end
      function dovecot_lua_notify_event_message_new(user, event) table.insert(user.subjects, event.subject) end
      function dovecot_lua_notify_end_txn(user, success)
        dovecot.i_info(user.username .. ': ' .. table.concat(user.subjects, ',') .. ' ' .. tostring(success))
      end`;
    expect((await run(script)).told).toEqual(['bob@example.com: One true', 'bob@example.com: Two true']);
  });

  it('sends over HTTPS as LuaSec does: to a server whose certificate nobody signed, too', async () => {
    const tls = (name: string) => readFileSync(path.join(import.meta.dirname, 'fixtures/tls', name));
    const server = await startRecordingServer({
      replies: [response('202 Accepted')],
      secure: { key: tls('self-signed.key'), cert: tls('self-signed.pem') },
    });
    const script = `
      local https, ltn12, json = require 'ssl.https', require 'ltn12', require 'json'
      ${passUser}${noEnd}
      function dovecot_lua_notify_event_message_new(user, event)
        local body = json.encode { subject = event.subject }
        local ok, status = https.request {
          url = user:plugin_getenv('endpoint'), method = 'PUT', source = ltn12.source.string(body),
          headers = { ['content-length'] = #body },
        }
        dovecot.i_info(tostring(ok) .. ' ' .. tostring(status))
      end`;
    try {
      const { told, http } = await run(script, {
        settings: { endpoint: `https://127.0.0.1:${server.port}/p` },
      });
      expect(told).toEqual(['1 202', '1 202']);
      expect(server.requests.map(({ body }) => body)).toEqual(['{"subject":"One"}', '{"subject":"Two"}']);
      expect(http).toMatchObject([{ method: 'PUT', status: 202 }, { status: 202 }]);
    } finally {
      await server.close();
    }
  });

  it('goes on after what the sandbox refuses, where the script looks at results or uses pcall', async () => {
    const script = `${passUser}${noEnd}
      function dovecot_lua_notify_event_message_new(user, event)
        local file, reason = io.open('/var/log/push.log', 'a')
        if file then file:write('x') file:close() end
        local isRun, problem = pcall(os.execute, 'logger mail')
        dovecot.i_info(reason .. '; ' .. tostring(isRun) .. ' ' .. problem .. '; ' .. event.subject)
      end`;
    const { ok, told } = await run(script);
    expect(ok).toBe(true);
    expect(told).toEqual([
      expect.stringMatching(
        /^\/var\/log\/push\.log: blocked here.*; false os\.execute is blocked here.*; One$/,
      ),
      expect.stringMatching(/; Two$/),
    ]);
  });

  it("finds a module of the script's own beside it, wherever it is on the server", async () => {
    writeFileSync(path.join(folder, 'push_names.lua'), 'return { shout = string.upper }');
    const script = `package.path = '/etc/dovecot/lua/?.lua;' .. package.path
      local names = require 'push_names'
      ${passUser}${noEnd}
      function dovecot_lua_notify_event_message_new(_, event) dovecot.i_info(names.shout(event.subject)) end`;
    expect((await run(script)).told).toEqual(['ONE', 'TWO']);
  });
});
