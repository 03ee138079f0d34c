import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { scriptFilesOf } from '#drivers';
import { userVariables, driversForUser } from './config/push-config.ts';
import { SCRIPT_RULES_FILE } from './config/script-rules.ts';
import type { ServerConfig } from './simulation/server-config.ts';

/** Something that keeps a script from running. */
export interface ScriptProblem {
  readonly file: string;
  /** Counted from 1; absent when the file cannot be read. */
  readonly line?: number;
  readonly message: string;
}

/** The files of the scripts that a configuration names. */
export interface ScriptFiles {
  /** Those of one user's drivers. */
  forUser(user: string): readonly string[];
  /**
   * What these files and the rules of scripts look like now: another text once one of them has changed. A module
   * that a script requires is not among them. Empty for no files.
   */
  stamp(files: readonly string[]): Promise<string>;
  /** Whether scripts are there and compile; those whose path is another for each user are not looked at. */
  check(): Promise<readonly ScriptProblem[]>;
}

export function createScriptFiles({ push }: ServerConfig, dataDir: string): ScriptFiles {
  const { dialect, protocol } = push;
  const hostOf = (settings: Readonly<Record<string, string>>) => ({
    dialect,
    setting: (name: string) => settings[name],
  });
  const unexpanded = scriptFilesOf([...push.drivers, ...push.fallback], hostOf(push.settings));
  return {
    forUser(user) {
      if (unexpanded.length === 0) return [];
      const { drivers, fallback, settings } = driversForUser(
        push,
        userVariables({ user, service: protocol }),
      );
      return scriptFilesOf([...drivers, ...fallback], hostOf(settings));
    },
    async stamp(files) {
      if (files.length === 0) return '';
      const looked = [path.join(dataDir, SCRIPT_RULES_FILE), ...files];
      return (await Promise.all(looked.map(stampOf))).join('\n');
    },
    async check() {
      const fixed = unexpanded.filter((file) => !file.includes('%'));
      const found = await Promise.all(fixed.map(checkScript));
      return found.filter((problem) => problem !== undefined);
    },
  };
}

async function stampOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(file);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unreadable';
  }
}

async function checkScript(file: string): Promise<ScriptProblem | undefined> {
  try {
    const source = await readFile(file);
    // Lua is loaded when there is a script to read, not with the program.
    const { compileLua } = await import('../drivers/lua/check/compile.ts');
    const failure = compileLua(source);
    return failure && { file, ...failure };
  } catch (error) {
    return { file, message: `The script cannot be read: ${(error as Error).message}` };
  }
}

/** As compilers write it: `FILE:LINE: error: MESSAGE`. */
export function formatScriptProblem({ file, line, message }: ScriptProblem): string {
  return `${line === undefined ? file : `${file}:${line}`}: error: ${message}`;
}
