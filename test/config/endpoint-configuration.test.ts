import { describe, expect, it } from 'vitest';
import { describeEndpoint } from '../../main/config/endpoint-configuration.ts';

describe('describeEndpoint', () => {
  it('keeps the credentials out unless it is given them', () => {
    const text = describeEndpoint({ host: '127.0.0.1', port: 8009 });
    expect(text).toContain('ox:url=http://LOGIN:PASSWORD@127.0.0.1:8009/preliminary/http-notify/v1/notify');
  });

  it('writes a password that survives the variable expansion of Dovecot 2.3', () => {
    const credentials = { login: 'dovebell', password: 'p%@ss' };
    const text = describeEndpoint({ host: '::1', port: 9, credentials });
    // `%` and `@` are percent-encoded for the URL, then each % is doubled for the setting.
    expect(text).toContain('ox:url=http://dovebell:p%%25%%40ss@[::1]:9/');
    expect(text).toContain('ox_url = http://dovebell:p%25%40ss@[::1]:9/');
  });
});
