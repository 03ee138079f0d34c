-- Posts how many messages a mailbox has, and how many are unseen and recent, once for each transaction that
-- changed it: user=alice&mailbox=INBOX&messages=12&unseen=3&recent=1
-- Dialect: 2.3 (needs LuaSocket, package lua-socket)
--
-- plugin {
--   push_notification_driver = lua:file=/etc/dovecot/mailbox-status.lua
--   push_url = http://LOGIN:PASSWORD@127.0.0.1:8009/preliminary/http-notify/v1/notify
-- }

local http = require("socket.http")
local url = require("socket.url")

-- Seconds for each step of a request. A delivery waits for it.
http.TIMEOUT = 1

local COUNTS = { "messages", "unseen", "recent" }

local function read_status(user, name)
  local storage = dovecot.storage
  local mailbox = user:mailbox(name)
  mailbox:sync()
  local status = mailbox:status(storage.STATUS_MESSAGES, storage.STATUS_UNSEEN, storage.STATUS_RECENT)
  mailbox:free()
  return status
end

local function encode_form(username, name, status)
  local members = { "user=" .. url.escape(username), "mailbox=" .. url.escape(name) }
  for _, count in ipairs(COUNTS) do
    -- Counts are floats in Lua 5.3 and newer; %d writes them without a point.
    table.insert(members, string.format("%s=%d", count, status[count]))
  end
  return table.concat(members, "&")
end

local function report(context, name)
  local status = read_status(context.user, name)
  local body, code = http.request(context.url, encode_form(context.user.username, name, status))
  local event = dovecot.event()
  event:set_name("mailbox_status_sent")
  event:add_str("mailbox", name)
  -- add_int raises an error when the request had no answer: then the second result is the reason.
  if type(code) == "number" then event:add_int("status", code) end
  if body == nil or code < 200 or code > 299 then
    event:log_error(string.format("the status of %s was not sent: %s", name, tostring(code)))
  else
    event:log_debug("sent the status of " .. name)
  end
end

local function changed(context, event)
  context.mailboxes[event.mailbox] = true
end

function script_init()
  return 0
end

-- An error that leaves this function would end the mail process.
function dovecot_lua_notify_begin_txn(user)
  local is_read, address = pcall(user.plugin_getenv, user, "push_url")
  -- The user may be kept until end_txn, and no longer: a global must not hold it.
  return { user = user, url = is_read and address or nil, mailboxes = {} }
end

dovecot_lua_notify_event_message_new = changed
dovecot_lua_notify_event_message_append = changed
dovecot_lua_notify_event_message_expunge = changed
dovecot_lua_notify_event_flags_set = changed
dovecot_lua_notify_event_flags_clear = changed

function dovecot_lua_notify_end_txn(context, success)
  if not success or not next(context.mailboxes) then return end
  if not context.url then
    dovecot.event():log_error("push_url is not set; nothing is sent")
    return
  end
  for name in pairs(context.mailboxes) do
    local is_done, problem = pcall(report, context, name)
    if not is_done then
      dovecot.event():log_error(string.format("the status of %s was not sent: %s", name, tostring(problem)))
    end
  end
end
