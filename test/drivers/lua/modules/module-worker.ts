import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { HostCallError, type HostPort } from '../../../../drivers/lua/host/host-calls.ts';
import { openModuleState, runLuaToText } from './module-state.ts';

/** The thread of blocking-lua.ts: runs chunks, and waits for the main thread when a module asks for something. */
const { port, flag, strict } = workerData as { port: MessagePort; flag: Int32Array; strict: boolean };

const call = (name: string, argument: unknown): unknown => {
  Atomics.store(flag, 0, 0);
  port.postMessage({ name, argument });
  // The notice of the answer before can come this late: what counts is the flag.
  while (Atomics.load(flag, 0) === 0) Atomics.wait(flag, 0, 0);
  const answer = receiveMessageOnPort(port)?.message as { result?: unknown; error?: string };
  if (answer.error !== undefined) throw new HostCallError(answer.error);
  return answer.result;
};
const host = { call, tell: call } as HostPort;

const L = openModuleState({ host, strict });
parentPort?.on('message', (chunk: string) => parentPort?.postMessage(runLuaToText(L, chunk)));
