import type { DriverRegistry } from '#framework';
import type { PushConfigOptions, PushDialect } from '../config/push-config.ts';
import type { SimulatedTransaction, SimulationLine } from './mail-process.ts';
import { performSteps, type StepAnswer, type StepOptions } from './perform-steps.ts';
import { prepareStore } from './prepare-store.ts';
import type { ScenarioInput } from './scenario.ts';
import { createConfigReader } from './server-config.ts';

export interface SimulationOptions {
  /** The text of the configuration. */
  readonly config: string;
  readonly dialect: PushDialect;
  /** Which of the runs of the scenario: METADATA may differ. */
  readonly run: string;
  readonly makeRegistry: () => DriverRegistry;
  readonly deduplicateRegistrations: boolean;
  readonly clock: () => number;
  readonly homeOf: (user: string) => string;
  /** What the server is called; nothing when absent. */
  readonly hostname?: string;
  readonly configOptions?: Pick<PushConfigOptions, 'fileProblem' | 'modules' | 'folder'>;
  readonly beforeCommand?: StepOptions['beforeCommand'];
  hear(line: SimulationLine): void;
  report?(transaction: SimulatedTransaction): void;
  answered?(answer: StepAnswer): void;
}

/** The server does not take the configuration: nothing was performed. In Dovecot's words. */
export class ConfigRefused extends Error {
  override readonly name = 'ConfigRefused';
}

/**
 * Performs a scenario from the start: store, framework and drivers as the configuration has them.
 * @throws ConfigRefused
 */
export async function simulate(input: ScenarioInput, options: SimulationOptions): Promise<void> {
  const { config, dialect, configOptions } = options;
  const base = input.mail_plugins && { pluginBase: input.mail_plugins };
  const configFor = createConfigReader(config, { dialect, ...base, ...configOptions });
  const { activation } = configFor('lmtp').push;
  if (activation.state === 'refused') throw new ConfigRefused(activation.message);
  const store = await prepareStore(input, options.run, options.clock);
  const { clock, deduplicateRegistrations, makeRegistry, homeOf, hostname = '', beforeCommand } = options;
  await performSteps(input.steps, {
    world: {
      store,
      clock,
      deduplicateRegistrations,
      makeRegistry,
      homeOf,
      hostname,
      hear: (line) => options.hear(line),
      report: (transaction) => options.report?.(transaction),
    },
    configFor,
    user: input.user,
    ...(beforeCommand && { beforeCommand }),
    answered: (answer) => options.answered?.(answer),
  });
}
