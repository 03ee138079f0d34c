import type { ChildProcess } from 'node:child_process';

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

export declare function signalExitCode(signal: NodeJS.Signals | null): number;
export declare function endProcess(child: ChildProcess, graceMs?: number): Promise<void>;
