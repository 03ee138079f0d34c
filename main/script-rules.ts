import type { ScriptRules } from '#drivers';
import { DEFAULT_NET, openScriptRules } from './config/script-rules.ts';

/**
 * What a person has allowed to scripts, as the lua driver asks for it: read anew whenever a script starts, so that
 * a change holds without a restart. A script without a rule has DEFAULT_NET.
 */
export function scriptRulesOf(dataDir: string): (file: string) => Promise<ScriptRules> {
  return async (file) => {
    const {
      net = DEFAULT_NET,
      trusted,
      dialect,
      timeLimitMs,
    } = (await openScriptRules(dataDir)).ruleFor(file);
    return {
      access: net,
      programFolder: dataDir,
      ...(trusted !== undefined && { trusted }),
      ...(dialect && { dialect }),
      ...(timeLimitMs !== undefined && { timeLimitMs }),
    };
  };
}
