import type { LineOutput } from './line-output.ts';
import { type ProgramRun, runProgram } from './programs.ts';
import type { ProgramEnd } from './results.ts';

/** Runs commands for a trusted script; what they print and the script does not read is shown. May throw FileFault. */
export interface ShellRunner {
  run(command: Uint8Array): ProgramRun;
  feed(command: Uint8Array, input: Uint8Array): ProgramEnd;
}

/** `folder`: the working directory of the programs. */
export function createShellRunner(folder: string, output: LineOutput, errors: LineOutput): ShellRunner {
  function show(run: ProgramRun): void {
    errors.write(run.errors);
    errors.flush();
  }
  return {
    run(command) {
      const run = runProgram(command, folder);
      show(run);
      return run;
    },
    feed(command, input) {
      const run = runProgram(command, folder, input);
      output.write(run.output);
      output.flush();
      show(run);
      return run.end;
    },
  };
}
