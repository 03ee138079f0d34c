import type { AppStatus, DovebellApi } from '#contract/ipc';

/** The latest status, and why it could not be had. Both absent: it is being asked for. */
export interface StatusSnapshot {
  readonly status?: AppStatus;
  readonly problem?: string;
}

export interface StatusModel {
  getSnapshot(): StatusSnapshot;
  subscribe(listener: () => void): () => void;
  /** Asks the program to open its port again; resolves when it answered, never rejects. */
  retryEndpoint(): Promise<void>;
  /** Asks for the status again after a failure. */
  retry(): void;
  start(): () => void;
}

export function createStatusModel(api: DovebellApi): StatusModel {
  let snapshot: StatusSnapshot = {};
  const listeners = new Set<() => void>();
  const update = (next: StatusSnapshot): void => {
    snapshot = next;
    for (const listener of listeners) listener();
  };
  const fail = (error: unknown): void => {
    update({ ...snapshot, problem: error instanceof Error ? error.message : String(error) });
  };
  const load = async (): Promise<void> => {
    const before = snapshot;
    try {
      const status = await api.request('status/get');
      // What was published meanwhile is newer than the answer.
      if (snapshot === before) update({ status });
    } catch (error) {
      fail(error);
    }
  };
  return {
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async retryEndpoint() {
      try {
        const endpoint = await api.request('endpoint/retry');
        if (snapshot.status) update({ status: { ...snapshot.status, endpoint } });
      } catch (error) {
        fail(error);
      }
    },
    retry() {
      void load();
    },
    start() {
      const end = api.subscribe('status/changed', (status) => update({ status }));
      void load();
      return end;
    },
  };
}
