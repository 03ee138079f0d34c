-- Posts JSON for each new message with Dovecot's own HTTP client, in the form of the ox driver.
-- Dialect: 2.3.19 and newer, 2.4 (needs no package)
--
-- Dovecot 2.3:
--   plugin {
--     push_notification_driver = lua:file=/etc/dovecot/new-message-http.lua
--     push_url = http://LOGIN:PASSWORD@127.0.0.1:8009/preliminary/http-notify/v1/notify
--   }
-- Dovecot 2.4:
--   push_notification lua {
--     lua_file = /etc/dovecot/new-message-http.lua
--     lua_settings {
--       push_url = http://LOGIN:PASSWORD@127.0.0.1:8009/preliminary/http-notify/v1/notify
--     }
--   }

local settings

-- 2.4 does not know the names of 2.3, and a Lua boolean among its values would end the mail process.
local SETTINGS_23 = { request_timeout_msecs = 1000, connect_timeout_msecs = 1000, max_attempts = 1 }
local SETTINGS_24 = { request_timeout = "1s", connect_timeout = "1s", request_max_attempts = 1 }

local function quote(text)
  -- Headers may be anything; JSON is UTF-8.
  if not utf8.len(text) then text = text:gsub("[\128-\255]", "?") end
  return '"' .. text:gsub('[%c"\\]', function(char) return string.format("\\u%04x", char:byte()) end) .. '"'
end

local function encode_json(user, message)
  local members = {
    '"user":' .. quote(user),
    '"event":"messageNew"',
    '"folder":' .. quote(message.mailbox),
    string.format('"imap-uidvalidity":%d', message.uid_validity),
    string.format('"imap-uid":%d', message.uid),
  }
  for _, field in ipairs({ "from", "subject", "snippet" }) do
    local value = message[field]
    if value and value ~= "" then table.insert(members, quote(field) .. ":" .. quote(value)) end
  end
  return "{" .. table.concat(members, ",") .. "}"
end

local function post(context, message)
  local client = dovecot.http.client(settings and SETTINGS_24 or SETTINGS_23)
  local request = client:request({ url = context.url, method = "POST" })
  request:add_header("Content-Type", "application/json; charset=utf-8")
  request:set_payload(encode_json(context.user, message))
  local response = request:submit()
  -- From 9000 on: no answer came, and the reason says why.
  if response:status() < 200 or response:status() > 299 then
    local problem = string.format("%d %s", response:status(), response:reason())
    dovecot.event():log_error(string.format("uid %d was not sent: %s", message.uid, problem))
  end
end

-- 2.4 hands the settings over here; 2.3 wants a 0.
function script_init(given)
  settings = given
  return 0
end

local function read_url(user)
  if settings then return settings.push_url end
  return user:plugin_getenv("push_url")
end

-- An error that leaves this function would end the mail process.
function dovecot_lua_notify_begin_txn(user)
  local is_read, address = pcall(read_url, user)
  return { user = user.username, url = is_read and address or nil, messages = {} }
end

function dovecot_lua_notify_event_message_new(context, event)
  table.insert(context.messages, event)
end

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
