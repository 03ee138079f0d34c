import { createHash } from 'node:crypto';
import { leadingEvent, type TransactionReport } from '#contract/report';
import type { MessageRef } from '#framework';
import { DIGEST_LINES, newMessages, type NewMessage } from './toast-text.ts';

// Which reports become toasts. The functions here look at no clock and start no timer: they change the
// state they are given and say what to show and when to ask again.

/** Three toasts can be read side by side; a fourth pushes the first off the screen. */
export const MAX_SINGLE_TOASTS = 3;
/** Most systems keep a toast on screen for five to ten seconds. */
export const BURST_WINDOW_MS = 10_000;
/** Without new mail for this long a burst is over. */
export const CALM_MS = 2_000;
/** While mail keeps coming, one digest per window; also how long a message waits at most for its first digest. */
export const DIGEST_INTERVAL_MS = BURST_WINDOW_MS;
/** Messages whose repetition is recognised: some days of a busy mailbox, 2 MB. */
export const MAX_KNOWN_MESSAGES = 20_000;

/** Messages that wait for one toast. */
export interface ToastGroup {
  readonly reportIds: string[];
  /** The newest first, at most as many as a digest shows. */
  readonly newest: NewMessage[];
  count: number;
  readonly firstAtMs: number;
  lastAtMs: number;
}

/** All that the policy remembers. */
export interface PolicyState {
  /** Identities in the order in which they came; the first one is forgotten first. */
  readonly known: Set<string>;
  singlesAtMs: number[];
  lastDigestAtMs: number;
  group: ToastGroup | undefined;
}

/** What becomes of a report. `messages` are those to show now, newest first; empty unless `shown`. */
export interface ToastDecision {
  readonly outcome: 'shown' | 'grouped' | 'duplicate' | 'none';
  readonly reason: string;
  readonly messages: readonly NewMessage[];
}

export function createPolicyState(): PolicyState {
  return {
    known: new Set(),
    singlesAtMs: [],
    lastDigestAtMs: Number.NEGATIVE_INFINITY,
    group: undefined,
  };
}

/** Remembers messages that had their toast before this program started. */
export function remember(state: PolicyState, messages: Iterable<MessageRef>): void {
  for (const message of messages) isFirstTime(state, message);
}

/** Decides about one report; a message that is not shown at once joins the group (see `takeDueGroup`). */
export function decide(state: PolicyState, report: TransactionReport, nowMs: number): ToastDecision {
  const messages = newMessages(report).reverse();
  if (messages.length === 0) return silence('none', whyNoToast(report));
  const fresh = messages.filter((message) => isFirstTime(state, message));
  if (fresh.length === 0) return silence('duplicate', 'This message has had its toast already');
  forgetFuture(state, nowMs);
  if (isBusy(state, nowMs)) return joinGroup(state, report.id, fresh, nowMs);
  state.singlesAtMs.push(nowMs);
  return { outcome: 'shown', reason: 'Newly delivered mail', messages: fresh };
}

/** When the waiting group is due; undefined when none waits. */
export function groupDueAtMs({ group, lastDigestAtMs }: PolicyState): number | undefined {
  if (!group) return undefined;
  const calmAtMs = Math.min(group.lastAtMs + CALM_MS, group.firstAtMs + DIGEST_INTERVAL_MS);
  return Math.max(calmAtMs, lastDigestAtMs + DIGEST_INTERVAL_MS);
}

/** Hands out the waiting group once it is due; each message is handed out once. */
export function takeDueGroup(state: PolicyState, nowMs: number): ToastGroup | undefined {
  forgetFuture(state, nowMs);
  const dueAtMs = groupDueAtMs(state);
  if (dueAtMs === undefined || dueAtMs > nowMs) return undefined;
  const { group } = state;
  state.group = undefined;
  state.lastDigestAtMs = nowMs;
  return group;
}

function silence(outcome: 'duplicate' | 'none', reason: string): ToastDecision {
  return { outcome, reason, messages: [] };
}

function whyNoToast(report: TransactionReport): string {
  if (report.state === 'rejected') return 'The notification was rejected';
  const event = leadingEvent(report.events);
  if (!event) return 'The transaction has no event';
  return `Only newly delivered mail gets a toast, not ${event.name}`;
}

// Adds the message to the known ones; false when it was there. Without a uid it cannot be recognised.
function isFirstTime({ known }: PolicyState, { user, mailbox, uidValidity, uid }: MessageRef): boolean {
  if (uid === 0) return true;
  // Hashed because names of any length come from outside and thousands are kept.
  const identity = createHash('sha256')
    .update(JSON.stringify([user, mailbox, uidValidity, uid]))
    .digest('base64');
  if (known.has(identity)) return false;
  known.add(identity);
  if (known.size > MAX_KNOWN_MESSAGES) known.delete(known.values().next().value ?? identity);
  return true;
}

// A clock that was set back must not hold toasts until it has caught up.
function forgetFuture(state: PolicyState, nowMs: number): void {
  state.singlesAtMs = state.singlesAtMs.filter((atMs) => atMs > nowMs - BURST_WINDOW_MS && atMs <= nowMs);
  if (state.lastDigestAtMs > nowMs) state.lastDigestAtMs = Number.NEGATIVE_INFINITY;
  if (state.group && state.group.lastAtMs > nowMs) {
    state.group = { ...state.group, firstAtMs: nowMs, lastAtMs: nowMs };
  }
}

// After a digest nothing is shown singly for a window: in a lasting burst the digests follow each other.
function isBusy({ group, singlesAtMs, lastDigestAtMs }: PolicyState, nowMs: number): boolean {
  return (
    group !== undefined ||
    singlesAtMs.length >= MAX_SINGLE_TOASTS ||
    nowMs < lastDigestAtMs + DIGEST_INTERVAL_MS
  );
}

function joinGroup(
  state: PolicyState,
  reportId: string,
  messages: readonly NewMessage[],
  nowMs: number,
): ToastDecision {
  const group = (state.group ??= { reportIds: [], newest: [], count: 0, firstAtMs: nowMs, lastAtMs: nowMs });
  group.reportIds.push(reportId);
  group.newest.unshift(...messages.slice(0, DIGEST_LINES));
  group.newest.length = Math.min(group.newest.length, DIGEST_LINES);
  group.count += messages.length;
  group.lastAtMs = nowMs;
  const reason = `Much mail within ${BURST_WINDOW_MS / 1000} s: shown together with others`;
  return { outcome: 'grouped', reason, messages: [] };
}
