import { CANNOT_START } from './checkout.mjs';

/** One readable line about a set-up step. On standard error: standard output belongs to the program that follows. */
export function say(line) {
  process.stderr.write(`dovebell: ${line}\n`);
}

/** Something that set-up cannot repair by itself; the message says what to do. */
export class SetupError extends Error {
  name = 'SetupError';
}

/**
 * Runs a script's main function. A SetupError becomes one line and exit code 3; anything else keeps its stack.
 *
 * @param {() => Promise<number | undefined>} main resolves to the exit code
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = CANNOT_START;
  }
}
