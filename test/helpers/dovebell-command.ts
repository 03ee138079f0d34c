import { execFile } from 'node:child_process';
import { inCheckout } from '../../scripts/checkout.mjs';

const COMMAND_TIMEOUT_MS = 30_000;
/** An export of a test's timeline. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one `dovebell` command to its end. */
export function dovebell(...args: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve) => {
    const command = [inCheckout('scripts', 'dovebell.mjs'), ...args];
    const options = { timeout: COMMAND_TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES };
    execFile(process.execPath, command, options, (error, stdout, stderr) => {
      const code = error ? Number(error.code ?? -1) : 0;
      resolve({ code, stdout, stderr });
    });
  });
}
