import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openScriptRules, SCRIPT_RULES_FILE } from '../../main/config/script-rules.ts';
import { scriptRulesOf } from '../../main/script-rules.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'dovebell-rules-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const write = (text: string) => writeFileSync(path.join(folder, SCRIPT_RULES_FILE), text);

describe('the rules of scripts', () => {
  it('are none where nobody has said anything', async () => {
    const rules = await openScriptRules(folder);
    expect(rules.all).toEqual({});
    expect(rules.ruleFor('/x.lua')).toEqual({});
    expect(await scriptRulesOf(folder)('/x.lua')).toEqual({ access: 'local' });
  });

  it('are kept by the absolute path of the script, for this user of the machine alone', async () => {
    const rules = await openScriptRules(folder);
    await rules.set('/scripts/../scripts/x.lua', { net: 'all', trusted: true, timeLimitMs: 500 });
    await rules.set('/y.lua', { dialect: 'document' });
    const again = await openScriptRules(folder);
    expect(again.all).toEqual({
      '/scripts/x.lua': { net: 'all', trusted: true, timeLimitMs: 500 },
      '/y.lua': { dialect: 'document' },
    });
    expect(statSync(path.join(folder, SCRIPT_RULES_FILE)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual([SCRIPT_RULES_FILE]);
    await again.set('/scripts/x.lua', undefined);
    expect((await openScriptRules(folder)).ruleFor('/scripts/x.lua')).toEqual({});
  });

  it('hold for the next start of a script, without a restart of the program', async () => {
    const rulesFor = scriptRulesOf(folder);
    const rules = await openScriptRules(folder);
    await rules.set('/x.lua', { net: 'capture', trusted: false, dialect: '2.4', timeLimitMs: 10 });
    expect(await rulesFor('/x.lua')).toEqual({
      access: 'capture',
      trusted: false,
      dialect: '2.4',
      timeLimitMs: 10,
    });
    await rules.set('/x.lua', undefined);
    expect(await rulesFor('/x.lua')).toEqual({ access: 'local' });
  });

  it('are never loosened by a file that is something else: it is named, and stays as it is', async () => {
    for (const text of [
      'no json',
      '[]',
      '{"version":2,"scripts":{}}',
      '{"version":1,"scripts":{"/x.lua":{"net":"everywhere"}}}',
      '{"version":1,"scripts":{"/x.lua":{"trusted":"yes"}}}',
      '{"version":1,"scripts":{"/x.lua":{"timeLimitMs":0}}}',
    ]) {
      write(text);
      await expect(openScriptRules(folder)).rejects.toThrow(
        `${path.join(folder, SCRIPT_RULES_FILE)} does not hold rules for scripts: `,
      );
      await expect(scriptRulesOf(folder)('/x.lua')).rejects.toThrow('does not hold rules');
      expect(readFileSync(path.join(folder, SCRIPT_RULES_FILE), 'utf8')).toBe(text);
    }
  });

  it('of names that JavaScript knows are rules of scripts', async () => {
    write('{"version":1,"scripts":{"/__proto__":{"trusted":true}}}');
    const rules = await openScriptRules(folder);
    expect(rules.ruleFor('/__proto__')).toEqual({ trusted: true });
    expect(rules.ruleFor('/constructor')).toEqual({});
  });
});
