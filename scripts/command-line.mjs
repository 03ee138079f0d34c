import { pathToFileURL } from 'node:url';
import { inCheckout } from './checkout.mjs';

/**
 * Runs Dovebell's command line in this process; the build must be there.
 *
 * @param {string[]} args the subcommand and its arguments
 * @returns {Promise<number>} the exit code
 */
export async function runCommandLine(args) {
  const { runCli } = await import(pathToFileURL(inCheckout('out', 'main', 'cli.js')).href);
  return runCli(args);
}
