import {
  messageFields,
  type Driver,
  type DriverHost,
  type DriverLog,
  type DriverTxn,
  type PushEvent,
  type Txn,
} from '#framework';
import type { RunningScript } from './engine.ts';
import { prefixLines } from './log-prefix.ts';
import type { ScriptHost } from './script-host.ts';
import type { CalledFunction, CallOutcome, ScriptCall, ScriptLine } from './protocol.ts';

/**
 * A function of the script raised an error, or is missing. The line is in the log; in a report the run has
 * failed, though as in Dovecot everything else goes on.
 */
class ScriptFailed extends Error {
  override readonly name = 'ScriptFailed';
}

export interface LuaDriverParts {
  readonly script: RunningScript;
  /** Answers the script. */
  readonly scriptHost: Pick<ScriptHost, 'startTxn'>;
  /** Scripts that end with it. */
  readonly others: readonly RunningScript[];
  readonly host: DriverHost;
  readonly onCall?: (called: CalledFunction) => void;
}

/** The driver around a loaded script. */
export function createLuaDriver({ script, scriptHost, others, host, onCall }: LuaDriverParts): Driver {
  const ask = createAsking(script, onCall);
  let transactions = 0;
  return {
    async beginTxn(txn) {
      const number = ++transactions;
      scriptHost.startTxn();
      const [outcome = NOTHING] = await ask([{ kind: 'begin', txn: number }], txn.log);
      registerHandled(txn, outcome.handles ?? []);
      failOn([outcome]);
      if (!outcome.handles) return txn.refuse(outcome.refusal ?? 'The script takes no part');
      return createLuaTxn(ask, number, txn.log);
    },
    async deinit() {
      for (const one of [script, ...others]) {
        const { error } = await one.close({ hear: (line) => write(host.log, line) });
        if (error !== undefined) host.log.error(prefixLines(error, host.dialect));
      }
    },
  };
}

const NOTHING: CallOutcome = { lines: [] };

type Ask = (calls: readonly ScriptCall[], log: DriverLog) => Promise<readonly CallOutcome[]>;

function createAsking(script: RunningScript, onCall: LuaDriverParts['onCall']): Ask {
  return async (calls, log) => {
    const hear = (line: ScriptLine) => write(log, line);
    const outcomes = await script.perform(calls, { hear, traced: onCall !== undefined });
    for (const { called } of outcomes) if (called) onCall?.(called);
    return outcomes;
  };
}

function createLuaTxn(ask: Ask, txn: number, log: DriverLog): DriverTxn {
  const tell = async (events: readonly PushEvent[]) => {
    const calls = events.map((event): ScriptCall => ({ kind: 'event', txn, event }));
    failOn(await ask(calls, log));
  };
  return {
    processMbox: ({ events }) => tell(events),
    processMsg: ({ events }) => tell(events),
    async endTxn(success) {
      failOn(await ask([{ kind: 'end', txn, success }], log));
    },
  };
}

/** All fields and flags from before the change, as Dovecot's driver asks for them. */
function registerHandled(txn: Txn, handled: readonly string[]): void {
  for (const name of handled) {
    if (name === 'MessageNew' || name === 'MessageAppend') txn.register(name, { fields: messageFields });
    else if (name === 'FlagsClear') txn.register(name, { storeOld: true });
    else txn.register(name as PushEvent['name']);
  }
}

function failOn(outcomes: readonly CallOutcome[]): void {
  const failed = outcomes.find(({ error }) => error !== undefined);
  if (failed?.error === undefined) return;
  throw new ScriptFailed(failed.error.split('\n', 1)[0]);
}

/** Writes a line of a script to a driver's log. */
export function write(log: DriverLog, { level, text, ...style }: ScriptLine): void {
  log[level](text, style);
}
