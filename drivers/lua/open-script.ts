import path from 'node:path';
import { lauxlib } from '#fengari';
import type { LineStyle, LogLevel } from '#framework';
import { createDeadline, type Deadline } from './deadline.ts';
import { openEnvironment } from './environment.ts';
import { checkArgument } from './host/argument-limit.ts';
import type { HostPort } from './host/host-calls.ts';
import type { MemoryGauge } from './memory-gauge.ts';
import type { ScriptLine, WorkerMessage } from './protocol.ts';
import type { ScriptContext, ScriptSetup } from './script-context.ts';
import type { ScriptLimits } from './script-limits.ts';
import { createScriptSession, type ScriptSession } from './script-session.ts';

/** How old a line may get before it is handed over, while its script still runs. */
const LINE_AGE_MS = 100;

/** A script in its thread. */
export interface OpenScript {
  readonly session: ScriptSession;
  readonly deadline: Deadline;
  /** Hands over the lines written so far. */
  flush(): void;
}

export interface OpenScriptOptions {
  readonly setup: ScriptSetup;
  /** See WorkerStart. */
  readonly events: readonly string[];
  readonly limits: ScriptLimits;
  /** Of the thread. */
  readonly memory: MemoryGauge;
  /** The time that the script is to see, standing still; the machine's when absent. */
  readonly nowMs: number | undefined;
  readonly host: HostPort;
  readonly post: (message: Extract<WorkerMessage, { kind: 'lines' }>) => void;
}

/** Makes the state and opens its libraries; the script itself is not loaded yet. */
export function openScript(options: OpenScriptOptions): OpenScript {
  const { setup, events, limits, memory, nowMs, host, post } = options;
  const L = lauxlib.luaL_newstate();
  const lines = createLineBuffer(limits);
  const flush = () => {
    const taken = lines.take();
    if (taken.length > 0) post({ kind: 'lines', lines: taken });
  };
  const flushOld = () => {
    if (lines.ageMs() > LINE_AGE_MS) flush();
  };
  const deadline = createDeadline(L, { limits, memory, onLook: flushOld });
  const context: ScriptContext = {
    ...setup,
    L,
    host: withoutClock(host, deadline),
    folder: path.dirname(path.resolve(setup.file)),
    log: (level, text, how) => lines.add(level, text, how),
    clock: () => nowMs ?? Date.now(),
    print: (text) => lines.add('info', text),
  };
  const environment = openEnvironment(context);
  const session = createScriptSession({
    events,
    context,
    deadline,
    environment,
    takeLines: () => lines.end(),
  });
  return { session, deadline, flush };
}

/** The time that somebody else takes is not the script's. */
function withoutClock(host: HostPort, deadline: Deadline): HostPort {
  return {
    tell: (name, argument) => host.tell(name, argument),
    call(name, argument) {
      checkArgument(name, argument);
      const goOn = deadline.pause();
      try {
        return host.call(name, argument);
      } finally {
        goOn();
      }
    },
  };
}

/** The lines of one call until they are handed over. */
function createLineBuffer({ logLines, logLineLength, logLength }: ScriptLimits) {
  let lines: ScriptLine[] = [];
  let written = 0;
  let lost = 0;
  let roomLeft = logLength;
  let firstAtMs = 0;
  const take = (): readonly ScriptLine[] => {
    const taken = lines;
    lines = [];
    return taken;
  };
  return {
    take,
    add(level: LogLevel, text: string, how?: LineStyle) {
      written += 1;
      if (written > logLines || roomLeft <= 0) {
        lost += 1;
        return;
      }
      if (lines.length === 0) firstAtMs = performance.now();
      const kept = shorten(text, logLineLength);
      roomLeft -= kept.length;
      lines.push({ level, text: kept, ...how });
    },
    ageMs: () => (lines.length === 0 ? 0 : performance.now() - firstAtMs),
    /** Takes the last lines of a call; what was not kept is said once. */
    end(): readonly ScriptLine[] {
      if (lost > 0)
        lines.push({ level: 'warning', text: `lua: ${lost} more lines of this call were not kept` });
      written = 0;
      lost = 0;
      roomLeft = logLength;
      return take();
    },
  };
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}… (${text.length} characters)` : text;
}
