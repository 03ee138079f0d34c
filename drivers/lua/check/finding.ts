import type { LuaDialect } from '../script-context.ts';

/** error: certainly fails or does nothing. warning: goes wrong for some mail, or is not what it looks like. */
export type Severity = 'error' | 'warning' | 'info';

/** One thing that the check has to say about a script. Lines and columns count from 1, columns in characters. */
export interface Finding {
  readonly severity: Severity;
  /** Stable: what people filter by. */
  readonly code: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  /** The column after the last character; absent when the place is longer than the line. */
  readonly endColumn?: number;
  /** What to write instead, in words. */
  readonly fix?: string;
}

export interface CheckOptions {
  /** As Lua shows it in messages. */
  readonly file: string;
  readonly dialect: LuaDialect;
  /** True: as a real server takes it; false: what this program adds by itself is only warned about. */
  readonly strict: boolean;
}

/** Scripts of people have some hundred lines; a bigger text is data or an attack, and is not read further. */
export const MAX_SCRIPT_BYTES = 1024 * 1024;
/** Who has not understood it by then will not do so by more of the same. */
export const MAX_PER_RULE = 50;
/** More are not read by anybody: the most severe ones are kept. */
export const MAX_FINDINGS = 200;
