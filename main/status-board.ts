import type { AppStatus, EndpointStatus, TimelineExtent } from '#contract/ipc';
import { formatHostPort, OX_NOTIFY_PATH } from '#contract/ox';

/** Counts what the status bar shows. */
export interface StatusBoard {
  readonly endpoint: EndpointStatus;
  setEndpoint(status: EndpointStatus): void;
  eventStored(atMs: number): void;
  /** What the database says for today, at the start. */
  setCounts(counts: { readonly count: number; readonly lastEventAtMs?: number }): void;
  read(
    now: { readonly queued: number; readonly extent: TimelineExtent } & Pick<AppStatus, 'drivers' | 'toasts'>,
  ): AppStatus;
}

export function createStatusBoard(initial: EndpointStatus, clock: () => number): StatusBoard {
  let endpoint = initial;
  let today = startOfDayMs(clock());
  let eventsToday = 0;
  let lastEventAtMs: number | undefined;

  const turnDay = () => {
    const day = startOfDayMs(clock());
    if (day === today) return;
    today = day;
    eventsToday = 0;
  };
  return {
    get endpoint() {
      return endpoint;
    },
    setEndpoint(status) {
      endpoint = status;
    },
    eventStored(atMs) {
      turnDay();
      eventsToday += 1;
      lastEventAtMs = atMs;
    },
    setCounts(counts) {
      eventsToday += counts.count;
      lastEventAtMs ??= counts.lastEventAtMs;
    },
    read({ queued, extent, drivers, toasts }) {
      turnDay();
      return {
        endpoint,
        eventsToday,
        ...(lastEventAtMs !== undefined && { lastEventAtMs }),
        queued,
        drivers,
        toasts,
        timeline: extent,
      };
    },
  };
}

/** Local midnight before the given time; milliseconds since 1970. */
export function startOfDayMs(nowMs: number): number {
  return new Date(nowMs).setHours(0, 0, 0, 0);
}

/** The state of an endpoint at this address. */
export function endpointStatus(state: EndpointStatus['state'], host: string, port: number): EndpointStatus {
  const address = formatHostPort(host, port);
  return { state, address, url: `http://${address}${OX_NOTIFY_PATH}` };
}
