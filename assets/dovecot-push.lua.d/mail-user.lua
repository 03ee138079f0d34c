---@meta
-- The user, mailboxes and their METADATA. Fields are copies: assigning to them changes nothing on the server.

---@class dovecot.MailUser
---@field username string Also what `tostring(user)` gives.
---@field home string|nil
---@field uid number Of the system's user.
---@field gid number
---@field service string "lmtp", "imap", "lda", "doveadm", …
---@field session_id string|nil
---@field session_create_time number Seconds since 1970.
---@field nonexistent boolean
---@field anonymous boolean
---@field autocreated boolean
---@field mail_debug boolean|nil 2.3 only.
---@field fuzzy_search boolean
---@field dsyncing boolean
---@field admin boolean
---@field session_restored boolean
local mail_user = {}

---A setting of `plugin { }`. 2.3 only: in 2.4 the method is nil and calling it is an error.
---@param name string
---@return string|nil
function mail_user:plugin_getenv(name) end

---@param template string
---@return string
function mail_user:var_expand(template) end

---The mailbox need not exist and is not opened.
---@param name string
---@param flags number|nil
---@return dovecot.Mailbox
function mail_user:mailbox(name, flags) end

---One result for each key. Keys begin with "/private/" or "/shared/". Since 2.3.7.
---@param key string
---@param ... string
---@return string|nil ...
function mail_user:metadata_get(key, ...) end

---@param key string
---@param value string|nil
function mail_user:metadata_set(key, value) end

---@param key string
function mail_user:metadata_unset(key) end

---@param prefix string
---@param ... string
---@return table<string, string>
function mail_user:metadata_list(prefix, ...) end

---@class dovecot.Mailbox
---@field name string The name in the storage.
---@field vname string The name as clients see it; also what `tostring(mailbox)` gives.
local mailbox = {}

function mailbox:open() end

function mailbox:close() end

---@param flags number|nil dovecot.storage.MAILBOX_SYNC_FLAG_…
function mailbox:sync(flags) end

---A mailbox that was freed must not be used; freeing it twice is no matter.
function mailbox:free() end

---@param item number dovecot.storage.STATUS_…
---@param ... number
---@return dovecot.MailboxStatus
function mailbox:status(item, ...) end

---@param key string
---@param ... string
---@return string|nil ...
function mailbox:metadata_get(key, ...) end

---@param key string
---@param value string|nil
function mailbox:metadata_set(key, value) end

---@param key string
function mailbox:metadata_unset(key) end

---@param prefix string
---@param ... string
---@return table<string, string>
function mailbox:metadata_list(prefix, ...) end

---All fields are there; what was not asked for is 0 or false.
---@class dovecot.MailboxStatus
---@field mailbox string
---@field messages number
---@field recent number
---@field unseen number
---@field uidvalidity number
---@field uidnext number
---@field first_unseen_seq number
---@field first_recent_uid number
---@field highest_modseq number
---@field highest_pvt_modseq number
---@field permanent_flags number
---@field flags number
---@field permanent_keywords boolean
---@field allow_new_keywords boolean
---@field nonpermanent_modseqs boolean
---@field no_modseq_tracking boolean
---@field have_guids boolean
---@field have_save_guids boolean
---@field have_only_guid128 boolean
---@field keywords string[]|nil Only with STATUS_KEYWORDS.
