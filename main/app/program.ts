import {
  publicationNames,
  type IpcPublicationName,
  type IpcPublications,
  type IpcRequestName,
  type IpcRequests,
} from '#contract/ipc';
import { DEFAULT_PUSH_CONFIG, loadPushFile, type PushFile } from '../config/push-file.ts';
import { createHandlers } from '../handlers.ts';
import { createReceiver, type Receiver, type ReceiverOptions } from '../receiver.ts';
import { formatScriptProblem } from '../script-files.ts';
import { createFallbackToaster, createNodeNotifierToaster } from '../toast/toaster.ts';
import type { Toaster } from '../toast/toast.ts';
import { createElectronToaster } from './electron-toaster.ts';
import { parseArgument } from './ipc-arguments.ts';

export type Row = IpcPublications['timeline/reveal'];

export interface ProgramOptions {
  readonly receiver: Omit<ReceiverOptions, 'toaster' | 'push'>;
  /** The file of the push configuration, when one was named. */
  readonly config: string | undefined;
  readonly publish: <Name extends IpcPublicationName>(name: Name, payload: IpcPublications[Name]) => void;
  /** A toast was clicked. */
  readonly reveal: (row: Row) => void;
}

/** The program as the windows know it. */
export interface Program {
  /** @throws Error in a sentence for people. */
  answer<Name extends IpcRequestName>(name: Name, argument: unknown): Promise<IpcRequests[Name][1]>;
  findReport(id: string): Promise<Row | undefined>;
  stop(): Promise<void>;
}

/** Makes and starts the receiver. */
export async function startProgram(start: ProgramOptions): Promise<Program> {
  const { receiver: options, publish, reveal } = start;
  const push = await loadConfiguration(start);
  const receiver = createReceiver({ ...options, push, toaster: createToaster(options.workersDir) });
  const handlers = createHandlers(receiver);
  for (const name of publicationNames) {
    // A row to reveal needs a window first.
    if (name !== 'timeline/reveal') receiver.subscribe(name, (payload) => publish(name, payload));
  }
  receiver.subscribe('timeline/reveal', reveal);
  // A failed start is a state that the page shows and can try again.
  const started = receiver.start().catch((error: unknown) => options.log.error((error as Error).message));
  void started.then(() => logScriptProblems(receiver, options.log));
  return {
    async answer(name, argument) {
      const checked = parseArgument(name, argument);
      // The state is worth knowing while a slow disk is still being opened.
      if (name !== 'status/get') await started;
      return handlers[name](checked);
    },
    findReport: (id) => started.then(() => findReport(receiver, id)).catch(() => undefined),
    stop: () => started.then(() => receiver.stop()),
  };
}

// A configuration that cannot be read keeps nobody from seeing mail: the built-in driver runs, and the log says why.
async function loadConfiguration({ config, receiver: { dataDir, log } }: ProgramOptions): Promise<PushFile> {
  try {
    return await loadPushFile(config, dataDir);
  } catch (error) {
    log.error((error as Error).message);
    return { text: DEFAULT_PUSH_CONFIG };
  }
}

async function logScriptProblems(receiver: Receiver, log: ReceiverOptions['log']): Promise<void> {
  for (const problem of await receiver.checkScripts()) log.error(formatScriptProblem(problem));
}

async function findReport(receiver: Receiver, id: string): Promise<Row | undefined> {
  const report = await receiver.getReport(id);
  return report ? { id, seq: report.seq } : undefined;
}

// node-notifier hears no clicks on Linux, Electron does.
function createToaster(workersDir: string): Toaster {
  const helper = createNodeNotifierToaster({ workersDir });
  return process.platform === 'linux' ? createFallbackToaster([createElectronToaster(), helper]) : helper;
}
