import {
  publicationNames,
  type IpcPublicationName,
  type IpcPublications,
  type IpcRequestName,
  type IpcRequests,
} from '#contract/ipc';
import type { Receiver, ReceiverOptions } from '../receiver.ts';

export type Row = IpcPublications['timeline/reveal'];

export interface ProgramOptions {
  readonly receiver: ReceiverOptions;
  readonly publish: <Name extends IpcPublicationName>(name: Name, payload: IpcPublications[Name]) => void;
  /** A toast was clicked. */
  readonly reveal: (row: Row) => void;
}

/** The program as the windows know it. None of its functions rejects except `answer`. */
export interface Program {
  /** @throws Error in a sentence for people: a wrong argument, or why the program could not start. */
  answer<Name extends IpcRequestName>(name: Name, argument: unknown): Promise<IpcRequests[Name][1]>;
  findReport(id: string): Promise<Row | undefined>;
  stop(): Promise<void>;
}

/** Loads and starts the receiver; the heavy modules are loaded here and not with the window. */
export async function startProgram({ receiver: options, publish, reveal }: ProgramOptions): Promise<Program> {
  const [{ createReceiver }, { createHandlers }, { parseArgument }] = await Promise.all([
    import('../receiver.ts'),
    import('../handlers.ts'),
    import('./ipc-arguments.ts'),
  ]);
  const receiver = createReceiver(options);
  const handlers = createHandlers(receiver);
  for (const name of publicationNames) {
    receiver.subscribe(name, (payload) => publish(name, payload));
  }
  receiver.subscribe('timeline/reveal', reveal);
  const started = receiver.start();
  started.catch((error: unknown) => console.error('dovebell: could not start:', error));
  return {
    async answer(name, argument) {
      const checked = parseArgument(name, argument);
      await started;
      return handlers[name](checked);
    },
    findReport: (id) => started.then(() => findReport(receiver, id)).catch(() => undefined),
    stop: () => started.then(() => receiver.stop()).catch(() => undefined),
  };
}

async function findReport(receiver: Receiver, id: string): Promise<Row | undefined> {
  const report = await receiver.getReport(id);
  return report ? { id, seq: report.seq } : undefined;
}
