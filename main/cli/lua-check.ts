import { readFile } from 'node:fs/promises';
import { checkScript } from '../../drivers/lua/check/check-script.ts';
import type { Finding, Severity } from '../../drivers/lua/check/finding.ts';
import type { LuaDialect } from '../../drivers/lua/script-context.ts';
import { parseOptions, StartError, UsageError, type Command } from './command.ts';

const options = {
  dialect: { type: 'string', default: '2.3' },
  json: { type: 'boolean', default: false },
} as const;

const dialectNames: Readonly<Record<LuaDialect, string>> = {
  document: "the framework's document",
  '2.3': 'Dovecot 2.3',
  '2.4': 'Dovecot 2.4',
};

/** Says what is wrong in a push script, without running it: 1 when there is an error. */
export const luaCheckCommand: Command = {
  usage: 'dovebell lua check SCRIPT [--dialect document|2.3|2.4] [--json]',
  async run(args, { out }) {
    const { values, positionals } = parseOptions(args, options, { names: ['the file of the script'] });
    const file = positionals[0] ?? '';
    const dialect = readLuaDialect(values.dialect);
    const source = await readScript(file);
    const findings = checkScript(source, { file, dialect, strict: true });
    const counts = countFindings(findings);
    if (values.json) out(JSON.stringify({ file, dialect, ...counts, findings }));
    else {
      for (const finding of findings) out(formatFinding(file, finding));
      out(`Checked for ${dialectNames[dialect]}.`);
      out(`${plural(counts.errors, 'error')}, ${plural(counts.warnings, 'warning')}`);
    }
    return counts.errors > 0 ? 1 : 0;
  },
};

function readLuaDialect(text: string): LuaDialect {
  if (text === 'document' || text === '2.3' || text === '2.4') return text;
  throw new UsageError(`--dialect takes document, 2.3 or 2.4, not ${text}`);
}

async function readScript(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: unknown) => {
    throw new StartError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  });
}

function countFindings(findings: readonly Finding[]) {
  const count = (wanted: Severity) => findings.filter(({ severity }) => severity === wanted).length;
  return { errors: count('error'), warnings: count('warning'), infos: count('info') };
}

/** `FILE:LINE:COL: error: MESSAGE [code]`, as compilers write, and what to write instead on a line of its own. */
function formatFinding(file: string, { severity, code, message, line, column, fix }: Finding): string {
  const text = `${file}:${line}:${column}: ${severity}: ${message} [${code}]`;
  return printable(fix === undefined ? text : `${text}\n    → ${fix}`);
}

// A script must not move the cursor or colour the terminal.
function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n]/gu, '\ufffd');
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
