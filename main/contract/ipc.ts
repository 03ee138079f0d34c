import type { TimelineRow, TransactionReport } from './report.ts';

/** State of the door: whether it listens, and if not, why and what to do. */
export interface EndpointStatus {
  readonly state: 'starting' | 'listening' | 'failed' | 'stopped';
  /** The address a sender uses, without credentials. */
  readonly url: string;
  /** `host:port` as people write it. */
  readonly address: string;
  /** One sentence; present only when `state` is `failed`. */
  readonly problem?: string;
}

/** What the status bar shows. */
export interface AppStatus {
  readonly endpoint: EndpointStatus;
  /** Events received since local midnight, rejected ones not counted. */
  readonly eventsToday: number;
  /** Absent when nothing was ever received. */
  readonly lastEventAtMs?: number;
  /** Accepted events whose drivers have not run yet. */
  readonly queued: number;
  /** `problem`: why one of them does not run, or not as its script was last changed. */
  readonly drivers: { readonly active: number; readonly configured: number; readonly problem?: string };
  readonly toasts: { readonly available: boolean; readonly via: string };
  readonly timeline: TimelineExtent;
}

/** First and last position in the timeline. Both 0: it is empty. Positions between them may be missing. */
export interface TimelineExtent {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly count: number;
}

/** Requests: the window asks, the program answers. Name → [argument, answer]. */
export interface IpcRequests {
  'status/get': [void, AppStatus];
  /** Rows with fromSeq ≤ seq ≤ toSeq, ascending; at most `MAX_ROWS_PER_REQUEST`. */
  'timeline/list': [{ readonly fromSeq: number; readonly toSeq: number }, readonly TimelineRow[]];
  /** Null when there is no such report. */
  'timeline/get': [{ readonly id: string }, TransactionReport | null];
  /** Sends a test notification through the real endpoint. */
  'test/send': [void, { readonly ok: boolean; readonly message: string }];
  /** Tries again to open the endpoint's port. */
  'endpoint/retry': [void, EndpointStatus];
}

/** Publications: the program tells every window that said it is ready. */
export interface IpcPublications {
  /** New or changed rows; a row with a known seq replaces the old one. */
  'timeline/changed': { readonly rows: readonly TimelineRow[]; readonly extent: TimelineExtent };
  'status/changed': AppStatus;
  /** A toast or a link asks for this row. */
  'timeline/reveal': { readonly id: string; readonly seq: number };
}

export type IpcRequestName = keyof IpcRequests;
export type IpcPublicationName = keyof IpcPublications;

/** A page of the timeline; more than anyone sees at once, small enough for one message. */
export const MAX_ROWS_PER_REQUEST = 500;

/** What the preload script puts on `window.dovebell`. */
export interface DovebellApi {
  request<Name extends IpcRequestName>(
    name: Name,
    ...argument: IpcRequests[Name][0] extends void ? [] : [IpcRequests[Name][0]]
  ): Promise<IpcRequests[Name][1]>;
  /** Returns the function that ends the subscription. */
  subscribe<Name extends IpcPublicationName>(
    name: Name,
    listener: (payload: IpcPublications[Name]) => void,
  ): () => void;
}

export const requestNames = [
  'status/get',
  'timeline/list',
  'timeline/get',
  'test/send',
  'endpoint/retry',
] as const satisfies readonly IpcRequestName[];

export const publicationNames = [
  'timeline/changed',
  'status/changed',
  'timeline/reveal',
] as const satisfies readonly IpcPublicationName[];
