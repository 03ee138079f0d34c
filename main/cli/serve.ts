import { timelineRow, type TransactionReport } from '#contract/report';
import { dataFolder } from '../config/data-folder.ts';
import { loadPushFile, type PushFile } from '../config/push-file.ts';
import { createLog, formatLogLine } from '../log.ts';
import { createReceiver, type Receiver } from '../receiver.ts';
import { formatScriptProblem } from '../script-files.ts';
import { createNodeNotifierToaster, createSilentToaster } from '../toast/toaster.ts';
import { workersDir } from '../workers-dir.ts';
import {
  DEFAULT_HOST,
  DEFAULT_PORT,
  MAX_PORT,
  parseNumber,
  parseOptions,
  readDialect,
  StartError,
  type Command,
  type Output,
} from './command.ts';
import { reportLine } from './report-line.ts';

const options = {
  data: { type: 'string' },
  config: { type: 'string' },
  dialect: { type: 'string' },
  host: { type: 'string', default: DEFAULT_HOST },
  port: { type: 'string', default: String(DEFAULT_PORT) },
  'allow-host': { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
  debug: { type: 'boolean', default: false },
  'no-toasts': { type: 'boolean', default: false },
} as const;

/** The program without a window. Runs until SIGINT or SIGTERM. */
export const serveCommand: Command = {
  usage:
    'dovebell serve [--config push.conf] [--dialect 2.3|2.4] [--data DIR] [--host 127.0.0.1] [--port 8009] [--allow-host NAME]… [--json] [--debug] [--no-toasts]',
  async run(args, output) {
    const { values } = parseOptions(args, options);
    const log = createLog(output.err);
    const toaster = values['no-toasts']
      ? createSilentToaster('Toasts are off (--no-toasts)')
      : createNodeNotifierToaster({ workersDir: workersDir() });
    const dataDir = dataFolder(values.data);
    const push = await loadOrFail(values.config, dataDir);
    const dialect = readDialect(values.dialect);
    const receiver = createReceiver({
      dataDir,
      push: { ...push, ...(dialect && { dialect }) },
      host: values.host,
      port: parseNumber('--port', values.port, 0, MAX_PORT),
      allowedHosts: values['allow-host'] ?? [],
      workersDir: workersDir(),
      toaster,
      log,
    });
    if (push.file !== undefined) writeDiagnostics(push.file, receiver, output);
    receiver.onReport((report) => {
      if (values.debug) writeTrace(report, output);
      output.out(values.json ? JSON.stringify(report) : reportLine(timelineRow(report)));
    });
    await startOrFail(receiver, output);
    void writeScriptProblems(receiver, output);
    await untilAsked();
    await receiver.stop();
    return 0;
  },
};

function writeDiagnostics(file: string, receiver: Receiver, output: Output): void {
  for (const { line, column, severity, message } of receiver.diagnostics()) {
    output.err(`${file}:${line}:${column}: ${severity}: ${message}`);
  }
}

async function writeScriptProblems(receiver: Receiver, output: Output): Promise<void> {
  for (const problem of await receiver.checkScripts()) output.err(formatScriptProblem(problem));
}

async function loadOrFail(config: string | undefined, dataDir: string): Promise<PushFile> {
  try {
    return await loadPushFile(config, dataDir);
  } catch (error) {
    throw new StartError((error as Error).message, { cause: error });
  }
}

async function startOrFail(receiver: Receiver, output: Output): Promise<void> {
  try {
    await receiver.start();
  } catch (error) {
    await receiver.stop();
    throw new StartError((error as Error).message, { cause: error });
  }
  const { endpoint } = receiver.status();
  if (endpoint.state !== 'listening') {
    await receiver.stop();
    throw new StartError(endpoint.problem ?? 'The endpoint does not listen');
  }
  output.out(`READY ${endpoint.url}`);
}

function writeTrace({ driverRuns, user }: TransactionReport, output: Output): void {
  for (const { trace } of driverRuns) {
    for (const { level, text } of trace) output.err(formatLogLine(level, text, user));
  }
}

function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
