/** What a throw-away Dovecot needs to know. */
export interface DovecotSettings {
  readonly folder: string;
  readonly lmtpPort: number;
  readonly imapPort: number;
  /** The `plugin { … }` settings, one `name = value` a line. */
  readonly pluginSettings: string;
  readonly mailPlugins: string;
}

/** Owns the mail; the number needs no entry in /etc/passwd. */
export const MAIL_UID = 5000;
/** Every user may log in with it. */
export const DOVECOT_PASSWORD = 'secret';

/**
 * A Dovecot 2.3 configuration that touches nothing outside its folder and listens on 127.0.0.1 only.
 * Any user exists; METADATA is on; one process serves one client, so that each session begins with new drivers.
 */
export function dovecotConfig(settings: DovecotSettings): string {
  const { folder, lmtpPort, imapPort, pluginSettings, mailPlugins } = settings;
  return `
base_dir = ${folder}/base
state_dir = ${folder}/state
instance_name = dovebell-test
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no

log_path = ${folder}/dovecot.log
info_log_path = ${folder}/dovecot.log
debug_log_path = ${folder}/dovecot.log
mail_debug = yes

passdb {
  driver = static
  args = password=${DOVECOT_PASSWORD}
}
userdb {
  driver = static
  args = uid=${MAIL_UID} gid=${MAIL_UID} home=${folder}/mail/%u allow_all_users=yes
}
first_valid_uid = 1
mail_location = maildir:~/Maildir
namespace inbox {
  inbox = yes
  separator = /
}
mail_attribute_dict = file:%h/dovecot-attributes
mail_plugins = ${mailPlugins}
recipient_delimiter = +
lmtp_save_to_detail_mailbox = yes
lda_mailbox_autocreate = yes
hostname = mail.example
postmaster_address = postmaster@mail.example
protocol imap {
  imap_metadata = yes
}

plugin {
${pluginSettings}
}

${services(lmtpPort, imapPort)}`;
}

function services(lmtpPort: number, imapPort: number): string {
  return `service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
service imap {
  service_count = 1
}
service lmtp {
  service_count = 1
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtpPort}
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
  unix_listener stats-writer {
    mode = 0666
  }
}
service auth {
  unix_listener auth-userdb {
    mode = 0666
  }
}
`;
}
