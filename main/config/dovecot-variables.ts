import { expandVariables23 } from './dovecot-variables-23.ts';
import { expandVariables24 } from './dovecot-variables-24.ts';
import type { ConfigVariables, Expansion, PushDialect } from './push-config-types.ts';

/** Expands the variables of a setting for one user. Pure, never throws; without a `%` the text stays as it is. */
export function expandVariables(text: string, variables: ConfigVariables, dialect: PushDialect): Expansion {
  if (!text.includes('%')) return { text };
  return dialect === '2.3' ? expandVariables23(text, variables) : expandVariables24(text, variables);
}

/**
 * The variables of one user's session: what is given, and what follows from it (`username` and `domain` from
 * `user`, the `auth_…` ones). Addresses and the like are empty, as they are for Dovecot where there is no peer.
 */
export function userVariables(
  given: ConfigVariables & { readonly user: string; readonly service: string },
): ConfigVariables {
  const at = given.user.indexOf('@');
  const username = at < 0 ? given.user : given.user.slice(0, at);
  const domain = at < 0 ? '' : given.user.slice(at + 1);
  const none = { lip: '', rip: '', local_ip: '', remote_ip: '', session: '', hostname: '' };
  const login = {
    auth_user: given.user,
    auth_username: username,
    auth_domain: domain,
    protocol: given.service,
  };
  return { ...none, username, domain, ...login, ...given };
}
