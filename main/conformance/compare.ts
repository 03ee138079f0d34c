import type { SimulationLine } from '../simulation/mail-process.ts';
import { RAW_USER } from '../simulation/lmtp-process.ts';
import type { PushDialect } from '../config/push-config.ts';
import type { RecordedRequest } from './recording.ts';

/** A line of the log as it is compared: its level and its text without the process, the session and numbers. */
interface ComparableLine {
  readonly level: string;
  readonly text: string;
}

// Written by the mail server itself, not by the framework, its drivers or their scripts.
const foreignLine =
  /^(msgid=.*: (saved mail to|save failed to open mailbox) |http-client[:[]|dict\(file\): |Logged in|Disconnected|Logged out|Aborted login|Raw backtrace: )/s;

// What doveadm says of its own: its errors begin like this, and it has nothing else to say above debug level.
const doveadmLine =
  /^(Can't (create|delete|rename|open|subscribe|unsubscribe) |Failed to open mailbox |Mailbox \S+: |Syncing mailbox |\S+: Cache is )/s;

/**
 * The real process died here, for a mistake of its own that is not repeated: what it would still have written is
 * not known, so whatever we write until its successor begins does.
 */
const PROCESS_DIED: ComparableLine = { level: 'Panic', text: '' };

/** The lines of a recorded log that say what framework, drivers and scripts wrote. */
export function recordedLines(log: readonly string[]): ComparableLine[] {
  return log.flatMap((line) => {
    const [, level, text = ''] =
      /^\S+?: (Debug|Info|Warning|Error|Fatal|Panic): (?:rcpt (?:"[^"]*"@)?\S+: )?(.*)$/s.exec(line) ?? [];
    if (level === undefined) return [{ level: '?', text: line }];
    if (level === 'Panic' || /^master: service\(.*killed with signal/.test(text)) return [PROCESS_DIED];
    const isForeign = foreignLine.test(text) || (line.startsWith('doveadm(') && isOfDoveadm(level, text));
    return isForeign ? [] : [{ level, text: normalize(text) }];
  });
}

function isOfDoveadm(level: string, text: string): boolean {
  return level !== 'Debug' && doveadmLine.test(text);
}

const levelNames: Readonly<Record<SimulationLine['level'], string>> = {
  debug: 'Debug',
  info: 'Info',
  warning: 'Warning',
  error: 'Error',
  fatal: 'Fatal',
};

/** Our lines in the same form. */
export function ourLines(
  lines: readonly SimulationLine[],
  dialect: PushDialect,
  toRecorded: (text: string) => string,
): ComparableLine[] {
  return lines.flatMap(({ level, user, text, replacesProcess }) =>
    (replacesProcess ? text.replace(/^\S+: /, '') : text)
      .split('\n')
      // In 2.4 the prefix of further lines is that of the session, which the raw user has not.
      .map((line, at) => (at > 0 && user === RAW_USER ? line.replace(/^lua: /, '') : line))
      .filter((line) => !foreignLine.test(line))
      .map((line, at) => ({
        // In 2.3 what comes after a newline reaches the log as an error of the process.
        level: at > 0 && dialect === '2.3' ? 'Error' : levelNames[level],
        text: normalize(toRecorded(line)),
      })),
  );
}

/** Numbers taken from the clock: the recordings show all of them as the first. */
const clockValue = /\b(1799999999|18000000\d\d)\b/g;

function normalizeClock(text: string): string {
  return text.replace(clockValue, '1799999999');
}

/** Durations are not the same twice: as in the recordings, they are N (observed.md, "Normalised"). */
export function normalize(text: string): string {
  return normalizeClock(text)
    .replace(/\(Request queued [^)]*\)/g, (passage) => passage.replace(/\d+\.\d+/g, 'N'))
    .replace(/\b\d+(\.\d+)? (ms|msecs|secs)\b/g, 'N $2');
}

/** The first difference between two logs in words; undefined when there is none. */
export function compareLogs(
  expected: readonly ComparableLine[],
  actual: readonly ComparableLine[],
): string | undefined {
  const life = expected.indexOf(PROCESS_DIED);
  if (life >= 0) return compareLives(expected, actual, life);
  for (let at = 0; at < Math.max(expected.length, actual.length); at++) {
    const wanted = describeLine(expected[at]);
    const got = describeLine(actual[at]);
    if (wanted !== got) return `log line ${at + 1}: expected ${wanted}, got ${got}`;
  }
  return undefined;
}

/** Up to where the real process died, and from wherever the rest fits best. */
function compareLives(
  expected: readonly ComparableLine[],
  actual: readonly ComparableLine[],
  life: number,
): string | undefined {
  const before = compareLogs(expected.slice(0, life), actual.slice(0, life));
  if (before !== undefined) return before;
  const rest = expected.slice(life).filter((line, at) => at > 0 || line !== PROCESS_DIED);
  const next = rest[0] === PROCESS_DIED ? rest.slice(1) : rest;
  if (next.length === 0) return undefined;
  let first: string | undefined;
  for (let at = life; at <= actual.length; at++) {
    const difference = compareLogs(next, actual.slice(at));
    if (difference === undefined) return undefined;
    first ??= difference;
  }
  return `after the death of the real process, ${first ?? ''}`;
}

function describeLine(line: ComparableLine | undefined): string {
  return line ? JSON.stringify(`${line.level}: ${line.text}`) : 'nothing';
}

/** How requests are compared. */
export interface RequestComparison {
  readonly toRecorded: (text: string) => string;
  /** Whether headers may come in any order. */
  readonly sortsHeaders: boolean;
}

/** The first difference between two lists of requests in words; undefined when there is none. */
export function compareRequests(
  expected: readonly RecordedRequest[],
  actual: readonly RecordedRequest[],
  options: RequestComparison,
): string | undefined {
  for (let at = 0; at < Math.max(expected.length, actual.length); at++) {
    const [wanted, got] = [expected[at], actual[at]];
    if (!wanted || !got) return `${actual.length} requests instead of ${expected.length}`;
    const difference = compareRequest(wanted, got, options);
    if (difference !== undefined) return `request ${at + 1}: ${difference}`;
  }
  return undefined;
}

function compareRequest(
  wanted: RecordedRequest,
  got: RecordedRequest,
  { toRecorded, sortsHeaders }: RequestComparison,
): string | undefined {
  const headersOf = (request: RecordedRequest) => describeHeaders(request, sortsHeaders);
  const aspects: readonly (readonly [string, string, string])[] = [
    ['method', wanted.method, got.method],
    ['target', wanted.target, toRecorded(got.target)],
    ['version', wanted.http_version, got.http_version],
    ['headers', headersOf(wanted), toRecorded(headersOf(got))],
    ['body', describeBody(wanted), normalizeClock(describeBody(got))],
  ];
  const differing = aspects.find(([, one, other]) => one !== other);
  if (!differing) return undefined;
  const [name, one, other] = differing;
  return `${name}: expected ${JSON.stringify(one)}, got ${JSON.stringify(other)}`;
}

// The date is another one, and the length is that of the body that really came.
function describeHeaders({ headers, ...request }: RecordedRequest, isSorted: boolean): string {
  const length = Buffer.byteLength(describeBody(request));
  const ordered = isSorted ? headers.toSorted(([one], [other]) => (one < other ? -1 : 1)) : headers;
  return ordered
    .map(([name, value]) => {
      if (name === 'Date') return `${name}: <DATE>`;
      if (name === 'Content-Length' && request.body !== undefined && Number(value) === length)
        return `${name}: <LENGTH OF BODY>`;
      return `${name}: ${value}`;
    })
    .join('\n');
}

function describeBody({ body, body_base64: base64 }: Pick<RecordedRequest, 'body' | 'body_base64'>): string {
  return body ?? `base64 ${base64 ?? ''}`;
}
