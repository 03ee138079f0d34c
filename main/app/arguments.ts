/** What a start of the program asks for. */
export type Invocation =
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'window'; readonly options: WindowOptions }
  | { readonly kind: 'mistake'; readonly message: string };

export interface WindowOptions {
  /** Absent: the folder that `dataFolder` chooses. */
  readonly data?: string;
  readonly host: string;
  readonly port: number;
  /** A report that a `dovebell://report/ID` link asks for. */
  readonly reportId?: string;
}

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 8009;
const MAX_PORT = 65_535;

/** First words that run without a window. */
const commands = ['serve', 'simulate', 'lua', 'event', 'send', 'events', 'metadata', 'endpoint'];
const helpOptions = ['--help', '-h', '--version'];

/**
 * Reads `process.argv`. Started as `electron [switches] APP [arguments]` the program's own part begins after
 * APP, in a packaged program after the executable. Switches of Chromium may stand anywhere and are left alone.
 */
export function readInvocation(argv: readonly string[], isDefaultApp: boolean): Invocation {
  const own = isDefaultApp ? afterAppPath(argv.slice(1)) : argv.slice(1);
  const first = own.findIndex((arg) => !isForeignSwitch(arg));
  const word = own[first] ?? '';
  if (commands.includes(word) || helpOptions.includes(word)) {
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
  return arg.startsWith('-') && !helpOptions.includes(arg) && !ownOption(arg);
}

function ownOption(arg: string): 'data' | 'host' | 'port' | undefined {
  const name = /^--(data|host|port)(?:=|$)/.exec(arg)?.[1];
  return name as 'data' | 'host' | 'port' | undefined;
}

function readOptions(args: readonly string[]): Invocation {
  const values: { data?: string; host?: string; port?: string } = {};
  let reportId: string | undefined;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    const name = ownOption(arg);
    reportId ??= readReportLink(arg);
    if (!name) continue;
    const value = arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : args[(at += 1)];
    if (!value) return { kind: 'mistake', message: `--${name} needs a value` };
    values[name] = value;
  }
  const port = Number(values.port ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
    return { kind: 'mistake', message: `--port ${values.port} is not a number from 0 to ${MAX_PORT}` };
  }
  const { data, host = DEFAULT_HOST } = values;
  return {
    kind: 'window',
    options: { host, port, ...(data ? { data } : {}), ...(reportId ? { reportId } : {}) },
  };
}
