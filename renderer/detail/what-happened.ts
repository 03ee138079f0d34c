import type { DriverRun, ToastOutcome, TransactionReport } from '#contract/report';
import { messages } from '../messages.ts';

/** One thing that became of a notification, as a sentence. */
export interface Happening {
  readonly tone: 'ok' | 'skip' | 'fail' | 'wait';
  readonly text: string;
  readonly durationMs?: number;
}

const words = messages.happened;

/** The story of a report in order: stored, each driver, toast. */
export function whatHappened(report: TransactionReport): Happening[] {
  return [...receipt(report), ...repetition(report), ...runs(report), ...toast(report)];
}

function receipt({ state, http, timings }: TransactionReport): Happening[] {
  const duration = timings?.storeMs === undefined ? {} : { durationMs: timings.storeMs };
  if (state === 'rejected') {
    return [
      { tone: 'fail', text: http ? words.refused(http.status) : words.refusedWithoutHttp, ...duration },
    ];
  }
  return [{ tone: 'ok', text: http ? words.storedAnswered(http.status) : words.stored, ...duration }];
}

function repetition({ repeats = 0 }: TransactionReport): Happening[] {
  return repeats > 0 ? [{ tone: 'skip', text: words.repeated(repeats + 1) }] : [];
}

function runs({ state, driverRuns }: TransactionReport): Happening[] {
  if (state === 'rejected') return [];
  if (driverRuns.length > 0) return driverRuns.map(runSentence);
  if (state === 'accepted') return [{ tone: 'wait', text: words.waiting }];
  return [{ tone: 'skip', text: words.noDrivers }];
}

function runSentence({ driver, outcome, reason, trace, durationMs }: DriverRun): Happening {
  const because = reason || words.noReason;
  switch (outcome) {
    case 'done':
      return { tone: 'ok', text: words.driverDone(driver, trace.length), durationMs };
    case 'skipped':
      return { tone: 'skip', text: words.driverSkipped(driver, because), durationMs };
    case 'failed':
      return { tone: 'fail', text: words.driverFailed(driver, because), durationMs };
  }
}

const toastTones: Readonly<Record<ToastOutcome['outcome'], Happening['tone']>> = {
  shown: 'ok',
  grouped: 'ok',
  quiet: 'skip',
  duplicate: 'skip',
  failed: 'fail',
  none: 'skip',
};

function toast({
  state,
  toast: { outcome, reason, via, clickedAtMs },
  receivedAtMs,
}: TransactionReport): Happening[] {
  // Nothing was decided about a toast as long as the drivers have not run.
  if (state === 'accepted') return [];
  const sentence = via ? words.through(words.toast[outcome], via) : words.toast[outcome];
  const decided: Happening = {
    tone: toastTones[outcome],
    text: reason === '' ? sentence : words.withReason(sentence, reason),
  };
  if (clickedAtMs === undefined) return [decided];
  return [decided, { tone: 'ok', text: words.clicked, durationMs: clickedAtMs - receivedAtMs }];
}

const adviceOfStatus: Readonly<Record<number, string>> = {
  401: messages.advice.wrongCredentials,
  403: messages.advice.webPage,
  404: messages.advice.path,
  405: messages.advice.method,
  413: messages.advice.tooLarge,
  415: messages.advice.type,
  429: messages.advice.tooMany,
  431: messages.advice.tooLarge,
};

/** What somebody can do about a refusal; the program's message says what was wrong. */
export function rejectionAdvice({ http, rejection }: TransactionReport): string {
  if (rejection?.field !== undefined) return messages.advice.field(rejection.field);
  const status = http?.status ?? 0;
  const known = adviceOfStatus[status];
  if (known !== undefined) return known;
  if (status >= 500) return messages.advice.internal;
  return status === 400 || status === 422 ? messages.advice.body : messages.advice.other;
}
