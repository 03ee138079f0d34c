import type {
  ChildProcess,
  ChildProcessByStdio,
  SpawnOptions,
  SpawnOptionsWithStdioTuple,
  StdioNull,
  StdioPipe,
} from 'node:child_process';
import type { Readable } from 'node:stream';

export interface ProcessResult {
  readonly code: number;
  readonly output: string;
}

export declare function runProcess(
  file: string,
  args: readonly string[],
  options?: {
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly output?: 'collect' | 'show' | 'both';
    readonly timeoutMs?: number;
  },
): Promise<ProcessResult>;

export declare function spawnDependent(
  file: string,
  args: readonly string[],
  options: SpawnOptionsWithStdioTuple<StdioNull, StdioPipe, StdioPipe>,
): ChildProcessByStdio<null, Readable, Readable>;
export declare function spawnDependent(
  file: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess;
export declare function signalExitCode(signal: NodeJS.Signals | null): number;
export declare function endProcess(child: ChildProcess, graceMs?: number): Promise<void>;
