import { BRIDGE_PATH } from '#contract/bridge';
import { formatHostPort } from '#contract/ox';
import type { EndpointAddress } from './endpoint-configuration.ts';

/** Where the printed configuration expects the script on the server. */
export const BRIDGE_SCRIPT_PLACE = '/etc/dovecot/dovebell-bridge.lua';

/** Configuration that makes a Dovecot server send every event, for 2.3 and 2.4; the script's header says more. */
export function describeBridge(address: EndpointAddress): string {
  const url = bridgeUrl(address);
  return [
    '# The bridge: all twelve events, of every folder and user, instead of new mail in INBOX alone.',
    '# Put its script on the server, readable for every mail user:',
    `#   dovebell endpoint --bridge-script > ${BRIDGE_SCRIPT_PLACE}`,
    `# It posts to ${BRIDGE_PATH} and holds a transaction up for 2 s at most.`,
    '',
    '# Dovecot 2.3.9 or newer; before 2.3.19 it needs the package lua-socket',
    'mail_plugins = $mail_plugins notify push_notification mail_lua push_notification_lua',
    'plugin {',
    '  # beside the ox driver: push_notification_driver2',
    `  push_notification_driver = lua:file=${BRIDGE_SCRIPT_PLACE}`,
    // Variable-expanded, as the ox driver's URL.
    `  dovebell_url = ${url.replaceAll('%', '%%')}`,
    '  # dovebell_timeout_msecs = 2000',
    '}',
    '',
    '# Dovecot 2.4',
    'mail_plugins {',
    '  notify = yes',
    '  push_notification = yes',
    '  mail_lua = yes',
    '  push_notification_lua = yes',
    '}',
    'push_notification lua {',
    `  lua_file = ${BRIDGE_SCRIPT_PLACE}`,
    '  lua_settings {',
    `    dovebell_url = ${url}`,
    '    # dovebell_timeout_msecs = 2000',
    '  }',
    '}',
  ].join('\n');
}

function bridgeUrl({ host, port, credentials }: EndpointAddress): string {
  const login = credentials ? encodeURIComponent(credentials.login) : 'LOGIN';
  const password = credentials ? encodeURIComponent(credentials.password) : 'PASSWORD';
  return `http://${login}:${password}@${formatHostPort(host, port)}`;
}
