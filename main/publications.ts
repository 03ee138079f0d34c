import type { IpcPublicationName, IpcPublications, TimelineExtent } from '#contract/ipc';
import type { TimelineRow } from '#contract/report';

/** A window redraws at most this often for new rows; faster would only cost. */
const ROWS_INTERVAL_MS = 50;
const STATUS_INTERVAL_MS = 200;

type Listener<Name extends IpcPublicationName> = (payload: IpcPublications[Name]) => void;

/** Tells subscribers what changed; bursts are told once per interval. */
export interface Publications {
  subscribe<Name extends IpcPublicationName>(name: Name, listener: Listener<Name>): () => void;
  hasSubscribers(name: IpcPublicationName): boolean;
  publish<Name extends IpcPublicationName>(name: Name, payload: IpcPublications[Name]): void;
  /** A row is new or different. */
  rowChanged(row: TimelineRow): void;
  statusChanged(): void;
  /** Tells what is still waiting to be told, and stops. */
  close(): void;
}

/** `current` gives the state at the moment of telling. */
export function createPublications(current: {
  extent(): TimelineExtent;
  status(): IpcPublications['status/changed'];
}): Publications {
  const listeners = new Map<IpcPublicationName, Set<Listener<IpcPublicationName>>>();
  let changed = new Map<number, TimelineRow>();

  const publish: Publications['publish'] = (name, payload) => {
    for (const listener of listeners.get(name) ?? []) (listener as Listener<typeof name>)(payload);
  };
  const rows = createInterval(ROWS_INTERVAL_MS, () => {
    const told = [...changed.values()];
    changed = new Map();
    publish('timeline/changed', { rows: told, extent: current.extent() });
  });
  const status = createInterval(STATUS_INTERVAL_MS, () => publish('status/changed', current.status()));
  return {
    publish,
    subscribe(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener as Listener<IpcPublicationName>);
      return () => set.delete(listener as Listener<IpcPublicationName>);
    },
    hasSubscribers: (name) => (listeners.get(name)?.size ?? 0) > 0,
    rowChanged(row) {
      changed.set(row.seq, row);
      rows.request();
    },
    statusChanged: status.request,
    close() {
      rows.flush();
      status.flush();
      listeners.clear();
    },
  };
}

/** Runs `action` soon after the first request and then at most once per interval. */
function createInterval(intervalMs: number, action: () => void): { request: () => void; flush: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const run = () => {
    timer = undefined;
    action();
  };
  return {
    request: () => {
      timer ??= setTimeout(run, intervalMs);
    },
    flush: () => {
      if (timer === undefined) return;
      clearTimeout(timer);
      run();
    },
  };
}
