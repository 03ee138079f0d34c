import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkScript } from '../../../../drivers/lua/check/check-script.ts';
import { MAX_SCRIPT_BYTES, type CheckOptions, type Finding } from '../../../../drivers/lua/check/finding.ts';
import { rules } from '../../../../drivers/lua/check/rules/index.ts';
import type { LuaDialect } from '../../../../drivers/lua/script-context.ts';

function check(source: string | Uint8Array, dialect: LuaDialect = '2.3', more: Partial<CheckOptions> = {}) {
  const bytes = typeof source === 'string' ? Buffer.from(source) : source;
  return checkScript(bytes, { file: 'push.lua', dialect, strict: true, ...more });
}

/** `severity code line`, sorted as reported; infos are left out unless asked for. */
function brief(findings: readonly Finding[], infos = false): string[] {
  return findings
    .filter(({ severity }) => infos || severity !== 'info')
    .map(({ severity, code, line }) => `${severity} ${code} ${line}`);
}

const begin = 'function dovecot_lua_notify_begin_txn(user) return { user = user, list = {} } end';
const end = 'function dovecot_lua_notify_end_txn(ctx, success) end';
const handler = 'function dovecot_lua_notify_event_message_new(ctx, event)';

/** A whole script around the body of message_new, which is its line 3. */
function inHandler(body: string): string {
  return `${begin}\n${end}\n${handler} ${body} end`;
}
function inBegin(body: string): string {
  return `${end}\n${handler} end\nfunction dovecot_lua_notify_begin_txn(user) ${body} end`;
}
function atTop(text: string): string {
  return `${begin}\n${end}\n${text}\n${handler} end`;
}

interface Case {
  readonly code: string;
  readonly dialect?: LuaDialect;
  /** What is found: severity and line, or nothing. */
  readonly bad: string;
  readonly severity: Finding['severity'];
  readonly good: string;
  readonly fix?: string;
}

const cases: readonly Case[] = [
  {
    code: 'unknown-handler',
    bad: atTop('function dovecot_lua_notify_event_mesage_read(ctx, event) end'),
    severity: 'error',
    good: atTop('function dovecot_lua_notify_event_message_read(ctx, event) end'),
    fix: 'dovecot_lua_notify_event_message_read',
  },
  {
    code: 'unknown-handler',
    bad: atTop('function dovecot_lua_notify_event_quota_exceed(ctx, event) end'),
    severity: 'error',
    good: atTop('function dovecot_lua_notify_shared() end dovecot_lua_notify_shared()'),
  },
  {
    code: 'unknown-handler',
    bad: atTop('function dovecot_lua_notify_event_MessageRead(ctx, event) end'),
    severity: 'error',
    good: atTop('function notify(ctx, event) end'),
    fix: 'dovecot_lua_notify_event_message_read',
  },
  {
    code: 'unknown-handler',
    bad: `${begin}\n${handler} end\nfunction dovecot_lua_notify_end_transaction() end`,
    severity: 'warning',
    good: atTop('dovecot_lua_notify_version = 3'),
  },
  {
    code: 'local-handler',
    bad: atTop('local function dovecot_lua_notify_event_message_read(ctx, event) end'),
    severity: 'error',
    good: atTop('local function read() end dovecot_lua_notify_event_message_read = read'),
  },
  {
    code: 'handler-in-table',
    bad: atTop('local M = {} function M.dovecot_lua_notify_event_message_read() end'),
    severity: 'error',
    good: atTop('function _G.dovecot_lua_notify_event_message_read() end'),
  },
  {
    code: 'handler-no-function',
    bad: atTop('dovecot_lua_notify_event_message_read = setmetatable({}, { __call = function() end })'),
    severity: 'error',
    good: atTop('dovecot_lua_notify_event_message_read = false or function() end'),
  },
  { code: 'no-begin-txn', bad: `${end}\n${handler} end`, severity: 'error', good: atTop('') },
  { code: 'no-end-txn', bad: `${begin}\n${handler} end`, severity: 'warning', good: atTop('') },
  { code: 'no-handler', bad: `${begin}\n${end}`, severity: 'error', good: atTop('') },
  {
    code: 'no-handler',
    bad: 'print("hello")',
    severity: 'warning',
    good: `${begin}\n${end}\nfor name, f in pairs(list) do _G["dovecot_lua_notify_event_" .. name] = f end`,
  },
  {
    code: 'script-init-result',
    bad: atTop('function script_init() dovecot.i_info("hello") end'),
    severity: 'error',
    good: atTop('function script_init() if os.time() > 1 then return 1 end return 0 end'),
  },
  {
    code: 'script-init-result',
    bad: atTop('function script_init() if os.time() > 1 then return 0 end end'),
    severity: 'warning',
    good: atTop('function script_init() if os.time() > 1 then return 0 else error("no") end end'),
  },
  {
    code: 'script-init-result',
    bad: atTop('function script_init() return "0" end'),
    severity: 'error',
    good: atTop('function script_init() return setup() end function setup() return 0 end'),
  },
  {
    code: 'script-init-result',
    bad: atTop('function script_init() return 0.0 end'),
    severity: 'error',
    good: atTop('function script_init() while true do return 0 end end'),
  },
  {
    code: 'script-init-ignored',
    dialect: '2.4',
    bad: atTop('function script_init(s) if not s.url then return -1 end end'),
    severity: 'info',
    good: atTop('function script_init(s) return 0 end'),
  },
  {
    code: 'not-in-dialect',
    dialect: '2.4',
    bad: inBegin('return { url = user:plugin_getenv("url") }'),
    severity: 'error',
    good: inBegin('return { url = user.plugin_getenv and user:plugin_getenv("url") }'),
  },
  {
    code: 'not-in-dialect',
    bad: inHandler('local now = dovecot.gettimeofday()'),
    severity: 'error',
    good: inHandler('local now = dovecot.gettimeofday and dovecot.gettimeofday()'),
  },
  {
    code: 'not-in-dialect',
    dialect: '2.4',
    bad: inHandler('ctx.user:mailbox("INBOX"):sync(dovecot.storage.MAILBOX_SYNC_FLAG_FULL_WRITE)'),
    severity: 'error',
    good: inHandler('ctx.user:mailbox("INBOX"):sync(dovecot.storage.MAILBOX_SYNC_FLAG_FAST)'),
  },
  {
    code: 'not-in-dialect',
    bad: inHandler('local b = ctx.user:mailbox("A", dovecot.storage.MAILBOX_FLAG_AUTO_CREATE) b:free()'),
    severity: 'error',
    good: inHandler('local b = ctx.user:mailbox("A", dovecot.storage.MAILBOX_FLAG_READONLY) b:free()'),
  },
  {
    code: 'not-in-every-release',
    dialect: '2.4',
    bad: inHandler('dovecot.i_info(dovecot.base64.encode("x"))'),
    severity: 'warning',
    good: inHandler('if dovecot.base64 then dovecot.i_info(dovecot.base64.encode("x")) end'),
  },
  {
    code: 'unknown-member',
    bad: inHandler('local f = dovecot.restore_flag(1, 2)'),
    severity: 'error',
    good: inHandler('local f = dovecot.set_flag(1, 2)'),
  },
  {
    code: 'unknown-member',
    bad: inHandler('dovecot.event():set_append_log_prefix("x: ")'),
    severity: 'error',
    good: inHandler('dovecot.event():append_log_prefix("x: ")'),
    fix: 'append_log_prefix',
  },
  {
    code: 'unknown-member',
    bad: inHandler('local s = dovecot.storage.FIRST_RECENT_UID'),
    severity: 'error',
    good: inHandler('local s = dovecot.storage.STATUS_FIRST_RECENT_UID'),
  },
  {
    code: 'unknown-member',
    bad: inHandler('dovecot.i_warn("x")'),
    severity: 'error',
    good: inHandler('dovecot.i_warning("x")'),
    fix: 'dovecot.i_warning',
  },
  {
    code: 'unknown-member',
    bad: inHandler('local n = ctx.user.usernam'),
    severity: 'warning',
    good: 'dovecot.custom = 1\n' + inHandler('local n = dovecot.custom'),
    fix: 'username',
  },
  {
    code: 'unknown-library-function',
    bad: inHandler('local parts = string.split(event.mailbox, "/")'),
    severity: 'error',
    good: 'function string.split() end\n' + inHandler('local parts = string.split(event.mailbox, "/")'),
  },
  {
    code: 'event-field',
    bad: inHandler('local k = event.keywords_set'),
    severity: 'warning',
    good: inHandler('local k = event.keywords'),
    fix: 'event.keywords',
  },
  {
    code: 'event-field',
    bad: atTop(
      'function dovecot_lua_notify_event_mailbox_create(ctx, event) local u = event.uid_validity end',
    ),
    severity: 'warning',
    good: atTop(
      'local function any(ctx, event) local u = event.uid end dovecot_lua_notify_event_mailbox_create = any dovecot_lua_notify_event_message_read = any',
    ),
  },
  {
    code: 'event-user',
    bad: inHandler('local m = event.user:mailbox("INBOX")'),
    severity: 'error',
    good: inHandler('event.user = ctx.user local m = event.user:mailbox("INBOX") m:free()'),
  },
  {
    code: 'event-user',
    bad: inHandler('local u = event.user'),
    severity: 'warning',
    good: inHandler('local u = event.user or ctx.user'),
  },
  {
    code: 'argument-count',
    bad: inHandler('dovecot.i_info("a", event.mailbox)'),
    severity: 'error',
    good: inHandler('dovecot.i_info(describe(event))') + ' function describe() return "x" end',
  },
  {
    code: 'argument-count',
    bad: inHandler('dovecot.i_info(event.mailbox:gsub("a", "b"))'),
    severity: 'error',
    good: inHandler('dovecot.i_info((event.mailbox:gsub("a", "b")))'),
  },
  {
    code: 'argument-count',
    bad: inHandler('dovecot:i_info("x")'),
    severity: 'error',
    good: inHandler('local m = ctx.user.mailbox(ctx.user, "INBOX") m:free()'),
  },
  {
    code: 'argument-count',
    bad: inHandler('local m = ctx.user.mailbox("INBOX")'),
    severity: 'error',
    good: inHandler('local m = ctx.user:mailbox("INBOX") m:free()'),
    fix: 'ctx.user:mailbox(…)',
  },
  {
    code: 'no-text',
    bad: inBegin('dovecot.i_info("user: " .. user) return {}'),
    severity: 'error',
    good: inBegin('dovecot.i_info("user: " .. tostring(user)) return {}'),
    fix: 'user.username',
  },
  {
    code: 'no-text',
    bad: `${begin}\n${handler} end\nfunction dovecot_lua_notify_end_txn(ctx, success) dovecot.i_info("ok " .. success) end`,
    severity: 'error',
    good: `${begin}\n${handler} end\nfunction dovecot_lua_notify_end_txn(ctx, success) dovecot.i_info("ok " .. (success and "yes" or "no")) end`,
  },
  {
    code: 'no-text',
    bad: inHandler('dovecot.i_info("flags " .. event.flags)'),
    severity: 'error',
    good: inHandler('dovecot.i_info("flags " .. table.concat(event.flags, " "))'),
  },
  {
    code: 'no-text',
    bad: inHandler('dovecot.i_info("in " .. print)'),
    severity: 'error',
    good: inHandler('dovecot.i_info(_VERSION .. utf8.charpattern .. package.path .. math.pi)'),
  },
  {
    code: 'metadata-key',
    bad: inHandler('local v = ctx.user:metadata_get("vendor/vendor.dovecot/x")'),
    severity: 'error',
    good: inHandler('local v = ctx.user:metadata_get("/private/vendor/vendor.dovecot/x")'),
  },
  {
    code: 'float-as-text',
    bad: inHandler('ctx.list[1] = "uid=" .. event.uid'),
    severity: 'warning',
    good: inHandler('ctx.list[1] = "uid=" .. string.format("%d", event.uid)'),
  },
  {
    code: 'float-as-text',
    bad: inHandler('ctx.list[1] = tostring(event.uid + 1)'),
    severity: 'warning',
    good: inHandler('ctx.list[1] = tostring(math.floor(event.uid)) .. tostring(event.uid):gsub("%.0$", "")'),
  },
  {
    code: 'float-as-text',
    bad: inHandler('ctx.list[1] = ("%s/%s"):format(event.mailbox, event.uid)'),
    severity: 'warning',
    good: inHandler('ctx.list[1] = ("%s/%d"):format(event.mailbox, event.uid)'),
  },
  {
    code: 'float-as-text',
    bad: inHandler(
      'local m = ctx.user:mailbox("INBOX") local s = m:status(dovecot.storage.STATUS_UNSEEN) m:free() ctx.list[1] = table.concat({ "unseen", s.unseen }, "=")',
    ),
    severity: 'warning',
    good: inHandler('local uid = event.uid if uid then uid = "none" end ctx.list[1] = "uid=" .. uid'),
  },
  {
    code: 'float-as-text',
    bad: inHandler('dovecot.i_info("uid " .. event.uid)'),
    severity: 'info',
    good: inHandler('dovecot.i_info("uid " .. (math.tointeger(event.uid) or 0))'),
  },
  {
    code: 'float-as-text',
    bad: `local function text(v) return tostring(v) end ${inHandler('ctx.list[1] = text(event.uid)')}`,
    severity: 'warning',
    good: `local function text(v) if type(v) == "number" then return "n" end return tostring(v) end ${inHandler('ctx.list[1] = text(event.uid)')}`,
  },
  {
    code: 'add-int',
    bad: inHandler(
      'local http = require("socket.http") http.TIMEOUT = 2 local ok, code = http.request("http://x") dovecot.event():add_int("code", code)',
    ),
    severity: 'warning',
    good: inHandler(
      'local http = require("socket.http") http.TIMEOUT = 2 local ok, code = http.request("http://x") if ok then dovecot.event():add_int("code", code) end',
    ),
  },
  {
    code: 'add-int',
    bad: inHandler('dovecot.event():add_int("share", 0.5)'),
    severity: 'error',
    good: inHandler('dovecot.event():add_int("uid", event.uid):add_int("n", "12")'),
  },
  {
    code: 'flags-bit-mask',
    bad: inHandler('if event.flags & 8 ~= 0 then return end'),
    severity: 'error',
    good: inHandler('local mask = 9 if mask & 8 ~= 0 then return end'),
  },
  {
    code: 'flags-bit-mask',
    dialect: '2.4',
    bad: inHandler('local seen = dovecot.has_flag(event.flags, 8)'),
    severity: 'error',
    good: inHandler('for _, flag in ipairs(event.flags) do ctx.list[1] = flag end'),
  },
  {
    code: 'flags-bit-mask',
    dialect: 'document',
    bad: inHandler('if event.flags & 8 ~= 0 then return end'),
    severity: 'info',
    good: inHandler('if type(event.flags) == "number" then local seen = event.flags & 8 end'),
  },
  {
    code: 'may-be-nil',
    bad: inHandler('ctx.list[1] = "Subject: " .. event.subject'),
    severity: 'warning',
    good: inHandler('ctx.list[1] = "Subject: " .. (event.subject or "")'),
  },
  {
    code: 'may-be-nil',
    bad: inHandler('local s = event.snippet:sub(1, 20)'),
    severity: 'warning',
    good: inHandler('local s = event.snippet if not s then return end s = s:sub(1, 20)'),
  },
  {
    code: 'may-be-nil',
    bad: inHandler('local url = require("socket.url") ctx.list[1] = url.escape(event.message_id)'),
    severity: 'warning',
    good: inHandler('local s = event.subject s = s or "" ctx.list[1] = "a" .. s'),
  },
  {
    code: 'may-be-nil',
    bad: inBegin('return { url = user:plugin_getenv("base") .. "/push" }'),
    severity: 'warning',
    good: inBegin('local base = user:plugin_getenv("base") return { url = base and base .. "/push" }'),
  },
  {
    code: 'may-be-nil',
    bad: `${end}\nfunction dovecot_lua_notify_begin_txn(user) return { url = user:plugin_getenv("base") } end\n${handler} ctx.x = ctx.url .. "/push" end`,
    severity: 'info',
    good: `${end}\nfunction dovecot_lua_notify_begin_txn(user) return { url = user:plugin_getenv("base") or "" } end\n${handler} ctx.x = ctx.url .. "/push" end`,
  },
  {
    code: 'missing-argument',
    bad: `${begin}\n${end}\nfunction dovecot_lua_notify_event_message_new(ctx, event, user) local n = user.username end`,
    severity: 'error',
    good: `${begin}\n${end}\nfunction dovecot_lua_notify_event_message_new(ctx, event, user) local n = (user or ctx.user).username end`,
  },
  {
    code: 'missing-argument',
    bad: `local url\n${atTop('function script_init(settings) url = settings.url return 0 end')}`,
    severity: 'error',
    good: `local url\n${atTop('function script_init(settings) url = settings and settings.url return 0 end')}`,
  },
  {
    code: 'context-nil',
    bad: `${end}\nfunction dovecot_lua_notify_begin_txn(user) dovecot.i_info("x") end\n${handler} ctx.n = 1 local x = ctx.n end`,
    severity: 'error',
    good: `${end}\nfunction dovecot_lua_notify_begin_txn(user) dovecot.i_info("x") end\n${handler} ctx = ctx or {} local x = ctx.n end`,
  },
  {
    code: 'begin-txn-raises',
    bad: inBegin('assert(user.home) return {}'),
    severity: 'warning',
    good: inBegin('local ok = pcall(function() assert(user.home) end) return { ok = ok }'),
  },
  {
    code: 'begin-txn-raises',
    bad: `local function fail() error("no") end ${inBegin('fail() return {}')}`,
    severity: 'warning',
    good: `local function fail() error("no") end ${inBegin('pcall(fail) return {}')}`,
  },
  {
    code: 'begin-txn-mailbox',
    bad: inBegin('local m = user:mailbox("Archive") m:sync() m:free() return {}'),
    severity: 'info',
    good: inBegin('local m = user:mailbox("Archive") pcall(m.sync, m) m:free() return {}'),
  },
  {
    code: 'http-option',
    bad: atTop('local client = dovecot.http.client{ timeout = 5 }'),
    severity: 'warning',
    good: atTop('local client = dovecot.http.client{ request_timeout_msecs = 5000, max_attempts = 2 }'),
    fix: 'request_timeout_msecs = 5000',
  },
  {
    code: 'http-option',
    dialect: '2.4',
    bad: atTop('local o = { request_timeout_msecs = 5000 } local client = dovecot.http.client(o)'),
    severity: 'error',
    good: atTop('local client = dovecot.http.client{ request_timeout = "5s", ssl_client_ca_file = "/ca" }'),
    fix: 'request_timeout = "5s"',
  },
  {
    code: 'http-option',
    dialect: '2.4',
    bad: atTop('local client = dovecot.http.client{ debug = true, request_timeout = "5s" }'),
    severity: 'error',
    good: atTop('local client = dovecot.http.client{ debug = True, nosuch = nil, request_timeout = "5s" }'),
  },
  {
    code: 'http-option-value',
    dialect: '2.4',
    bad: atTop('local client = dovecot.http.client{ request_timeout = "1s", auto_retry = false }'),
    severity: 'error',
    good: atTop('local client = dovecot.http.client{ request_timeout = "1s", auto_retry = "no" }'),
    fix: '"no"',
  },
  {
    code: 'http-option-value',
    dialect: '2.4',
    bad: atTop('local client = dovecot.http.client{ request_timeout = 5 }'),
    severity: 'error',
    good: atTop('local client = dovecot.http.client{ request_timeout = "5 secs", connect_timeout = 0 }'),
  },
  {
    code: 'http-option-value',
    bad: atTop('local client = dovecot.http.client{ request_timeout_msecs = "5s" }'),
    severity: 'error',
    good: atTop('local client = dovecot.http.client{ request_timeout_msecs = 5000, debug = true }'),
  },
  {
    code: 'request-without-url',
    bad: atTop(
      'local c = dovecot.http.client{ request_timeout_msecs = 1 } local r = c:request{ method = "PUT" }',
    ),
    severity: 'error',
    good: atTop(
      'local c = dovecot.http.client{ request_timeout_msecs = 1 } local r = c:request{ url = "http://x" }',
    ),
  },
  {
    code: 'no-timeout',
    bad: atTop('local http = require "socket.http" local body = http.request("http://x")'),
    severity: 'warning',
    good: atTop('local http = require "socket.http" http.TIMEOUT = 3 local body = http.request("http://x")'),
  },
  {
    code: 'no-timeout',
    bad: atTop('local secure = require "ssl.https" local body = secure.request("https://x")'),
    severity: 'warning',
    good: atTop(
      'local secure = require "ssl.https" secure.TIMEOUT = 3 local b = secure.request("https://x")',
    ),
    fix: 'https.TIMEOUT = 5 after require("ssl.https")',
  },
  {
    code: 'no-client-timeout',
    bad: atTop('local client = dovecot.http.client{}'),
    severity: 'info',
    good: atTop('local client = dovecot.http.client{ request_timeout_msecs = 5000 }'),
  },
  {
    code: 'runs-program',
    bad: inHandler('os.execute("logger new mail")'),
    severity: 'warning',
    good: inHandler('local now = os.time()'),
  },
  { code: 'exits-process', bad: inHandler('os.exit(1)'), severity: 'warning', good: inHandler('return') },
  {
    code: 'waits',
    bad: inHandler('local t = os.time() + 2 while os.time() < t do end'),
    severity: 'warning',
    good: inHandler('local t = os.time() while t > 0 do t = t // 2 end'),
  },
  {
    code: 'compares-objects',
    bad: inHandler('if ctx.user < ctx.user then return end'),
    severity: 'error',
    good: inHandler('if ctx.user == ctx.user then return end'),
  },
  {
    code: 'keeps-user',
    bad: inBegin('current = user return {}'),
    severity: 'error',
    good: `local current\n${handler} end\nfunction dovecot_lua_notify_begin_txn(user) current = user return {} end\nfunction dovecot_lua_notify_end_txn() current = nil end`,
  },
  {
    code: 'passthrough-not-logged',
    bad: inHandler('dovecot.event():passthrough_event():add_str("a", "b")'),
    severity: 'error',
    good: inHandler('local p = dovecot.event():passthrough_event() p:add_str("a", "b"):log_info("done")'),
  },
  {
    code: 'passthrough-not-logged',
    bad: inHandler('local p = dovecot.event():passthrough_event() p:add_str("a", "b")'),
    severity: 'error',
    good:
      inHandler('local p = dovecot.event():passthrough_event() finish(p)') +
      ' function finish(p) p:log_info("x") end',
  },
  {
    code: 'mailbox-not-freed',
    bad: inHandler('local m = ctx.user:mailbox("INBOX") m:sync()'),
    severity: 'info',
    good: inHandler('local m = ctx.user:mailbox("INBOX") ctx.box = m'),
  },
  {
    code: 'mailbox-used-after-free',
    bad: inHandler('local m = ctx.user:mailbox("INBOX") m:free() m:sync()'),
    severity: 'error',
    good: inHandler(
      'local m = ctx.user:mailbox("INBOX") if event.uid > 3 then m:free() return end m:sync() m:free() m:free()',
    ),
  },
  {
    code: 'foreign-constant',
    bad: atTop('local client = dovecot.http.client{ debug = True, request_timeout_msecs = 1 }'),
    severity: 'warning',
    good: atTop(
      'local True = true local client = dovecot.http.client{ debug = True, request_timeout_msecs = 1 }',
    ),
    fix: 'true',
  },
  {
    code: 'undefined-global',
    bad: inHandler('local t = tosring(event.mailbox)'),
    severity: 'warning',
    good: inHandler('if ngx then local t = ngx.now() end'),
    fix: 'tostring',
  },
  {
    code: 'undefined-global',
    bad: inHandler('local body = http.request("http://x")'),
    severity: 'warning',
    good: 'http = { request = function() end }\n' + inHandler('local body = http.request("http://x")'),
    fix: 'local http = require("socket.http")',
  },
  {
    code: 'lua-5-1',
    bad: inHandler('local a = unpack(ctx.list)'),
    severity: 'warning',
    good: inHandler('local unpack = unpack or table.unpack local a = unpack(ctx.list, math.pow(1, 2))'),
    fix: 'table.unpack',
  },
  {
    code: 'global-in-function',
    bad: inHandler('last = event.mailbox'),
    severity: 'info',
    good: 'last = nil\n' + inHandler('last = event.mailbox'),
  },
  {
    code: 'global-in-function',
    bad: 'dovecot.restrict_global_variables(true)\n' + inHandler('last = event.mailbox'),
    severity: 'error',
    good: 'dovecot.restrict_global_variables(true)\n' + inHandler('local last = event.mailbox'),
  },
];

describe('checkScript', () => {
  it.each(cases)('finds $code in $bad', ({ code, dialect, bad, severity, fix }) => {
    const found = check(bad, dialect).find((finding) => finding.code === code);
    expect(found).toMatchObject({ severity, ...(fix !== undefined && { fix }) });
  });

  it.each(cases)('does not find $code in $good', ({ code, dialect, good }) => {
    expect(check(good, dialect).filter((finding) => finding.code === code)).toEqual([]);
    expect(brief(check(good, dialect)).filter((text) => text.startsWith('error'))).toEqual([]);
  });

  it('has an example of every rule', () => {
    expect(new Set(rules.map(({ code }) => code))).toEqual(new Set(cases.map(({ code }) => code)));
    for (const { why } of rules) expect(why.length).toBeGreaterThan(20);
  });

  it('says where it is, in characters of the line', () => {
    const [found] = check(inHandler('local ä, s = "ää", "x" .. event.subject')).filter(
      ({ code }) => code === 'may-be-nil',
    );
    // The line is not Lua because of ä as a name; the compiler says so instead.
    expect(found).toBeUndefined();
    const text = inHandler('local s = "ää" .. event.subject');
    const column = (text.split('\n')[2]?.indexOf('event.subject') ?? 0) + 1;
    expect(check(text)).toContainEqual(
      expect.objectContaining({
        code: 'may-be-nil',
        line: 3,
        column,
        endColumn: column + 'event.subject'.length,
      }),
    );
  });

  it.each([
    ['x = = 1', "unexpected symbol near '='", 1],
    ['\n\nfunction f(\nend', "<name> or '...' expected near 'end'", 4],
    ['x = "abc', 'unfinished string near <eof>', 1],
    ['goto nowhere', "no visible label 'nowhere' for <goto> at line 1", 1],
    ['#!/usr/bin/lua\nx = = 1', "unexpected symbol near '='", 2],
  ])('gives for %j what Lua says', (source, message, line) => {
    expect(check(source)).toEqual([{ severity: 'error', code: 'syntax', message, line, column: 1 }]);
  });

  it('refuses a new value for a constant, as Lua 5.4 does', () => {
    expect(check('local x <const> = 1\nx = 2')).toMatchObject([
      { code: 'syntax', line: 2, message: "attempt to assign to const variable 'x'" },
    ]);
  });

  it('finds a mistake behind what only Lua 5.4 knows', () => {
    expect(check('local x <const> = 1\nlocal y = = 2')).toMatchObject([{ code: 'syntax', line: 2 }]);
  });

  it('refuses byte code', () => {
    expect(check(Buffer.from('\x1bLua'))).toMatchObject([{ severity: 'error', code: 'byte-code' }]);
  });

  it('takes a byte order mark and a first line for a shell, as luaL_loadfile does', () => {
    expect(check(`\u{feff}#!/usr/bin/lua\n${atTop('')}`)).toEqual([]);
  });

  it.each([
    ['deep parentheses', `x = ${'('.repeat(150_000)}`],
    ['deep tables', `x = ${'{'.repeat(190)}${'}'.repeat(190)}`],
    ['a long sum', `x = 1${'+1'.repeat(200_000)}`],
    ['many functions', 'function f(x) return x .. x end '.repeat(5000)],
    [
      'many tests',
      `${handler} ${'if not event.subject then return end local s = "a" .. event.subject '.repeat(190)} end`,
    ],
    ['many globals', Array.from({ length: 10_000 }, (_, i) => `g${i} = h${i}`).join('\n')],
    ['a chain of assignments', Array.from({ length: 5000 }, (_, i) => `a${i} = a${i + 1}`).join('\n')],
    ['an endless string', `x = "${'\\'.repeat(500_001)}`],
  ])(
    'is done with %s in time',
    (_, source) => {
      const start = performance.now();
      expect(check(source).length).toBeLessThanOrEqual(201);
      expect(performance.now() - start).toBeLessThan(20_000);
    },
    30_000,
  );

  it('does not read a script that is too large', () => {
    expect(check(new Uint8Array(MAX_SCRIPT_BYTES + 1))).toMatchObject([
      { severity: 'warning', code: 'not-checked' },
    ]);
  });

  it('never throws, whatever pieces a script is made of', () => {
    const piece = fc.constantFrom(
      ...'function end local return if then else for in do while = ( ) { } [ ] . : , .. # & x event ctx user constructor __proto__ "toString" 1 1.5 nil true ... dovecot string require setmetatable _G dovecot_lua_notify_begin_txn dovecot_lua_notify_event_message_new'.split(
        ' ',
      ),
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        check(pieces.join(' '));
      }),
      { numRuns: 400 },
    );
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'takes %s for a name as any other',
    (name) => {
      const text = `${atTop(`local m = require("${name}") local c = dovecot.http.client{ ${name} = 1, request_timeout_msecs = 1 } local y = string.${name} local z = m.${name}`)} local w = ${name}`;
      for (const { fix } of check(text)) expect(typeof (fix ?? '')).toBe('string');
    },
  );

  it('is milder about names that this program adds, unless it is to be strict', () => {
    const text = inHandler('local f = dovecot.restore_flag(1, 2)');
    expect(brief(check(text, '2.3', { strict: false }))).toEqual(['warning unknown-member 3']);
  });

  it.each([
    inBegin(
      'local ok, url = pcall(function() return user:plugin_getenv("url") end) return { url = ok and url }',
    ),
    `local s\nfunction script_init(given) s = given return 0 end\n${inBegin('return { url = s and s.url or user:plugin_getenv("url") }')}`,
  ])('takes it for no error in 2.4 that a script of both releases asks 2.3: %j', (text) => {
    expect(brief(check(text, '2.4'))).toEqual([]);
    expect(brief(check(text, '2.3'))).toEqual([]);
  });

  it('says nothing about hidden handlers of a helper module', () => {
    expect(brief(check('require("push_common")'), true)).toEqual([]);
  });
});

const folder = path.resolve(import.meta.dirname, '../../../fixtures/lua-scripts/check');
const wrongDialect: Readonly<Record<string, LuaDialect>> = {
  'settings-24.lua': '2.3',
  'json-over-https.lua': '2.4',
  'coroutine-batches.lua': '2.4',
};

describe('scripts as people run them', () => {
  const files = readdirSync(folder);
  const runs = files.flatMap((file) =>
    (['document', '2.3', '2.4'] as const)
      .filter((dialect) => wrongDialect[file] !== dialect)
      .map((dialect) => ({ file, dialect })),
  );

  it.each(runs)('finds no error in $file for $dialect', ({ file, dialect }) => {
    const found = brief(check(readFileSync(path.join(folder, file)), dialect));
    expect(found.filter((text) => text.startsWith('error'))).toEqual([]);
    expect(found.length).toBeLessThanOrEqual(file === 'settings-24.lua' ? 2 : 0);
  });

  it.each(Object.entries(wrongDialect))('finds errors in %s for %s', (file, dialect) => {
    expect(brief(check(readFileSync(path.join(folder, file)), dialect)).join()).toContain('error');
  });
});

const shared = path.resolve(import.meta.dirname, '../../../../../shared/dovecot');

describe.skipIf(!existsSync(path.join(shared, 'example-1.lua')))("the document's examples", () => {
  const example = (name: string, dialect: LuaDialect) =>
    brief(check(readFileSync(path.join(shared, name)), dialect));

  it.each(['2.3', 'document'] as const)('has only real doubts about them in %s', (dialect) => {
    expect(example('example-1.lua', dialect)).toEqual(['warning no-timeout 25']);
    expect(example('example-2.lua', dialect)).toEqual([
      'warning no-timeout 48',
      'warning add-int 56',
      'warning float-as-text 62',
      'warning float-as-text 62',
      'warning float-as-text 62',
      'warning add-int 72',
    ]);
  });

  it('says that they die in begin_txn in 2.4', () => {
    expect(example('example-1.lua', '2.4')).toContain('error not-in-dialect 19');
    expect(example('example-2.lua', '2.4')).toContain('error not-in-dialect 24');
  });
});
