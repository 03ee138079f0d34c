---@meta
-- The events of Dovecot's push notification framework, and the functions that a push script defines.
-- Dovecot 2.3.10 and newer, and 2.4. RFC 5423.
--
-- For lua-language-server: add this folder to `workspace.library` in .luarc.json. Name the types of your
-- parameters, for example `---@param event dovecot.MessageNew`.
--
-- Numbers are floats in Lua 5.3 and newer: `tostring(event.uid)` is "5.0". Print them with
-- `string.format("%d", event.uid)`. Texts are octets; from and to may not be UTF-8.

---A system flag, e.g. "\\Seen".
---@alias dovecot.Flag "\\Answered"|"\\Flagged"|"\\Deleted"|"\\Seen"|"\\Draft"|"\\Recent"

---What every event has.
---@class dovecot.Notification
---@field name string The name of the event, e.g. "MessageNew".
---@field mailbox string UTF-8, "/" or the namespace's separator between levels.

---@class dovecot.MessageNotification : dovecot.Notification
---@field uid number Whole.
---@field uid_validity number Whole, up to 4294967295.

---@class dovecot.MessageHeaders : dovecot.MessageNotification
---@field date number Seconds since 1970; 0 without a valid Date header.
---@field tz number Minutes east of UTC.
---@field from string The raw header, encoded words and folding as they came; "" when it is missing.
---@field from_address string Of the first address; "" when there is none.
---@field from_display_name string Decoded; "" when there is none.
---@field to string As `from`.
---@field to_address string
---@field to_display_name string
---@field subject string|nil Decoded, UTF-8; nil when the header is missing.
---@field snippet string|nil The first 200 characters of the text; "" without text, nil on an error.
---@field message_id string|nil With its angle brackets.
---@field flags dovecot.Flag[]
---@field keywords string[]

---A message was delivered (LMTP, LDA, Sieve).
---@class dovecot.MessageNew : dovecot.MessageHeaders

---A message was saved or copied by a client (APPEND, COPY, the target of MOVE).
---@class dovecot.MessageAppend : dovecot.MessageHeaders

---A message is gone (EXPUNGE, CLOSE, the source of MOVE).
---@class dovecot.MessageExpunge : dovecot.MessageNotification

---\Seen went on.
---@class dovecot.MessageRead : dovecot.MessageNotification

---\Deleted went on.
---@class dovecot.MessageTrash : dovecot.MessageNotification

---Flags or keywords were set; both lists are empty when only keywords were cleared.
---@class dovecot.FlagsSet : dovecot.MessageNotification
---@field flags dovecot.Flag[]
---@field keywords string[]

---Comes with every change of flags, with empty lists when nothing was cleared.
---@class dovecot.FlagsClear : dovecot.MessageNotification
---@field flags dovecot.Flag[]
---@field keywords string[]
---@field flags_old dovecot.Flag[] The flags before the change.
---@field keywords_old string[]

---@class dovecot.MailboxCreate : dovecot.Notification

---@class dovecot.MailboxDelete : dovecot.Notification

---`mailbox` is the new name; the children of a renamed mailbox have no event.
---@class dovecot.MailboxRename : dovecot.Notification
---@field mailbox_old string

---@class dovecot.MailboxSubscribe : dovecot.Notification

---@class dovecot.MailboxUnsubscribe : dovecot.Notification

---Runs once for each user session. Dovecot 2.3 calls it without an argument and wants 0, anything else switches the
---driver off; 2.4 gives `lua_settings` and ignores the result. Return 0 in both.
---@param settings table<string, string>|nil
---@return 0
function script_init(settings) end

---Runs when the script is unloaded.
function script_deinit() end

---A transaction begins. **An error in it ends the whole mail process**: guard it with pcall.
---@param user dovecot.MailUser Do not keep it beyond the transaction.
---@return any context Handed to the other functions.
function dovecot_lua_notify_begin_txn(user) end

---The transaction is over; required.
---@param context any
---@param success boolean False after a rollback, when no handler was called.
function dovecot_lua_notify_end_txn(context, success) end

---@param context any
---@param event dovecot.FlagsClear
function dovecot_lua_notify_event_flags_clear(context, event) end

---@param context any
---@param event dovecot.FlagsSet
function dovecot_lua_notify_event_flags_set(context, event) end

---@param context any
---@param event dovecot.MailboxCreate
function dovecot_lua_notify_event_mailbox_create(context, event) end

---@param context any
---@param event dovecot.MailboxDelete
function dovecot_lua_notify_event_mailbox_delete(context, event) end

---@param context any
---@param event dovecot.MailboxRename
function dovecot_lua_notify_event_mailbox_rename(context, event) end

---@param context any
---@param event dovecot.MailboxSubscribe
function dovecot_lua_notify_event_mailbox_subscribe(context, event) end

---@param context any
---@param event dovecot.MailboxUnsubscribe
function dovecot_lua_notify_event_mailbox_unsubscribe(context, event) end

---@param context any
---@param event dovecot.MessageAppend
function dovecot_lua_notify_event_message_append(context, event) end

---@param context any
---@param event dovecot.MessageExpunge
function dovecot_lua_notify_event_message_expunge(context, event) end

---@param context any
---@param event dovecot.MessageNew
function dovecot_lua_notify_event_message_new(context, event) end

---@param context any
---@param event dovecot.MessageRead
function dovecot_lua_notify_event_message_read(context, event) end

---@param context any
---@param event dovecot.MessageTrash
function dovecot_lua_notify_event_message_trash(context, event) end
