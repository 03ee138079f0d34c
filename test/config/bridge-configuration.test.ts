import { describe, expect, it } from 'vitest';
import { readBridgeScript } from '../../main/bridge-script.ts';
import { describeBridge } from '../../main/config/bridge-configuration.ts';

describe('describeBridge', () => {
  it('keeps the credentials out unless it is given them', () => {
    const text = describeBridge({ host: '127.0.0.1', port: 8009 });
    expect(text.match(/dovebell_url = http:\/\/LOGIN:PASSWORD@127\.0\.0\.1:8009$/gm)).toHaveLength(2);
  });

  it('writes a password that survives the variable expansion of Dovecot 2.3', () => {
    const text = describeBridge({
      host: '::1',
      port: 9,
      credentials: { login: 'dovebell', password: 'p%@ss' },
    });
    expect(text).toContain('  dovebell_url = http://dovebell:p%%25%%40ss@[::1]:9\n');
    expect(text).toContain('    dovebell_url = http://dovebell:p%25%40ss@[::1]:9\n');
  });

  it('names the settings that the script reads', async () => {
    const script = await readBridgeScript();
    const named = describeBridge({ host: 'h', port: 1 }).match(/dovebell_\w+(?= =)/g) ?? [];
    for (const name of named) expect(script).toContain(`"${name}"`);
  });
});
