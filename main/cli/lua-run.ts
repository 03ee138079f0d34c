import { readFile } from 'node:fs/promises';
import { createLuaEngine } from '#drivers';
import { createMetadata, MetadataError, normalizeMailboxName, type MetadataRecord } from '#store';
import { MAX_TIME_LIMIT_MS, MIN_TIME_LIMIT_MS, scriptDialectNames } from '../config/script-rules.ts';
import { groupTransactions, runScript, type ScriptRunResult } from '../replay.ts';
import { workersDir } from '../workers-dir.ts';
import { formatLogLine } from '../log.ts';
import {
  parseNumber,
  parseOptions,
  readName,
  StartError,
  UsageError,
  type Command,
  type ExitCode,
  type Output,
} from './command.ts';
import { readEvents } from './events-file.ts';

const options = {
  data: { type: 'string' },
  events: { type: 'string' },
  user: { type: 'string' },
  set: { type: 'string', multiple: true },
  metadata: { type: 'string', multiple: true },
  dialect: { type: 'string', default: '2.3' },
  strict: { type: 'boolean', default: false },
  trusted: { type: 'boolean', default: false },
  net: { type: 'string', default: 'capture' },
  'time-limit': { type: 'string', default: '2000' },
  json: { type: 'boolean', default: false },
} as const;

/** In which places a script's requests may go: nowhere, or wherever they want; `all` is the word of the rules. */
const netNames = { capture: 'capture', local: 'local', allow: 'all', all: 'all' } as const;

const USAGE =
  'dovebell lua run SCRIPT --events EVENTS.jsonl [--user U] [--set k=v]… [--metadata [MAILBOX]ENTRY=VALUE]… [--dialect document|2.3|2.4] [--strict] [--trusted] [--net capture|local|allow|all] [--time-limit MS] [--json]';

/** Runs a script on events and says what it did: exit code 1 when it failed. */
export const luaRunCommand: Command = { usage: USAGE, run: runLuaRun };

async function runLuaRun(args: readonly string[], output: Output): Promise<ExitCode> {
  const { values, positionals } = parseOptions(args, options, { names: ['the file of the script'] });
  const file = positionals[0] ?? '';
  if (values.events === undefined) throw new UsageError('Give --events: the file of the events to run it on');
  const run = {
    file,
    source: await readScriptFile(file),
    transactions: groupTransactions(await readEvents(values.events, values.user)),
    settings: readSettings(values.set ?? []),
    metadata: readMetadata(values.metadata ?? []),
    strict: values.strict,
    rules: {
      dialect: readName('--dialect', values.dialect, scriptDialectNames),
      access: netNames[readName('--net', values.net, Object.keys(netNames) as (keyof typeof netNames)[])],
      trusted: values.trusted,
      timeLimitMs: parseNumber('--time-limit', values['time-limit'], MIN_TIME_LIMIT_MS, MAX_TIME_LIMIT_MS),
    },
  };
  const engine = createLuaEngine(workersDir());
  try {
    const result = await runScript({ ...run, engine });
    output.out(values.json ? JSON.stringify(result) : describeResult(result));
    return result.ok ? 0 : 1;
  } finally {
    await engine.close();
  }
}

async function readScriptFile(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: unknown) => {
    throw new StartError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  });
}

function readSettings(pairs: readonly string[]): Record<string, string> {
  const settings = pairs.map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new UsageError(`--set takes name=value, not ${pair}`);
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  return Object.fromEntries(settings);
}

/** `/private/…=value` is an entry of the server, `INBOX/private/…=value` one of a mailbox. */
function readMetadata(pairs: readonly string[]): MetadataRecord {
  const metadata = createMetadata();
  for (const pair of pairs) {
    const [, mailbox, entry, value] = /^(.*?)(\/(?:private|shared)\/[^=]+)=(.*)$/is.exec(pair) ?? [];
    if (mailbox === undefined || entry === undefined || value === undefined)
      throw new UsageError(
        `--metadata takes [MAILBOX]/private/…=VALUE or [MAILBOX]/shared/…=VALUE, not ${pair}`,
      );
    try {
      metadata.set(normalizeMailboxName(mailbox), entry, value);
    } catch (error) {
      if (error instanceof MetadataError) throw new UsageError(error.message);
      throw error;
    }
  }
  return metadata.export();
}

function describeResult({ ok, log, http, calls, txns, durationMs }: ScriptRunResult): string {
  const requests = http.map(
    ({ method, url, status, captured }) =>
      `${method} ${url} → ${captured ? 'captured, not sent' : (status ?? 'no answer')}`,
  );
  const counts = `${txns} transactions, ${calls.length} calls, ${http.length} requests, ${Math.round(durationMs)} ms`;
  return [
    ...log.map(({ level, text }) => formatLogLine(level, text)),
    ...requests,
    `${ok ? 'ok' : 'failed'}: ${counts}`,
  ].join('\n');
}
