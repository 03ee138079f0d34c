import type { ScriptRules } from '#drivers';
import { DEFAULT_NET, type ScriptRulesFile } from './config/script-rules.ts';

/** The rules that a person has set, as the driver asks for them; see DEFAULT_NET for scripts without one. */
export function rulesFrom(rules: Pick<ScriptRulesFile, 'ruleFor'>): (file: string) => ScriptRules {
  return (file) => {
    const { net, ...rest } = rules.ruleFor(file);
    return { access: net ?? DEFAULT_NET, ...rest } as ScriptRules;
  };
}
