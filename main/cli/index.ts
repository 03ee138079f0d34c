import { StartError, UsageError, type Command, type ExitCode, type Output } from './command.ts';
import { endpointCommand } from './endpoint.ts';
import { eventCommand } from './event.ts';
import { eventsCommand } from './events.ts';
import { luaCommand } from './lua.ts';
import { metadataCommand } from './metadata.ts';
import { sendCommand } from './send.ts';
import { serveCommand } from './serve.ts';
import { simulateCommand } from './simulate.ts';

/** The subcommands, one line each. */
export const commands: ReadonlyMap<string, Command> = new Map([
  ['serve', serveCommand],
  ['send', sendCommand],
  ['event', eventCommand],
  ['events', eventsCommand],
  ['simulate', simulateCommand],
  ['metadata', metadataCommand],
  ['endpoint', endpointCommand],
  ['lua', luaCommand],
]);

const standardOutput: Output = {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
};

/** Runs one command line (without the program's own name) and gives its exit code. Never throws. */
export async function runCli(argv: readonly string[], output: Output = standardOutput): Promise<number> {
  // `dovebell events list | head` closes our output early; that is no error.
  process.stdout.off('error', exitWhenClosed).on('error', exitWhenClosed);
  const [name, ...args] = argv;
  if (name === undefined || ['help', '--help', '-h'].includes(name)) {
    output.out(help());
    return name === undefined ? 2 : 0;
  }
  const command = commands.get(name);
  if (!command) {
    output.err(`dovebell: there is no command ${name}\n\n${help()}`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    output.out(`Usage: ${command.usage}`);
    return 0;
  }
  return runCommand(name, command, args, output);
}

function exitWhenClosed({ code }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE') process.exit(0);
}

async function runCommand(
  name: string,
  command: Command,
  args: readonly string[],
  output: Output,
): Promise<ExitCode> {
  try {
    return await command.run(args, output);
  } catch (error) {
    if (error instanceof UsageError) {
      output.err(`dovebell ${name}: ${error.message}\nUsage: ${command.usage}`);
      return 2;
    }
    output.err(`dovebell ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof StartError ? 3 : 1;
  }
}

function help(): string {
  return ['Usage: dovebell COMMAND', '', ...[...commands.values()].map(({ usage }) => `  ${usage}`)].join(
    '\n',
  );
}
