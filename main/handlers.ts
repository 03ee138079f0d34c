import { MAX_ROWS_PER_REQUEST, type IpcRequestName, type IpcRequests } from '#contract/ipc';
import type { Receiver } from './receiver.ts';

/** The IPC contract as plain functions; the shell only carries messages. */
export type Handlers = {
  [Name in IpcRequestName]: (argument: IpcRequests[Name][0]) => Promise<IpcRequests[Name][1]>;
};

export function createHandlers(receiver: Receiver): Handlers {
  return {
    'status/get': () => Promise.resolve(receiver.status()),
    'timeline/list': ({ fromSeq, toSeq }) =>
      receiver.listRows(fromSeq, Math.min(toSeq, fromSeq + MAX_ROWS_PER_REQUEST - 1)),
    'timeline/get': ({ id }) => receiver.getReport(id),
    'test/send': () => receiver.sendTest(),
    'endpoint/retry': () => receiver.retryEndpoint(),
  };
}
