import type { MessagePort } from 'node:worker_threads';
import type { LineStyle, LogLevel, PushEvent } from '#framework';
import type { HostCallName } from './host/host-calls.ts';
import type { ScriptSetup } from './script-context.ts';
import type { ScriptLimits } from './script-limits.ts';

/** What is asked of a script. `txn` numbers the transactions of one script; several may be open (MOVE). */
export type ScriptCall =
  | { readonly kind: 'begin'; readonly txn: number }
  | { readonly kind: 'event'; readonly txn: number; readonly event: PushEvent }
  | { readonly kind: 'end'; readonly txn: number; readonly success: boolean };

/** One line of the log, the prefix included; further lines of it after a newline. */
export interface ScriptLine extends LineStyle {
  readonly level: LogLevel;
  readonly text: string;
}

/** What came of one call. */
export interface CallOutcome {
  /** Written before the outcome, in order, as far as they were not handed over before. */
  readonly lines: readonly ScriptLine[];
  /** `begin`: the events that the script has handlers for, also when it raised an error. */
  readonly handles?: readonly string[];
  /** Why a `begin` was refused without an error. */
  readonly refusal?: string;
  /** The error that was raised, or the function that is missing. */
  readonly error?: string;
  /** What a function was called with and gave; only when it was asked for. */
  readonly called?: CalledFunction;
}

/** A call of a script's function as `dovebell lua run` shows it; values as the probe scripts write them. */
export interface CalledFunction {
  readonly fn: string;
  readonly args: readonly unknown[];
  readonly result?: unknown;
  readonly error?: string;
}

/** What came of loading a script. */
export interface LoadOutcome {
  readonly lines: readonly ScriptLine[];
  /** In Dovecot's words; absent when the script runs. */
  readonly error?: string;
  /** 2.3: what mail_user_created gave; absent when the script has no such function or was not to be asked. */
  readonly userCreated?: { readonly code: number; readonly message: string };
}

/** To a script's thread. */
export type WorkerRequest =
  | {
      readonly kind: 'open';
      readonly script: number;
      readonly setup: ScriptSetup;
      readonly limits: ScriptLimits;
      readonly nowMs?: number;
    }
  | {
      readonly kind: 'perform';
      readonly script: number;
      /** ScriptCalls as JSON: many small objects go over in a fifth of the time that cloning them takes. */
      readonly callsJson: string;
      readonly traced: boolean;
    }
  | { readonly kind: 'close'; readonly script: number };

/** The answer to a request. `isSpent`: the thread's scripts hold too much memory, and it is to be ended. */
export type WorkerAnswer = { readonly isSpent?: true } & (
  | { readonly kind: 'opened'; readonly outcome: LoadOutcome }
  /** CallOutcomes, as JSON for the same reason. */
  | { readonly kind: 'performed'; readonly outcomesJson: string }
  | { readonly kind: 'closed'; readonly outcome: LoadOutcome }
);

/** From it. Every request has one answer; `lines` and `host` may come before it. */
export type WorkerMessage =
  | WorkerAnswer
  | { readonly kind: 'ready' }
  | { readonly kind: 'lines'; readonly lines: readonly ScriptLine[] }
  | {
      readonly kind: 'host';
      readonly script: number;
      /** Absent: nobody waits for an answer. */
      readonly call?: number;
      readonly name: HostCallName;
      readonly argument: unknown;
    };

/** The answer to a `host` message. */
export type HostAnswer =
  { readonly call: number; readonly result: unknown } | { readonly call: number; readonly error: string };

/**
 * To a thread that waits for an answer, by a port of its own: the answer, or a request that is to be performed
 * meanwhile. A script that creates a mailbox hears of it in the middle of its own call, as in Dovecot.
 */
export type MeanwhileMessage = HostAnswer | { readonly request: WorkerRequest };

/**
 * What both sides share besides messages, 32-bit cells:
 * ANSWERED counts the messages to a thread that waits, and is what it waits at.
 * PROGRESS counts the transactions and requests that the thread has begun.
 * AT_HOST is 1 while the thread waits for the main thread: its time does not count.
 * CALL is the position of the call under way in its request.
 */
export const SHARED_CELLS = { ANSWERED: 0, PROGRESS: 1, AT_HOST: 2, CALL: 3, COUNT: 4 } as const;

/** What a thread is started with. */
export interface WorkerStart {
  /** The names of the events that there are, in the order of registration. */
  readonly events: readonly string[];
  readonly shared: SharedArrayBuffer;
  /** The thread's end of the port for MeanwhileMessages. */
  readonly answers: MessagePort;
}
