import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { constants } from 'node:os';
import { toText } from '../binding.ts';
import { childEnvironment } from './environment.ts';
import { FileFault } from './file-fault.ts';
import type { ProgramEnd } from './results.ts';

/** A script that waits longer holds up its user's notifications. */
const PROGRAM_TIME_LIMIT_MS = 30_000;

/** What is read of a program's output: it stands in memory. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

const NO_INPUT = new Uint8Array(0);

/** What a program did that a trusted script ran. */
export interface ProgramRun {
  readonly end: ProgramEnd;
  readonly output: Uint8Array;
  readonly errors: Uint8Array;
}

/**
 * Runs a command with the system's shell to its end, while the script waits. Unlike C's functions: not connected to
 * the program's own input and output, bounded in time and output.
 *
 * @throws FileFault when it cannot be started or is over its bounds
 */
export function runProgram(command: Uint8Array, folder: string, input: Uint8Array = NO_INPUT): ProgramRun {
  const run = spawnSync(commandText(command), {
    shell: true,
    cwd: folder,
    input,
    env: childEnvironment(),
    timeout: PROGRAM_TIME_LIMIT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
    windowsHide: true,
  });
  const failure = failureOf(run);
  if (failure) throw failure;
  return { end: endOf(run), output: new Uint8Array(run.stdout), errors: new Uint8Array(run.stderr) };
}

/** C sees a command up to its first NUL byte; Node gives arguments to programs as UTF-8 only. */
function commandText(command: Uint8Array): string {
  const end = command.indexOf(0);
  const seen = end < 0 ? command : command.subarray(0, end);
  const text = toText(seen);
  if (!Buffer.from(text, 'utf8').equals(seen)) throw new FileFault('EILSEQ');
  return text;
}

function failureOf({ error }: SpawnSyncReturns<Buffer>): FileFault | undefined {
  if (!error || !('code' in error)) return undefined;
  if (error.code === 'ETIMEDOUT')
    return new FileFault('ETIMEDOUT', `the program took more than ${PROGRAM_TIME_LIMIT_MS / 1000} seconds`);
  if (error.code === 'ENOBUFS')
    return new FileFault('EFBIG', `the program printed more than ${MAX_OUTPUT_BYTES} bytes`);
  // It ended without reading what the script wrote to it.
  if (error.code === 'EPIPE') return undefined;
  return new FileFault(String(error.code));
}

function endOf({ status, signal }: SpawnSyncReturns<Buffer>): ProgramEnd {
  if (signal) return { how: 'signal', code: constants.signals[signal] };
  return { how: 'exit', code: status ?? 0 };
}
