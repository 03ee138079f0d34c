import { access } from 'node:fs/promises';
import path from 'node:path';
import { DEFAULT_TIME_LIMIT_MS } from '../../drivers/lua/script-limits.ts';
import { dataFolder } from '../config/data-folder.ts';
import {
  DEFAULT_NET,
  MAX_TIME_LIMIT_MS,
  MIN_TIME_LIMIT_MS,
  netAccessNames,
  openScriptRules,
  scriptDialectNames,
  type ScriptRule,
  type ScriptRulesFile,
} from '../config/script-rules.ts';
import {
  parseNumber,
  parseOptions,
  readName,
  StartError,
  UsageError,
  type Command,
  type ExitCode,
  type Output,
} from './command.ts';

const options = {
  data: { type: 'string' },
  net: { type: 'string' },
  trusted: { type: 'string' },
  dialect: { type: 'string' },
  'time-limit': { type: 'string' },
  reset: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** A rule with the defaults that apply where nobody has said anything. */
interface EffectiveRule extends Required<Omit<ScriptRule, 'dialect'>> {
  /** `auto`: that of the push configuration. */
  readonly dialect: NonNullable<ScriptRule['dialect']> | 'auto';
}

const defaults: EffectiveRule = {
  net: DEFAULT_NET,
  trusted: false,
  dialect: 'auto',
  timeLimitMs: DEFAULT_TIME_LIMIT_MS,
};

/** Shows and changes what scripts may do; a running program takes a change up with the next transaction. */
export const luaRulesCommand: Command = {
  usage:
    'dovebell lua rules [SCRIPT [--net capture|local|all] [--trusted yes|no] [--dialect document|2.3|2.4|auto] [--time-limit MS|default] [--reset]] [--data DIR] [--json]',
  run: runLuaRules,
};

async function runLuaRules(args: readonly string[], { out }: Output): Promise<ExitCode> {
  const wanted = { names: ['the file of one script at most'], optional: true };
  const { values, positionals } = parseOptions(args, options, wanted);
  const change = readChange(values);
  const [script] = positionals;
  if (script === undefined && (change || values.reset))
    throw new UsageError('Give the file of the script whose rules are to change');
  const rules = await openRules(dataFolder(values.data));
  if (script === undefined) {
    out(values.json ? JSON.stringify(describeAll(rules)) : listAll(rules));
    return 0;
  }
  const file = path.resolve(script);
  if (change || values.reset) await changeRule(rules, file, { change, isReset: values.reset });
  const rule = rules.ruleFor(file);
  out(values.json ? JSON.stringify(describeRule(file, rule)) : listRule(file, rule));
  return 0;
}

async function openRules(dataDir: string): Promise<ScriptRulesFile> {
  return openScriptRules(dataDir).catch((error: unknown) => {
    throw new StartError((error as Error).message, { cause: error });
  });
}

/** What is to change; a member that is there and undefined goes back to its default. */
type RuleChange = { readonly [Key in keyof ScriptRule]: ScriptRule[Key] | undefined };

interface RuleValues {
  readonly net?: string | undefined;
  readonly trusted?: string | undefined;
  readonly dialect?: string | undefined;
  readonly 'time-limit'?: string | undefined;
}

function readChange(values: RuleValues): RuleChange | undefined {
  const { net, trusted, dialect, 'time-limit': limit } = values;
  const change: RuleChange = {
    ...(net !== undefined && { net: readName('--net', net, netAccessNames) }),
    ...(trusted !== undefined && { trusted: readName('--trusted', trusted, ['yes', 'no']) === 'yes' }),
    ...(dialect !== undefined && { dialect: readDialectRule(dialect) }),
    ...(limit !== undefined && { timeLimitMs: readTimeLimit(limit) }),
  };
  return Object.keys(change).length > 0 ? change : undefined;
}

function readDialectRule(text: string): ScriptRule['dialect'] {
  const name = readName('--dialect', text, [...scriptDialectNames, 'auto']);
  return name === 'auto' ? undefined : name;
}

function readTimeLimit(text: string): number | undefined {
  if (text === 'default') return undefined;
  return parseNumber('--time-limit', text, MIN_TIME_LIMIT_MS, MAX_TIME_LIMIT_MS);
}

async function changeRule(
  rules: ScriptRulesFile,
  file: string,
  { change = {}, isReset }: { readonly change: RuleChange | undefined; readonly isReset: boolean },
): Promise<void> {
  // A rule for a file that is not there is a slip of the pen; one that is left over can be taken away.
  if (Object.keys(change).length > 0) await mustBeReadable(file);
  const merged = { ...(isReset ? {} : rules.ruleFor(file)), ...change };
  const rule = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
  await rules.set(file, Object.keys(rule).length > 0 ? rule : undefined);
}

async function mustBeReadable(file: string): Promise<void> {
  await access(file).catch((error: unknown) => {
    throw new StartError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  });
}

function describeRule(file: string, rule: ScriptRule) {
  return { file, rule, effective: { ...defaults, ...rule } };
}

function describeAll({ all }: ScriptRulesFile) {
  return { defaults, scripts: Object.entries(all).map(([file, rule]) => describeRule(file, rule)) };
}

function listAll({ all }: ScriptRulesFile): string {
  const scripts = Object.entries(all).toSorted(([one], [other]) => (one < other ? -1 : 1));
  if (scripts.length > 0) return scripts.map(([file, rule]) => listRule(file, rule)).join('\n');
  return ['No script has rules of its own. For all of them:', ...factLines({})].join('\n');
}

function listRule(file: string, rule: ScriptRule): string {
  return [printable(file), ...factLines(rule)].join('\n');
}

const netWords: Readonly<Record<EffectiveRule['net'], string>> = {
  capture: 'nothing is sent, requests are recorded and answered with 200',
  local: 'requests go to this computer and the local network',
  all: 'requests go anywhere but to cloud metadata services',
};

function factLines(rule: ScriptRule): string[] {
  const { net, trusted, dialect, timeLimitMs } = { ...defaults, ...rule };
  const trust = trusted ? 'files, programs and modules of the whole machine' : 'files of its own folder only';
  const spoken =
    dialect === 'auto'
      ? 'as the push configuration is written for'
      : 'whatever the configuration is written for';
  const rows: readonly [keyof ScriptRule, string, string, string][] = [
    ['net', 'net', net, netWords[net]],
    ['trusted', 'trusted', trusted ? 'yes' : 'no', trust],
    ['dialect', 'dialect', dialect, spoken],
    ['timeLimitMs', 'time limit', `${timeLimitMs} ms`, "of the script's own time in one transaction"],
  ];
  return rows.map(([key, name, value, words]) => {
    const origin = rule[key] === undefined ? ' (default)' : '';
    return `  ${name.padEnd(12)}${value.padEnd(10)}${words}${origin}`;
  });
}

// The name of a file must not move the cursor or colour the terminal.
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\ufffd');
}
