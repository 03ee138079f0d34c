import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { interpreters, logOf } from '../sources/bridge-script.ts';

const folder = path.resolve(import.meta.dirname, '../../assets/scripts');
const scripts = readdirSync(folder).filter((name) => name.endsWith('.lua'));

/** LuaSocket's higher modules and Dovecot's client, as far as the templates use them; each request is emitted. */
const modules = `
status = 200
package.preload["socket.http"] = function()
  return { request = function(url, body)
    emit("request", url .. " " .. body)
    if status == nil then return nil, "connection refused" end
    return "", status
  end }
end
package.preload["socket.url"] = function()
  return { escape = function(text)
    return (text:gsub("[^%w_]", function(c) return string.format("%%%02x", c:byte()) end))
  end }
end
dovecot.http = { client = function()
  return { request = function(_, options)
    local body
    return {
      add_header = function() end,
      set_payload = function(_, payload) body = payload end,
      submit = function()
        emit("request", options.url .. " " .. body)
        return { status = function() return status or 9003 end, reason = function() return "connection refused" end }
      end,
    }
  end }
end }
dovecot.storage = { STATUS_MESSAGES = 1.0, STATUS_UNSEEN = 16.0, STATUS_RECENT = 2.0 }
local plain_event = dovecot.event
dovecot.event = function()
  local event = plain_event()
  event.set_name = function() return event end
  event.add_str = function() return event end
  event.add_int = function(_, _, value) assert(type(value) == "number") return event end
  return event
end
function a_user(settings)
  local user = new_user(settings)
  user.mailbox = function()
    return {
      sync = function() end, free = function() end,
      status = function() return { messages = 12.0, unseen = 3.0, recent = 1.0 } end,
    }
  end
  return user
end
`;

/** A transaction of the script: a handler that it does not have is not called. */
const flow = `
function flow(user, events, success)
  local context = dovecot_lua_notify_begin_txn(user)
  for _, item in ipairs(events) do
    local name = "dovecot_lua_notify_event" .. item.name:gsub("%u", function(letter) return "_" .. letter:lower() end)
    if _G[name] then _G[name](context, item) end
  end
  dovecot_lua_notify_end_txn(context, success ~= false)
end
URL = { push_url = "http://u:p@h/x" }
-- A message with nothing but its identity: every header is missing.
BARE = { name = "MessageNew", mailbox = "INBOX", uid = 5.0, uid_validity = 4294967295.0, date = 0.0, tz = 0.0,
  from = "", from_address = "", from_display_name = "", to = "", to_address = "", to_display_name = "",
  flags = {}, keywords = {} }
`;

const escaped = (text: Buffer): string =>
  Array.from(text, (byte) => `\\${byte.toString().padStart(3, '0')}`).join('');

// Real Dovecot 2.3 and 2.4 have Lua 5.3 and newer.
const modern = interpreters.filter(({ name }) => name !== 'lua5.1');

describe.each(modern)('in $name the template', ({ run }) => {
  describe.each(scripts)('%s', (name) => {
    const load = `assert(load("${escaped(readFileSync(path.join(folder, name)))}", "@${name}"))()`;
    const play = (chunk: string) => run(`${modules}\n${flow}\n${load}\n${chunk}`);

    it('lets Dovecot 2.3 start it', () => {
      expect(play('assert(script_init() == 0 and math.type(script_init()) == "integer")')).toEqual([]);
    });

    it('begins with any user, and ends a transaction without an address or an answer, without an error', () => {
      const emissions = play(`
        for _, user in ipairs({ {}, { username = "a" }, a_user({}), a_user(nil) }) do
          flow(user, { BARE }, true)
        end
        status = nil
        flow(a_user(URL), { BARE }, true)
        status = 500
        flow(a_user(URL), { BARE }, true)
        flow(a_user(URL), { BARE }, false)
        flow(a_user(URL), {}, true)`);
      expect(logOf(emissions).every((line) => /^(error|info): /.test(line))).toBe(true);
    });

    it('writes whole numbers', () => {
      const emissions = play('flow(a_user(URL), { BARE }, true)');
      const texts = emissions.map(({ text }) => text.toString());
      expect(texts.length).toBeGreaterThan(0);
      expect(texts.join('\n')).not.toMatch(/\d\.0\b/);
    });
  });
});

describe('the templates', () => {
  it.each(scripts)('%s says in which dialect it works', (name) => {
    expect(readFileSync(path.join(folder, name), 'utf8')).toMatch(/^-- Dialect: .*2\.[34]/m);
  });
});
