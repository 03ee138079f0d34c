import { UsageError, type Command } from './command.ts';
import { luaCheckCommand } from './lua-check.ts';
import { luaRulesCommand } from './lua-rules.ts';
import { luaRunCommand } from './lua-run.ts';

/** What can be done with a push script, one line each. */
const subcommands: ReadonlyMap<string, Command> = new Map([
  ['check', luaCheckCommand],
  ['run', luaRunCommand],
  ['rules', luaRulesCommand],
]);

/** `dovebell lua …`: push scripts without a mail server. */
export const luaCommand: Command = {
  usage: [...subcommands.values()].map(({ usage }) => usage).join('\n  '),
  async run([name, ...args], output) {
    const subcommand = name === undefined ? undefined : subcommands.get(name);
    if (subcommand) return subcommand.run(args, output);
    throw new UsageError(
      name === undefined
        ? `Say what to do: ${[...subcommands.keys()].join(', ')}`
        : `There is no lua ${name}, but ${[...subcommands.keys()].join(', ')}`,
    );
  },
};
