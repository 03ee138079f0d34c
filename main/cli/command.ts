import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { PushDialect } from '../config/push-config.ts';

/** 0 fine, 1 the thing checked failed, 2 wrong usage, 3 could not start. */
export type ExitCode = 0 | 1 | 2 | 3;

/** What a command writes to. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** A subcommand: its one-line usage for the help, and what it does. */
export interface Command {
  readonly usage: string;
  run(args: readonly string[], output: Output): Promise<ExitCode>;
}

/** The command line cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command cannot start: a port that is taken, a file that cannot be read. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** @throws UsageError unless the text names one of the two Dovecots. Undefined stays undefined. */
export function readDialect(text: string | undefined): PushDialect | undefined {
  if (text === undefined || text === '2.3' || text === '2.4') return text;
  throw new UsageError(`--dialect takes 2.3 or 2.4, not ${text}`);
}

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Parses options and positional arguments.
 * @throws UsageError for an unknown option, a missing value, or the wrong number of positionals.
 */
export function parseOptions<const O extends Options>(
  args: readonly string[],
  options: O,
  positionals: { readonly names: readonly string[]; readonly optional?: boolean } = { names: [] },
) {
  const parsed = parseOrFail(args, options);
  const { length } = parsed.positionals;
  const wanted = positionals.names.length;
  if (length > wanted || (length < wanted && !positionals.optional)) {
    throw new UsageError(
      wanted === 0
        ? `${parsed.positionals.join(' ')} is not understood here`
        : `Give ${positionals.names.join(' and ')}`,
    );
  }
  return parsed;
}

function parseOrFail<const O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ', 1)[0] ?? 'Wrong usage');
  }
}

/** @throws UsageError unless the text is a whole number in the range. */
export function parseNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${option} takes a whole number from ${min} to ${max}, not ${text}`);
}

/** @throws UsageError unless the text is one of the names. */
export function readName<const Name extends string>(
  option: string,
  text: string,
  names: readonly Name[],
): Name {
  const name = names.find((each) => each === text);
  if (name === undefined) throw new UsageError(`${option} takes ${names.join(', ')}, not ${text}`);
  return name;
}

/** The highest TCP port. */
export const MAX_PORT = 65_535;
export const UINT32_MAX = 0xffff_ffff;

export const DEFAULT_HOST = '127.0.0.1';
/** The port in Dovecot's and Open-Xchange's examples. */
export const DEFAULT_PORT = 8009;
