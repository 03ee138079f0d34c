import { readFile, rename, writeFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** Where the requests of a script may go: nowhere (they are only recorded), to this machine and the LAN, anywhere. */
export const netAccessNames = ['capture', 'local', 'all'] as const;

/** The Lua interfaces that a script can be given whatever the push configuration is written for. */
export const scriptDialectNames = ['document', '2.3', '2.4'] as const;

/** Less ends every script in its first lines, more holds a user's mail up for longer than anyone waits. */
export const MIN_TIME_LIMIT_MS = 10;
export const MAX_TIME_LIMIT_MS = 600_000;

const ruleSchema = z.object({
  net: z.enum(netAccessNames).optional(),
  trusted: z.boolean().optional(),
  dialect: z.enum(scriptDialectNames).optional(),
  timeLimitMs: z.number().int().min(MIN_TIME_LIMIT_MS).max(MAX_TIME_LIMIT_MS).optional(),
});

/** What a person has said about one script file. Absent: the default, which for `net` is DEFAULT_NET. */
export type ScriptRule = z.output<typeof ruleSchema>;

const fileSchema = z.object({ version: z.literal(1), scripts: z.record(z.string(), ruleSchema) });

/** The name of the file in the data folder. */
export const SCRIPT_RULES_FILE = 'lua-scripts.json';

/** A script that nobody has said anything about reaches this machine and the LAN, and no files but its own. */
export const DEFAULT_NET = 'local';

/** What is allowed to which script, by the absolute path of its file. */
export interface ScriptRulesFile {
  ruleFor(file: string): ScriptRule;
  readonly all: Readonly<Record<string, ScriptRule>>;
  /** Writes a rule; undefined takes it away. */
  set(file: string, rule: ScriptRule | undefined): Promise<void>;
}

/**
 * Opens the rules of a data folder; a file that is not there yet is empty.
 * @throws Error naming the file when it cannot be read or is something else.
 */
export async function openScriptRules(dataDir: string): Promise<ScriptRulesFile> {
  const file = path.join(dataDir, SCRIPT_RULES_FILE);
  const scripts = new Map(Object.entries(await readRules(file)));
  return {
    ruleFor: (script) => scripts.get(path.resolve(script)) ?? {},
    get all() {
      return Object.fromEntries(scripts);
    },
    async set(script, rule) {
      if (rule) scripts.set(path.resolve(script), rule);
      else scripts.delete(path.resolve(script));
      await writeAtomically(file, { version: 1, scripts: Object.fromEntries(scripts) });
    },
  };
}

async function readRules(file: string): Promise<Readonly<Record<string, ScriptRule>>> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(file, 'utf8'))).scripts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new Error(`${file} does not hold rules for scripts: ${reason}`, { cause: error });
  }
}

async function writeAtomically(file: string, content: z.output<typeof fileSchema>): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(temporary, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  await rename(temporary, file);
}
