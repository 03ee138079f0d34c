import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openScriptRules, SCRIPT_RULES_FILE } from '../../main/config/script-rules.ts';
import { scriptRulesOf } from '../../main/script-rules.ts';

let folder: string;
let dataDir: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'dovebell-rules-'));
  dataDir = path.join(folder, 'data');
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = () => path.join(dataDir, SCRIPT_RULES_FILE);

describe('the rules of scripts', () => {
  it('are none before anybody has said anything', async () => {
    const rules = await openScriptRules(dataDir);
    expect(rules.all).toEqual({});
    expect(rules.ruleFor('/a.lua')).toEqual({});
  });

  it('are kept by the absolute path, for the owner alone, and can be taken away', async () => {
    const rules = await openScriptRules(dataDir);
    await rules.set('push.lua', { net: 'all', trusted: true });
    const script = path.resolve('push.lua');
    const again = await openScriptRules(dataDir);
    expect(again.ruleFor(script)).toEqual({ net: 'all', trusted: true });
    expect(again.ruleFor('/elsewhere/push.lua')).toEqual({});
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    await again.set(script, undefined);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ version: 1, scripts: {} });
    expect(readdirSync(dataDir)).toEqual([SCRIPT_RULES_FILE]);
  });

  it.each([
    ['', /Unexpected end/],
    ['{"version":2,"scripts":{}}', /version/],
    ['{"version":1,"scripts":{"/a.lua":{"net":"everywhere"}}}', /net/],
    ['{"version":1,"scripts":{"/a.lua":{"timeLimitMs":1}}}', /timeLimitMs/],
  ])('of a file that holds %j are an error that names the file, not no rules', async (text, problem) => {
    await (await openScriptRules(dataDir)).set('/a.lua', {});
    writeFileSync(file(), text);
    await expect(openScriptRules(dataDir)).rejects.toThrow(problem);
    await expect(scriptRulesOf(dataDir)('/a.lua')).rejects.toThrow(file());
  });
});

describe('what a script may do', () => {
  it('is this computer and the local network by default', async () => {
    expect(await scriptRulesOf(dataDir)('/a.lua')).toEqual({ access: 'local', programFolder: dataDir });
  });

  it('is read anew each time', async () => {
    const rulesFor = scriptRulesOf(dataDir);
    await rulesFor('/a.lua');
    const rule = { net: 'capture', trusted: true, dialect: '2.4', timeLimitMs: 100 } as const;
    await (await openScriptRules(dataDir)).set('/a.lua', rule);
    expect(await rulesFor('/a.lua')).toMatchObject({
      access: 'capture',
      trusted: true,
      dialect: '2.4',
      timeLimitMs: 100,
    });
  });
});
