import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { HostCallError, type HostPort } from './host/host-calls.ts';
import {
  SHARED_CELLS,
  type HostAnswer,
  type MeanwhileMessage,
  type WorkerMessage,
  type WorkerRequest,
} from './protocol.ts';

export interface BlockingPortOptions {
  /** Cells that both threads see; see SHARED_CELLS. */
  readonly cells: Int32Array;
  readonly answers: MessagePort;
  readonly post: (message: WorkerMessage) => void;
  /** Performs a request while a script waits. */
  readonly meanwhile: (request: WorkerRequest) => void;
}

/** Asks the main thread and blocks this one until the answer is there. Nobody else ever blocks. */
export function createBlockingPort(options: BlockingPortOptions): (script: number) => HostPort {
  // Answers to calls further up, whose scripts wait for the end of what is performed meanwhile.
  const early = new Map<number, HostAnswer>();
  let calls = 0;
  return (script) => ({
    tell: (name, argument) => options.post({ kind: 'host', script, name, argument }),
    call(name, argument) {
      const call = ++calls;
      options.post({ kind: 'host', script, call, name, argument });
      const answer = waitForAnswer(call, early, options);
      if ('error' in answer) throw new HostCallError(answer.error);
      return answer.result as never;
    },
  });
}

function waitForAnswer(
  call: number,
  early: Map<number, HostAnswer>,
  { cells, answers, meanwhile }: BlockingPortOptions,
): HostAnswer {
  Atomics.store(cells, SHARED_CELLS.AT_HOST, 1);
  try {
    for (;;) {
      const known = early.get(call);
      if (known) {
        early.delete(call);
        return known;
      }
      const answered = Atomics.load(cells, SHARED_CELLS.ANSWERED);
      const message = receiveMessageOnPort(answers)?.message as MeanwhileMessage | undefined;
      if (!message) Atomics.wait(cells, SHARED_CELLS.ANSWERED, answered);
      else if (!('request' in message)) early.set(message.call, message);
      else {
        Atomics.store(cells, SHARED_CELLS.AT_HOST, 0);
        meanwhile(message.request);
        Atomics.store(cells, SHARED_CELLS.AT_HOST, 1);
      }
    }
  } finally {
    Atomics.store(cells, SHARED_CELLS.AT_HOST, 0);
  }
}
