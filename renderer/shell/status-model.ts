import type { AppStatus, DovebellApi } from '#contract/ipc';
import { createCell, type Observable } from './observable.ts';
import { problemText } from './problem-text.ts';

/** The latest status, and why it could not be had. Both absent: it is being asked for. */
export interface StatusSnapshot {
  readonly status?: AppStatus;
  readonly problem?: string;
}

export interface StatusModel extends Observable<StatusSnapshot> {
  /** Asks the program to open its port again; resolves when it answered, never rejects. */
  readonly retryEndpoint: () => Promise<void>;
  /** Asks for the status again after a failure; never rejects. */
  readonly retry: () => Promise<void>;
  /** Begins to listen and loads the first status; returns what ends it. */
  readonly start: () => () => void;
}

export function createStatusModel(api: DovebellApi): StatusModel {
  const cell = createCell<StatusSnapshot>({});
  const { getSnapshot, subscribe, set } = cell;
  const fail = (error: unknown): void => set({ ...getSnapshot(), problem: problemText(error) });
  const load = async (): Promise<void> => {
    const before = getSnapshot();
    try {
      const status = await api.request('status/get');
      // What was published meanwhile is newer than the answer.
      if (getSnapshot() === before) set({ status });
    } catch (error) {
      fail(error);
    }
  };
  return {
    getSnapshot,
    subscribe,
    async retryEndpoint() {
      try {
        const endpoint = await api.request('endpoint/retry');
        const { status } = getSnapshot();
        if (status) set({ status: { ...status, endpoint } });
      } catch (error) {
        fail(error);
      }
    },
    retry: load,
    start() {
      const end = api.subscribe('status/changed', (status) => set({ status }));
      void load();
      return end;
    },
  };
}
