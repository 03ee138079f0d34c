import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { LogLevel } from '#framework';
import type { SimulationLine } from '../simulation/mail-process.ts';
import type { StepAnswer } from '../simulation/perform-steps.ts';
import { createProcessDrivers } from '../simulation/process-drivers.ts';
import { detectDialect } from '../config/push-dialect.ts';
import { scenarioSchema, type ScenarioInput } from '../simulation/scenario.ts';
import { ConfigRefused, simulate, type SimulationOptions } from '../simulation/simulate.ts';
import { createLuaEngine } from '#drivers';
import { dataFolder } from '../config/data-folder.ts';
import { scriptRulesOf } from '../script-rules.ts';
import { workersDir } from '../workers-dir.ts';
import { parseOptions, readDialect, StartError, UsageError, type Command, type Output } from './command.ts';

const options = {
  data: { type: 'string' },
  config: { type: 'string' },
  dialect: { type: 'string' },
  run: { type: 'string' },
  'shared-registrations': { type: 'boolean', default: false },
  strict: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** Performs a scenario: operations on mail in memory, and what the drivers make of them. */
export const simulateCommand: Command = {
  usage:
    'dovebell simulate SCENARIO.json [--config push.conf] [--dialect document|2.3|2.4] [--run dlog|ox|lua] [--shared-registrations] [--strict] [--json]',
  async run(args, output) {
    const { values, positionals } = parseOptions(args, options, { names: ['the file of the scenario'] });
    const input = await readScenario(positionals[0] ?? '');
    const chosen = chooseConfig(input, values.run);
    const config = values.config === undefined ? chosen.config : await readText(values.config);
    // What the document says differs for scripts only.
    const isDocument = values.dialect === 'document';
    const rulesFor = scriptRulesOf(dataFolder(values.data));
    const engine = createLuaEngine(workersDir());
    const simulation = {
      config,
      dialect: readDialect(isDocument ? '2.3' : values.dialect) ?? detectDialect(config) ?? '2.3',
      run: chosen.run,
      makeRegistry: createProcessDrivers({
        engine,
        strict: values.strict,
        rulesFor: async (file) => ({ ...(await rulesFor(file)), ...(isDocument && { dialect: 'document' }) }),
      }),
      deduplicateRegistrations: !values['shared-registrations'],
      clock: Date.now,
      homeOf: (user: string) => `/home/${user}`,
      configOptions: { folder: path.dirname(path.resolve(values.config ?? positionals[0] ?? '')) },
    };
    try {
      await simulate(input, { ...simulation, ...(values.json ? writeJson(output) : writeText(output)) });
      return 0;
    } catch (error) {
      if (!(error instanceof ConfigRefused)) throw error;
      output.err(`Dovecot does not take this configuration: ${error.message}`);
      return 1;
    } finally {
      await engine.close();
    }
  },
};

type Writers = Pick<SimulationOptions, 'hear' | 'answered' | 'report'>;

/** One object a line: `log`, `answer` and `transaction`, in the order in which they happened. */
function writeJson({ out }: Output): Writers {
  const write = (type: string) => (content: object) => out(JSON.stringify({ type, ...content }));
  return { hear: write('log'), answered: write('answer'), report: write('transaction') };
}

/** The log as Dovecot writes it, and what the server answered. */
function writeText({ out }: Output): Writers {
  return {
    hear: (line) => out(formatLine(line)),
    answered: (answer) => out(formatAnswer(answer)),
  };
}

const levelNames: Readonly<Record<LogLevel | 'fatal', string>> = {
  debug: 'Debug',
  info: 'Info',
  warning: 'Warning',
  error: 'Error',
  fatal: 'Fatal',
};

function formatLine({ service, user, level, text }: SimulationLine): string {
  const who = user === '' ? service : `${service}(${user})`;
  return printable(`${who}: ${levelNames[level]}: ${text}`);
}

// Mail must not move the cursor or colour the terminal.
function printable(text: string): string {
  return text.replaceAll('\n', '\n  ').replace(/[^\P{Cc}\n\t]/gu, '\ufffd');
}

function formatAnswer({ to, answer }: StepAnswer): string {
  return printable(answer === '' ? `> ${to}` : `> ${to} → ${answer}`);
}

async function readScenario(file: string): Promise<ScenarioInput> {
  const text = await readText(file);
  try {
    return scenarioSchema.parse(JSON.parse(text)).input;
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new StartError(`${file} is not a scenario: ${reason}`, { cause: error });
  }
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new StartError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  });
}

/** A scenario may have a configuration for each of several runs: the first one counts when none is asked for. */
function chooseConfig(
  { config }: ScenarioInput,
  asked: string | undefined,
): { readonly run: string; readonly config: string } {
  if (typeof config === 'string') return { run: asked ?? 'run', config };
  const run = asked ?? Object.keys(config)[0] ?? '';
  const text = config[run];
  if (text === undefined)
    throw new UsageError(`There is no run ${run} in the scenario, but ${Object.keys(config).join(', ')}`);
  return { run, config: text };
}
