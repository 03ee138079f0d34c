-- Posts a form for each new or saved message, such as
--   user=alice&folder=INBOX&imap-uid=5&imap-uidvalidity=7&event=MessageNew&from=…&to=…&subject=…&snippet=…
-- Dialect: 2.3 (needs LuaSocket, package lua-socket)
--
-- plugin {
--   push_notification_driver = lua:file=/etc/dovecot/new-message-form.lua
--   push_url = http://LOGIN:PASSWORD@127.0.0.1:8009/preliminary/http-notify/v1/notify
-- }

local http = require("socket.http")
local url = require("socket.url")

-- Seconds for each step of a request. A delivery waits for it.
http.TIMEOUT = 1

local FIELDS = { "from", "to", "subject", "snippet" }

local function encode_form(user, message)
  local members = {
    "user=" .. url.escape(user),
    "folder=" .. url.escape(message.mailbox),
    string.format("imap-uid=%d", message.uid),
    string.format("imap-uidvalidity=%d", message.uid_validity),
    "event=" .. message.name,
  }
  for _, field in ipairs(FIELDS) do
    -- A header that is missing is nil or empty.
    local value = message[field]
    if value and value ~= "" then table.insert(members, field .. "=" .. url.escape(value)) end
  end
  return table.concat(members, "&")
end

local function post(context, message)
  local body, status = http.request(context.url, encode_form(context.user, message))
  -- Without an answer the second result is the reason.
  if body == nil or status < 200 or status > 299 then
    dovecot.event():log_error(string.format("uid %d was not sent: %s", message.uid, tostring(status)))
  end
end

local function collect(context, event)
  table.insert(context.messages, event)
end

function script_init()
  return 0
end

-- An error that leaves this function would end the mail process.
function dovecot_lua_notify_begin_txn(user)
  local is_read, address = pcall(user.plugin_getenv, user, "push_url")
  return { user = user.username, url = is_read and address or nil, messages = {} }
end

dovecot_lua_notify_event_message_new = collect
dovecot_lua_notify_event_message_append = collect

function dovecot_lua_notify_end_txn(context, success)
  if not success or #context.messages == 0 then return end
  if not context.url then
    dovecot.event():log_error("push_url is not set; nothing is sent")
    return
  end
  for _, message in ipairs(context.messages) do
    local is_done, problem = pcall(post, context, message)
    if not is_done then dovecot.event():log_error("a message was not sent: " .. tostring(problem)) end
  end
end
