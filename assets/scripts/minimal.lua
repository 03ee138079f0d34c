-- Writes a line to Dovecot's log for each new message. The smallest push script: begin from here.
-- Dialect: 2.3 and 2.4
--
-- Dovecot 2.3:  plugin { push_notification_driver = lua:file=/etc/dovecot/minimal.lua }
-- Dovecot 2.4:  push_notification lua { lua_file = /etc/dovecot/minimal.lua }

-- 2.3 wants a 0 from it.
function script_init()
  return 0
end

-- What it returns is handed to the other functions. An error here would end the mail process, so it does little.
function dovecot_lua_notify_begin_txn(user)
  return { user = user.username }
end

function dovecot_lua_notify_event_message_new(context, event)
  -- uid is a float: %d writes 5 where tostring would write 5.0. A message without Subject has none here either.
  local line = string.format("%s: %s %d: %s", context.user, event.mailbox, event.uid, event.subject or "(no subject)")
  dovecot.event():log_info(line)
end

-- Dovecot wants it to be there. `success` is false after a rollback.
function dovecot_lua_notify_end_txn(context, success)
end
