---@meta
-- The global table `dovecot`, log events and the HTTP client.

---@class dovecot
---@field storage dovecot.storage
---@field http dovecot.http|nil Since 2.3.19.
---@field base64 dovecot.base64|nil Since 2.4.2.
---@field dict table|nil In 2.4. Its calls yield, and a push script cannot.
---@field doveadm_client table|nil As `dict`.
dovecot = {}

---Writes to the log of the process, without the prefix "lua: ".
---@param text string
function dovecot.i_debug(text) end

---@param text string
function dovecot.i_info(text) end

---@param text string
function dovecot.i_warning(text) end

---@param text string
function dovecot.i_error(text) end

---A new event for log lines; its parent is the script's own when none is given.
---@param parent dovecot.LogEvent|nil
---@return dovecot.LogEvent
function dovecot.event(parent) end

---Whether all bits of `flag` are in `flags`.
---@param flags number
---@param flag number
---@return boolean
function dovecot.has_flag(flags, flag) end

---@param flags number
---@param flag number
---@return integer
function dovecot.set_flag(flags, flag) end

---@param flags number
---@param flag number
---@return integer
function dovecot.clear_flag(flags, flag) end

---When on, a new global that is no function is an error, and so is reading one that is not there. Since 2.3.17.
---@param isRestricted boolean
function dovecot.restrict_global_variables(isRestricted) end

---Since 2.4.
---@return { tv_sec: integer, tv_usec: integer }
function dovecot.gettimeofday() end

---Since 2.4.
---@return integer nanosecondsSince1970
function dovecot.nanoseconds() end

---Since 2.4.
---@return integer microsecondsSince1970
function dovecot.microseconds() end

---Since 2.4.
---@param address string
---@return 4|6|0 family 0 when it is no address.
function dovecot.net_ip_family(address) end

---Since 2.4.
---@param text string
---@return string
function dovecot.tabescape(text) end

---Since 2.4.
---@param text string
---@return string
function dovecot.tabunescape(text) end

---Since 2.4.
---@param text string
---@return string[]
function dovecot.split_tabescaped(text) end

---Since 2.4.2.
---@param template string
---@return string
function dovecot.var_expand(template) end

---@class dovecot.base64
local base64 = {}

---@param octets string
---@return string
function base64.encode(octets) end

---@param text string
---@return string octets What can be decoded; there is no error.
function base64.decode(text) end

---@class dovecot.LogEvent
local log_event = {}

---@param text string
---@return dovecot.LogEvent
function log_event:log_debug(text) end

---@param text string
---@return dovecot.LogEvent
function log_event:log_info(text) end

---@param text string
---@return dovecot.LogEvent
function log_event:log_warning(text) end

---@param text string
---@return dovecot.LogEvent
function log_event:log_error(text) end

---@param name string
---@return dovecot.LogEvent
function log_event:set_name(name) end

---@param key string
---@param value string
---@return dovecot.LogEvent
function log_event:add_str(key, value) end

---Raises an error when the value is no whole number, such as the text of a failed request.
---@param key string
---@param value integer
---@return dovecot.LogEvent
function log_event:add_int(key, value) end

---@param key string
---@param seconds integer
---@return dovecot.LogEvent
function log_event:add_timeval(key, seconds) end

---@param key string
---@param by integer
---@return dovecot.LogEvent
function log_event:inc_int(key, by) end

---@param prefix string
---@return dovecot.LogEvent
function log_event:append_log_prefix(prefix) end

---@param prefix string
---@return dovecot.LogEvent
function log_event:replace_log_prefix(prefix) end

---@return dovecot.LogEvent
function log_event:set_always_log_source() end

---Fields added to the result are for one log call only, and one there must be.
---@return dovecot.PassthroughEvent
function log_event:passthrough_event() end

---Since 2.4.1.
---@return dovecot.LogEvent
function log_event:set_forced_debug() end

---Since 2.4.1.
---@return dovecot.LogEvent
function log_event:unset_forced_debug() end

---Methods of a log event but for `passthrough_event` and the two of forced debug.
---@class dovecot.PassthroughEvent
---@field log_debug fun(self, text: string): dovecot.PassthroughEvent
---@field log_info fun(self, text: string): dovecot.PassthroughEvent
---@field log_warning fun(self, text: string): dovecot.PassthroughEvent
---@field log_error fun(self, text: string): dovecot.PassthroughEvent
---@field set_name fun(self, name: string): dovecot.PassthroughEvent
---@field add_str fun(self, key: string, value: string): dovecot.PassthroughEvent
---@field add_int fun(self, key: string, value: integer): dovecot.PassthroughEvent
---@field add_timeval fun(self, key: string, seconds: integer): dovecot.PassthroughEvent
---@field inc_int fun(self, key: string, by: integer): dovecot.PassthroughEvent
---@field append_log_prefix fun(self, prefix: string): dovecot.PassthroughEvent
---@field replace_log_prefix fun(self, prefix: string): dovecot.PassthroughEvent
---@field set_always_log_source fun(self): dovecot.PassthroughEvent

---@class dovecot.http
local http = {}

---Dovecot 2.3: numbers in milliseconds, unknown keys are ignored.
---@class dovecot.HttpSettings23
---@field user_agent string|nil
---@field rawlog_dir string|nil
---@field proxy_url string|nil
---@field connect_timeout_msecs integer|nil
---@field request_timeout_msecs integer|nil
---@field request_absolute_timeout_msecs integer|nil
---@field soft_connect_timeout_msecs integer|nil
---@field connect_backoff_time_msecs integer|nil
---@field connect_backoff_max_time_msecs integer|nil
---@field max_idle_time_msecs integer|nil
---@field max_auto_retry_delay_secs integer|nil
---@field max_attempts integer|nil
---@field max_connect_attempts integer|nil
---@field max_redirects integer|nil
---@field no_auto_redirect boolean|nil
---@field no_auto_retry boolean|nil
---@field debug boolean|nil
---@field event_parent dovecot.LogEvent|nil

---Dovecot 2.4: times are texts with a unit, booleans the texts "yes" and "no". **A Lua boolean or table as a value
---ends the mail process**; an unknown key is an error.
---@class dovecot.HttpSettings24
---@field user_agent string|nil
---@field rawlog_dir string|nil
---@field proxy_url string|nil
---@field connect_timeout string|nil E.g. "500ms".
---@field request_timeout string|nil
---@field request_absolute_timeout string|nil
---@field soft_connect_timeout string|nil
---@field max_idle_time string|nil
---@field request_max_attempts integer|nil
---@field max_connect_attempts integer|nil
---@field request_max_redirects integer|nil
---@field auto_redirect "yes"|"no"|nil
---@field auto_retry "yes"|"no"|nil
---@field event_parent dovecot.LogEvent|nil

---@param settings dovecot.HttpSettings23|dovecot.HttpSettings24
---@return dovecot.HttpClient
function http.client(settings) end

---@class dovecot.HttpClient
local http_client = {}

---@param options { url: string, method: string|nil }
---@return dovecot.HttpRequest
function http_client:request(options) end

---@class dovecot.HttpRequest
local http_request = {}

---@param name string
---@param value string Without CR and LF: they end the mail process in 2.4.
function http_request:add_header(name, value) end

---@param name string
function http_request:remove_header(name) end

---Once for each request; cut at a NUL.
---@param payload string
---@param waitForContinue boolean|nil Since 2.4; 2.3 always sends "Expect: 100-continue".
function http_request:set_payload(payload, waitForContinue) end

---Waits for the answer. Once for each request. What fails on the way is a status from 9000 on: 9002 no such host,
---9003 no connection, 9005 connection lost, 9008 no answer in time.
---@return dovecot.HttpResponse
function http_request:submit() end

---@class dovecot.HttpResponse
local http_response = {}

---@return integer
function http_response:status() end

---@return string
function http_response:reason() end

---@return string
function http_response:payload() end

---@param name string
---@return string value "" when the header is not there.
function http_response:header(name) end
