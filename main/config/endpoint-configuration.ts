import { formatHostPort, OX_NOTIFY_PATH } from '#contract/ox';

/** Where a server should send. Without credentials the placeholders LOGIN and PASSWORD stand in the URL. */
export interface EndpointAddress {
  readonly host: string;
  readonly port: number;
  readonly credentials?: { readonly login: string; readonly password: string };
}

/** The METADATA entry that switches the ox driver on for one user. */
const METADATA_ENTRY = '/private/vendor/vendor.dovecot/http-notify';

/** Configuration for Dovecot 2.3 and 2.4, ready to paste, and the line that switches a user on. */
export function describeEndpoint(address: EndpointAddress): string {
  return [
    '# Dovecot 2.3, for example in conf.d/90-push-notification.conf',
    'protocol lmtp {',
    '  mail_plugins = $mail_plugins notify push_notification',
    '}',
    'plugin {',
    // The setting is variable-expanded before the URL is read: a single % would begin a variable.
    `  push_notification_driver = ox:url=${endpointUrl(address).replaceAll('%', '%%')}`,
    '}',
    'mail_attribute_dict = file:%h/dovecot-attributes',
    '',
    '# Dovecot 2.4',
    'protocol lmtp {',
    '  mail_plugins {',
    '    notify = yes',
    '    push_notification = yes',
    '  }',
    '}',
    'push_notification ox {',
    `  ox_url = ${endpointUrl(address)}`,
    '}',
    'mail_attribute {',
    '  dict file {',
    '    path = %{home}/dovecot-attributes',
    '  }',
    '}',
    '',
    '# Once for each user whose deliveries should be notified (nothing is sent without it)',
    `doveadm mailbox metadata set -u USER -s "" ${METADATA_ENTRY} user=USER`,
    ...(address.credentials
      ? []
      : ['', '# dovebell endpoint --show-secret writes the login and the password into the URL']),
  ].join('\n');
}

function endpointUrl({ host, port, credentials }: EndpointAddress): string {
  const login = credentials ? encodeURIComponent(credentials.login) : 'LOGIN';
  const password = credentials ? encodeURIComponent(credentials.password) : 'PASSWORD';
  return `http://${login}:${password}@${formatHostPort(host, port)}${OX_NOTIFY_PATH}`;
}
