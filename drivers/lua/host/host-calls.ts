import type { HttpCalls } from './http-calls.ts';
import type { MailCalls } from './mail-calls.ts';
import type { SocketCalls } from './socket-calls.ts';

/** What a script's thread asks the main thread for, and waits for. Values are structured-clonable. */
export interface HostCalls extends SocketCalls, HttpCalls, MailCalls {}

export type HostCallName = keyof HostCalls;

/**
 * The answering side: one function a call, for one script of one user. A rejection reaches the script's thread as
 * a HostCallError with the same message.
 */
export type HostHandlers<Calls> = {
  readonly [Name in keyof Calls]: Calls[Name] extends { argument: infer Argument; result: infer Result }
    ? (argument: Argument) => Promise<Result> | Result
    : never;
};

/** The asking side, in the script's thread: blocks until the answer is there. The script's clock stands meanwhile. */
export interface HostPort {
  /** @throws HostCallError with the reason. */
  call<Name extends HostCallName>(
    name: Name,
    argument: HostCalls[Name]['argument'],
  ): HostCalls[Name]['result'];
  /** Hands over what needs no answer, and does not wait. It is done before whatever is asked next. */
  tell<Name extends HostCallName>(name: Name, argument: HostCalls[Name]['argument']): void;
}

/** The main thread could not do what was asked; the message is the reason, in words for the script. */
export class HostCallError extends Error {
  override readonly name = 'HostCallError';
}
