--[[
Dovebell bridge: a push script for Dovecot that sends every transaction to Dovebell.

All twelve events with all their fields go to the endpoint as JSON, one POST for each transaction
(several when it has very many events). It needs Dovecot 2.3.9 or newer, Lua 5.1 or 5.3 and newer, and on
2.3 before 2.3.19 the package lua-socket. It keeps nothing between transactions but a counter.

Dovecot 2.3:
  mail_plugins = $mail_plugins notify push_notification mail_lua push_notification_lua
  plugin {
    push_notification_driver = lua:file=/etc/dovecot/dovebell-bridge.lua
    dovebell_url = http://LOGIN:PASSWORD@127.0.0.1:8009
  }

Dovecot 2.4:
  mail_plugins {
    notify = yes
    push_notification = yes
    mail_lua = yes
    push_notification_lua = yes
  }
  push_notification lua {
    lua_file = /etc/dovecot/dovebell-bridge.lua
    lua_settings {
      dovebell_url = http://LOGIN:PASSWORD@127.0.0.1:8009
    }
  }

Settings:
  dovebell_url            where Dovebell listens, with login and password percent-encoded (`dovebell endpoint
                          --show-secret` prints it). An address is better than a name: a lookup that hangs
                          is not under this script's time limit. https needs dovecot.http (2.3.19 and newer).
  dovebell_timeout_msecs  how long one transaction may hold Dovecot up in all, 100 to 60000; 2000 if not set.
                          A single attempt gets at most 1000 of it, and there are at most two.

Mail delivery never fails because of it. When Dovebell cannot be reached there is one error line for each
transaction, and what was not sent is lost. A retry is safe: the endpoint knows a transaction by its id.
]]

local VERSION = 1
local PATH = "/dovebell/v1/transactions"

-- A connection on a network takes milliseconds; a second means that nobody is there.
local ATTEMPT_LIMIT_MS = 1000
-- In less than this nothing is stored on a busy machine.
local MIN_ATTEMPT_MS = 50
local DEFAULT_LIMIT_MS, MIN_LIMIT_MS, MAX_LIMIT_MS = 2000, 100, 60000
local MAX_ATTEMPTS = 2
-- The endpoint takes 1 MB. The limits of a part leave room for one event of the longest kind.
local MAX_PART_EVENTS, MAX_PART_BYTES = 1000, 256 * 1024
-- Longer header values do not occur in honest mail; six octets of JSON may stand for one of text.
local MAX_TEXT_BYTES, MAX_LIST_ITEMS = 16 * 1024, 200
local MAX_ANSWER_BYTES, MAX_LOG_TEXT = 4096, 300

local init_settings
local said = {}

---------------------------------------------------------------------------------------------------
-- Log

local function one_line(text)
  return (tostring(text):sub(1, MAX_LOG_TEXT):gsub("%c+", " "))
end

local function log(level, text)
  pcall(function()
    local event = dovecot.event()
    event["log_" .. level](event, "dovebell-bridge: " .. one_line(text))
  end)
end

-- What is wrong with the configuration is wrong for every transaction of the session.
local function error_once(text)
  if said[text] then return end
  said[text] = true
  log("error", text)
end

---------------------------------------------------------------------------------------------------
-- JSON. Strings are octets here: what is not UTF-8 is sent as U+FFFD, and whole in base64 beside it.

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
local REPLACEMENT = "\239\191\189"

local function escape(char)
  return ESCAPES[char] or string.format("\\u%04x", char:byte())
end

local function quote(text)
  return '"' .. text:gsub('[%c"\\]', escape) .. '"'
end

local function is_tail(octet)
  return octet ~= nil and octet >= 0x80 and octet <= 0xBF
end

-- The length of the UTF-8 sequence at `at`, 0 when there is none (RFC 3629, section 4).
local function sequence_length(text, at)
  local b1, b2, b3, b4 = text:byte(at, at + 3)
  if b1 < 0x80 then return 1 end
  if b1 < 0xC2 or b1 > 0xF4 or not is_tail(b2) then return 0 end
  if b1 < 0xE0 then return 2 end
  if not is_tail(b3) then return 0 end
  if b1 < 0xF0 then
    if (b1 == 0xE0 and b2 < 0xA0) or (b1 == 0xED and b2 > 0x9F) then return 0 end
    return 3
  end
  if not is_tail(b4) or (b1 == 0xF0 and b2 < 0x90) or (b1 == 0xF4 and b2 > 0x8F) then return 0 end
  return 4
end

-- The text with U+FFFD for each octet that is not UTF-8, and whether there was none.
local function to_utf8(text)
  if not text:find("[\128-\255]") then return text, true end
  local pieces, at, from = {}, 1, 1
  while at <= #text do
    local length = sequence_length(text, at)
    if length == 0 then
      pieces[#pieces + 1] = text:sub(from, at - 1)
      pieces[#pieces + 1] = REPLACEMENT
      at = at + 1
      from = at
    else
      at = at + length
    end
  end
  if from == 1 then return text, true end
  pieces[#pieces + 1] = text:sub(from)
  return table.concat(pieces), false
end

local BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(text)
  local pieces = {}
  for at = 1, #text, 3 do
    local b1, b2, b3 = text:byte(at, at + 2)
    local bits = b1 * 65536 + (b2 or 0) * 256 + (b3 or 0)
    local four = ""
    for place = 3, 0, -1 do
      local index = math.floor(bits / 64 ^ place) % 64 + 1
      four = four .. BASE64:sub(index, index)
    end
    pieces[#pieces + 1] = four:sub(1, b3 and 4 or b2 and 3 or 2) .. (b3 and "" or b2 and "=" or "==")
  end
  return table.concat(pieces)
end

-- Lua 5.3 and newer have Dovecot's numbers as floats: 5.0 is to be 5.
local function number(value)
  if value ~= value or value >= 2 ^ 53 or value <= -2 ^ 53 then return nil end
  if value == 0 then return "0" end
  return value % 1 == 0 and string.format("%.0f", value) or nil
end

-- An object under construction: its members, the octets of what was not UTF-8, and what was too long.
local function new_object()
  return { members = {}, bytes = {}, cut = {} }
end

local function put_raw(object, name, json)
  if json then table.insert(object.members, quote(name) .. ":" .. json) end
end

local function put_number(object, name, value)
  if type(value) == "number" then put_raw(object, name, number(value)) end
end

-- At most MAX_TEXT_BYTES of the text, not ending in the middle of a character.
local function cut_text(text)
  local piece = text:sub(1, MAX_TEXT_BYTES)
  for back = 1, 4 do
    if not is_tail(piece:byte(-back)) then
      return sequence_length(piece, #piece - back + 1) == 0 and piece:sub(1, -back - 1) or piece
    end
  end
  return piece
end

local function put_text(object, name, value)
  if type(value) ~= "string" then return end
  if #value > MAX_TEXT_BYTES then
    value = cut_text(value)
    table.insert(object.cut, quote(name))
  end
  local text, is_utf8 = to_utf8(value)
  put_raw(object, name, quote(text))
  if not is_utf8 then table.insert(object.bytes, quote(name) .. ":" .. quote(base64(value))) end
end

-- A list without repetitions: with a second driver Dovecot lists each keyword twice.
local function put_list(object, name, list)
  if type(list) ~= "table" then return end
  local texts, octets, seen, all_utf8 = {}, {}, {}, true
  for _, item in ipairs(list) do
    local value = tostring(item)
    if not seen[value] then
      seen[value] = true
      if #texts >= MAX_LIST_ITEMS then
        table.insert(object.cut, quote(name))
        break
      end
      local text, is_utf8 = to_utf8(value)
      all_utf8 = all_utf8 and is_utf8
      texts[#texts + 1] = quote(text)
      octets[#octets + 1] = quote(base64(value))
    end
  end
  put_raw(object, name, "[" .. table.concat(texts, ",") .. "]")
  if not all_utf8 then
    table.insert(object.bytes, quote(name) .. ":[" .. table.concat(octets, ",") .. "]")
  end
end

local function close_object(object)
  if #object.bytes > 0 then put_raw(object, "bytes", "{" .. table.concat(object.bytes, ",") .. "}") end
  if #object.cut > 0 then put_raw(object, "cut", "[" .. table.concat(object.cut, ",") .. "]") end
  return "{" .. table.concat(object.members, ",") .. "}"
end

---------------------------------------------------------------------------------------------------
-- Events: the field in Lua, then the member in JSON.

local NUMBERS = { { "uid", "uid" }, { "uid_validity", "uidValidity" }, { "date", "date" }, { "tz", "tz" } }
local TEXTS = {
  { "mailbox_old", "mailboxOld" },
  { "from", "from" },
  { "from_address", "fromAddress" },
  { "from_display_name", "fromDisplayName" },
  { "to", "to" },
  { "to_address", "toAddress" },
  { "to_display_name", "toDisplayName" },
  { "subject", "subject" },
  { "snippet", "snippet" },
  { "message_id", "messageId" },
}
local LISTS = {
  { "flags", "flags" },
  { "keywords", "keywords" },
  { "flags_old", "flagsOld" },
  { "keywords_old", "keywordsOld" },
}

local function encode_event(event)
  local object = new_object()
  put_text(object, "name", event.name)
  put_text(object, "mailbox", event.mailbox)
  for _, pair in ipairs(NUMBERS) do put_number(object, pair[2], event[pair[1]]) end
  for _, pair in ipairs(TEXTS) do put_text(object, pair[2], event[pair[1]]) end
  for _, pair in ipairs(LISTS) do put_list(object, pair[2], event[pair[1]]) end
  return close_object(object)
end

local function add_event(context, event)
  -- With a second driver Dovecot repeats events of mailboxes; a mailbox is created once.
  if event.uid == nil then
    local key = tostring(event.name) .. "\n" .. tostring(event.mailbox) .. "\n" .. tostring(event.mailbox_old)
    if context.seen[key] then return end
    context.seen[key] = true
  end
  table.insert(context.events, encode_event(event))
end

---------------------------------------------------------------------------------------------------
-- Where to send

local function unescape(text)
  return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

local function split_authority(authority)
  local userinfo, place = authority:match("^(.*)@([^@]*)$")
  place = place or authority
  local host, port = place:match("^%[([%x:.]+)%]:?(%d*)$")
  if not host then host, port = place:match("^([^:%[%]]+):?(%d*)$") end
  return userinfo, host, port
end

-- The parts of a URL; nil and the reason when it is none.
local function parse_url(url)
  if url:find("[%c%s]") then return nil, "has white space in it" end
  local scheme, authority, path = url:match("^(%a+)://([^/]+)(.*)$")
  scheme = scheme and scheme:lower()
  if scheme ~= "http" and scheme ~= "https" then return nil, "is not like http://LOGIN:PASSWORD@HOST:PORT" end
  local userinfo, host, port = split_authority(authority)
  if not host then return nil, "names no host" end
  path = path:gsub("/+$", "")
  if path:sub(-#PATH) ~= PATH then path = path .. PATH end
  local name = host:find(":", 1, true) and "[" .. host .. "]" or host
  local place = port == "" and name or name .. ":" .. port
  return {
    scheme = scheme,
    host = host,
    port = tonumber(port) or (scheme == "https" and 443 or 80),
    place = place,
    path = path,
    authorization = userinfo and "Basic " .. base64(unescape(userinfo)) or nil,
  }
end

---------------------------------------------------------------------------------------------------
-- Two ways to send. Both take a request { target, body, limit_ms } and give what came of it:
-- { status, text } for an answer, { text, again } for none, where `again` says that a retry may help.

local function answer_text(body)
  local message = body:match('"message":"([^"]*)"')
  return message and ": " .. message or ""
end

local PROBLEMS = { timeout = "no answer in time", closed = "the connection was closed without an answer" }

local function is_success(status)
  return status >= 200 and status < 300
end

-- The status line and, when it is bad news, what the endpoint says about it.
local function read_answer(receive)
  local status
  repeat
    local line, problem = receive("*l")
    if not line then return { text = PROBLEMS[problem] or problem, again = true } end
    status = tonumber(line:match("^HTTP/%d%.%d (%d%d%d)"))
    if not status then return { text = "the answer is not HTTP" } end
    local length = 0
    repeat
      line = receive("*l") or ""
      length = tonumber(line:lower():match("^content%-length:%s*(%d+)$")) or length
    until line == ""
    if status >= 300 and length > 0 then
      return { status = status, text = answer_text(receive(math.min(length, MAX_ANSWER_BYTES)) or "") }
    end
  until status >= 200
  return { status = status, text = "" }
end

local function post_by_luasocket(socket, request)
  local target = request.target
  if target.scheme == "https" then return { text = "https needs dovecot.http" } end
  local deadline = socket.gettime() + request.limit_ms / 1000
  local connection = assert(socket.tcp())
  local function limit()
    connection:settimeout(math.max(deadline - socket.gettime(), 0.001), "t")
  end
  limit()
  local connected, problem = connection:connect(target.host, target.port)
  if not connected then
    connection:close()
    return { text = problem == "timeout" and "no connection in time" or problem }
  end
  local head = { "POST " .. target.path .. " HTTP/1.1", "Host: " .. target.place }
  if target.authorization then head[#head + 1] = "Authorization: " .. target.authorization end
  head[#head + 1] = "Content-Type: application/json; charset=utf-8"
  head[#head + 1] = string.format("Content-Length: %d", #request.body)
  head[#head + 1] = "Connection: close\r\n\r\n"
  limit()
  -- A refusal may come while the body is on its way: what was sent is no matter, the answer is.
  connection:send(table.concat(head, "\r\n") .. request.body)
  local answer = read_answer(function(pattern)
    limit()
    return connection:receive(pattern)
  end)
  connection:close()
  return answer
end

-- Only strings and numbers: a boolean among these settings kills the process in Dovecot 2.4.
local function client_settings(dialect, limit_ms)
  local agent = string.format("dovebell-bridge/%d", VERSION)
  if dialect == "2.4" then
    local limit = string.format("%dms", limit_ms)
    return {
      user_agent = agent,
      connect_timeout = limit,
      request_timeout = limit,
      request_absolute_timeout = limit,
      request_max_attempts = 1,
      max_connect_attempts = 1,
      auto_retry = "no",
      auto_redirect = "no",
    }
  end
  return {
    user_agent = agent,
    connect_timeout_msecs = limit_ms,
    request_timeout_msecs = limit_ms,
    request_absolute_timeout_msecs = limit_ms,
    max_attempts = 1,
    max_connect_attempts = 1,
  }
end

-- Dovecot's own numbers for "no answer": 9005 the connection was lost, 9008 the time was up.
local CONNECTION_LOST, TIMED_OUT, FIRST_LOCAL_STATUS = 9005, 9008, 9000

local function post_by_dovecot(dialect, request)
  local target = request.target
  local client = dovecot.http.client(client_settings(dialect, request.limit_ms))
  local sent = client:request({ url = target.scheme .. "://" .. target.place .. target.path, method = "POST" })
  if target.authorization then sent:add_header("Authorization", target.authorization) end
  sent:add_header("Content-Type", "application/json; charset=utf-8")
  sent:set_payload(request.body)
  local response = sent:submit()
  local status = response:status()
  if status >= FIRST_LOCAL_STATUS then
    local text = status == TIMED_OUT and PROBLEMS.timeout or response:reason()
    return { text = text, again = status == CONNECTION_LOST or status == TIMED_OUT }
  end
  return { status = status, text = is_success(status) and "" or answer_text(response:payload()) }
end

local function has_dovecot_http()
  return type(dovecot.http) == "table" and dovecot.http.client ~= nil
end

local transports = {}

-- LuaSocket first on 2.3, where Dovecot's client waits for a "100 Continue"; 2.4 has its own client for sure.
local function find_transport(dialect, scheme)
  local has_own = has_dovecot_http()
  local has_socket, socket = pcall(require, "socket")
  if has_own and (dialect == "2.4" or scheme == "https" or not has_socket) then
    return {
      name = "dovecot.http",
      post = function(request) return post_by_dovecot(dialect, request) end,
      now_ms = dovecot.microseconds and function() return dovecot.microseconds() / 1000 end
        or has_socket and function() return socket.gettime() * 1000 end
        or function() return os.time() * 1000 end,
    }
  end
  if not has_socket then error("neither LuaSocket (package lua-socket) nor dovecot.http is there", 0) end
  return {
    name = "LuaSocket",
    post = function(request) return post_by_luasocket(socket, request) end,
    now_ms = function() return socket.gettime() * 1000 end,
  }
end

local function transport_for(dialect, scheme)
  local key = dialect .. scheme
  transports[key] = transports[key] or find_transport(dialect, scheme)
  return transports[key]
end

---------------------------------------------------------------------------------------------------
-- One transaction

local function setting(user, name)
  if init_settings then return init_settings[name] end
  if not user.plugin_getenv then return nil end
  return user:plugin_getenv(name)
end

local function read_limit_ms(user)
  local given = setting(user, "dovebell_timeout_msecs")
  if given == nil or given == "" then return DEFAULT_LIMIT_MS end
  local limit_ms = tonumber(given)
  if limit_ms and limit_ms >= MIN_LIMIT_MS and limit_ms <= MAX_LIMIT_MS then return math.floor(limit_ms) end
  error_once(string.format(
    "dovebell_timeout_msecs must be from %d to %d, not %s; %d is used",
    MIN_LIMIT_MS, MAX_LIMIT_MS, tostring(given), DEFAULT_LIMIT_MS
  ))
  return DEFAULT_LIMIT_MS
end

local server_name

local function find_server_name(user, dialect)
  local variable = dialect == "2.4" and "%{system:hostname}" or "%{hostname}"
  local is_known, name = pcall(user.var_expand, user, variable)
  if is_known and type(name) == "string" and name ~= "" and not name:find("[%%{]") then return name end
  local file = io.open("/etc/hostname")
  if not file then return "" end
  name = file:read("*l")
  file:close()
  return name or ""
end

local function read_server_name(user, dialect)
  if not server_name then
    local is_found, name = pcall(find_server_name, user, dialect)
    server_name = is_found and name or ""
  end
  return server_name ~= "" and server_name or nil
end

local id_prefix
local count = 0

local function random_octets()
  local file = io.open("/dev/urandom", "rb")
  if not file then return nil end
  local octets = file:read(9)
  file:close()
  return octets
end

-- Another state on the same server must not come to the same id.
local function new_id()
  if not id_prefix then
    local is_read, octets = pcall(random_octets)
    id_prefix = is_read and octets and base64(octets)
      or string.format("%d-%s-%s", os.time(), tostring(os.clock()), tostring({}):gsub("^table: ", ""))
  end
  count = count + 1
  return string.format("%s-%d", id_prefix, count)
end

-- Nothing of `user` is kept but texts: Dovecot ends the process when a script holds the object too long.
local function begin(user)
  local dialect = (init_settings or not user.plugin_getenv) and "2.4" or "2.3"
  local url = setting(user, "dovebell_url")
  if url == nil or url == "" then
    error_once("dovebell_url is not set; nothing is sent")
    return nil
  end
  local target, problem = parse_url(url)
  if not target then
    error_once("dovebell_url " .. problem .. "; nothing is sent")
    return nil
  end
  local server = new_object()
  put_text(server, "host", read_server_name(user, dialect))
  put_text(server, "service", user.service)
  put_text(server, "session", user.session_id)
  local subject = new_object()
  put_text(subject, "user", user.username)
  return {
    id = new_id(),
    dialect = dialect,
    target = target,
    limit_ms = read_limit_ms(user),
    server = close_object(server),
    subject = close_object(subject):sub(2, -2),
    events = {},
    seen = {},
    lost = 0,
  }
end

local function collect(context, event)
  if type(context) ~= "table" then return end
  local is_added, problem = pcall(add_event, context, event)
  if is_added then return end
  context.lost = context.lost + 1
  context.problem = context.problem or problem
end

local function cut_parts(events)
  local parts = { { bytes = 0 } }
  for _, event in ipairs(events) do
    local part = parts[#parts]
    if #part > 0 and (#part >= MAX_PART_EVENTS or part.bytes + #event > MAX_PART_BYTES) then
      part = { bytes = 0 }
      parts[#parts + 1] = part
    end
    part[#part + 1] = event
    part.bytes = part.bytes + #event + 1
  end
  return parts
end

local function encode_part(context, parts, index, success, transport)
  return table.concat({
    string.format('{"bridge":{"version":%d,"dovecot":"%s","http":"%s"}', VERSION, context.dialect, transport.name),
    string.format('"transaction":{"id":"%s","part":%d,"parts":%d}', context.id, index, #parts),
    '"server":' .. context.server,
    context.subject,
    '"committed":' .. (success and "true" or "false"),
    '"events":[' .. table.concat(parts[index], ",") .. "]}",
  }, ",")
end

local function may_help(answer)
  -- 508: Dovebell sends to itself; asking again does not change that.
  return answer.again or (answer.status ~= nil and answer.status >= 500 and answer.status ~= 508)
end

-- Sends one part, a second time when that is useful and the time allows it. Gives nil, or what went wrong.
local function send_part(transport, target, body, deadline_ms)
  local answer = { text = "the time limit was reached" }
  for _ = 1, MAX_ATTEMPTS do
    local left_ms = math.floor(deadline_ms - transport.now_ms())
    if left_ms < MIN_ATTEMPT_MS then break end
    answer = transport.post({ target = target, body = body, limit_ms = math.min(left_ms, ATTEMPT_LIMIT_MS) })
    if answer.status and is_success(answer.status) then return nil end
    if not may_help(answer) then break end
  end
  if answer.status then return string.format("answered %d%s", answer.status, answer.text) end
  return tostring(answer.text)
end

local function finish(context, success)
  if context.lost > 0 then
    log("error", string.format("%d events could not be read: %s", context.lost, tostring(context.problem)))
  end
  -- A transaction without an event changed nothing; one that was rolled back is worth knowing.
  if success and #context.events == 0 then return end
  local parts = success and cut_parts(context.events) or { {} }
  local transport = transport_for(context.dialect, context.target.scheme)
  local deadline_ms = transport.now_ms() + context.limit_ms
  local sent = 0
  for index = 1, #parts do
    local body = encode_part(context, parts, index, success, transport)
    local problem = send_part(transport, context.target, body, deadline_ms)
    if problem then
      log("error", string.format(
        "%d of %d events not sent to %s: %s", #context.events - sent, #context.events, context.target.place, problem
      ))
      return
    end
    sent = sent + #parts[index]
  end
  log("debug", string.format("transaction %s with %d events sent to %s", context.id, sent, context.target.place))
end

---------------------------------------------------------------------------------------------------
-- What Dovecot calls. An error that leaves begin_txn ends the whole mail process, so none leaves anywhere.

function script_init(settings)
  if type(settings) == "table" then init_settings = settings end
  return 0
end

function dovecot_lua_notify_begin_txn(user)
  local is_done, context = pcall(begin, user)
  if is_done then return context end
  log("error", "the transaction cannot be followed: " .. tostring(context))
  return nil
end

function dovecot_lua_notify_end_txn(context, success)
  if type(context) ~= "table" then return end
  local is_done, problem = pcall(finish, context, success)
  if not is_done then log("error", "the transaction was not sent: " .. tostring(problem)) end
end

dovecot_lua_notify_event_flags_clear = collect
dovecot_lua_notify_event_flags_set = collect
dovecot_lua_notify_event_mailbox_create = collect
dovecot_lua_notify_event_mailbox_delete = collect
dovecot_lua_notify_event_mailbox_rename = collect
dovecot_lua_notify_event_mailbox_subscribe = collect
dovecot_lua_notify_event_mailbox_unsubscribe = collect
dovecot_lua_notify_event_message_append = collect
dovecot_lua_notify_event_message_expunge = collect
dovecot_lua_notify_event_message_new = collect
dovecot_lua_notify_event_message_read = collect
dovecot_lua_notify_event_message_trash = collect
