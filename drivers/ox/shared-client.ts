import { createHttpClient, type HttpClient, type Pace } from '../http/http-client.ts';
import { createHttpPeers } from '../http/http-peer.ts';
import type { HttpSettings } from '../http/http-settings.ts';

/** One driver's share in the client of its process. */
export interface ClientShare {
  /** The client; made with `settings` when there is none yet, so the first who asks decides. */
  get(settings: HttpSettings): HttpClient;
  /** Waits for the requests of all drivers; the last one to leave takes the client with it. */
  leave(): Promise<void>;
}

/** What the ox drivers of one process share. Dovecot: struct push_notification_driver_ox_global. */
export interface SharedClient {
  join(): ClientShare;
}

/**
 * Creates the shared part for one process. Connections outlive the client, as in Dovecot.
 *
 * Source: Dovecot push-notification-driver-ox.c, push_notification_driver_ox_init_global, _deinit, _cleanup.
 */
export function createSharedClient(pace: Pace): SharedClient {
  const peers = createHttpPeers();
  let requests = 0;
  const nextRequestId = () => ++requests;
  let client: HttpClient | undefined;
  let drivers = 0;
  return {
    join() {
      drivers++;
      return {
        get: (settings) => (client ??= createHttpClient({ peers, settings, nextRequestId }, pace)),
        async leave() {
          await client?.wait();
          if (--drivers === 0) client = undefined;
        },
      };
    },
  };
}
