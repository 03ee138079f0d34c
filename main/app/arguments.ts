import { parseArgs } from 'node:util';
import { DEFAULT_HOST, DEFAULT_PORT, MAX_PORT } from '../cli/command.ts';

/** What a start of the program asks for. */
export type Invocation =
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'window'; readonly options: WindowOptions }
  | { readonly kind: 'mistake'; readonly message: string };

export interface WindowOptions {
  /** Undefined: the folder that `dataFolder` chooses. */
  readonly data: string | undefined;
  readonly host: string;
  readonly port: number;
  /** The push configuration; undefined: `push.conf` of the data folder, or the built-in one. */
  readonly config: string | undefined;
  /** A report that a `dovebell://report/ID` link asks for. */
  readonly reportId: string | undefined;
}

const options = {
  data: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  config: { type: 'string' },
} as const;
type Values = { readonly [Name in keyof typeof options]?: string };
const ownOption = /^--(?:data|host|port|config)(?:=|$)/;

/** First words that run without a window; the list itself is not loaded here because of what it imports. */
const commandWords = ['serve', 'simulate', 'lua', 'event', 'send', 'events', 'metadata', 'endpoint'];
const helpWords = ['help', '--help', '-h'];

/**
 * Reads `process.argv`. Started as `electron [switches] APP [arguments]` the program's own part begins after
 * APP, in a packaged program after the executable. Switches of Chromium may stand anywhere and are left alone.
 */
export function readInvocation(argv: readonly string[], isDefaultApp: boolean): Invocation {
  const own = isDefaultApp ? afterAppPath(argv.slice(1)) : argv.slice(1);
  const first = own.findIndex((arg) => !isForeignSwitch(arg));
  const word = own[first] ?? '';
  if (commandWords.includes(word) || helpWords.includes(word)) {
    return { kind: 'command', argv: own.slice(first) };
  }
  return readOptions(own);
}

/** The report that a `dovebell://report/ID` link names; undefined for any other text. */
export function readReportLink(link: string): string | undefined {
  return /^dovebell:\/\/report\/([\w-]{1,64})\/?$/.exec(link)?.[1];
}

// `-r MODULE` is how Playwright gets in.
function afterAppPath(args: readonly string[]): readonly string[] {
  let at = 0;
  while (at < args.length && args[at]?.startsWith('-'))
    at += args[at] === '-r' || args[at] === '--require' ? 2 : 1;
  return args.slice(at + 1);
}

function isForeignSwitch(arg: string): boolean {
  return arg.startsWith('-') && !helpWords.includes(arg) && !ownOption.test(arg);
}

function readOptions(args: readonly string[]): Invocation {
  // Not strict: Chromium's switches are among them.
  const { values, positionals } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
  });
  for (const [name, value] of Object.entries(values)) {
    const isMissing = name in options && (typeof value !== 'string' || value === '' || value.startsWith('-'));
    if (isMissing) return { kind: 'mistake', message: `--${name} needs a value` };
  }
  const { data, host = DEFAULT_HOST, port = String(DEFAULT_PORT), config } = values as Values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > MAX_PORT) {
    return { kind: 'mistake', message: `--port takes a whole number from 0 to ${MAX_PORT}, not ${port}` };
  }
  const reportId = positionals.map(readReportLink).find(Boolean);
  return { kind: 'window', options: { data, host, port: Number(port), config, reportId } };
}
