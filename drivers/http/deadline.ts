import { failureStatus, HttpFailure } from './http-failure.ts';

/** The time that a request may take in all. */
export interface Deadline {
  /** Aborted when the time is over; absent when there is no limit. */
  readonly signal: AbortSignal | undefined;
  /** What `work` gives, unless the time is over before. @throws HttpFailure then. */
  limit<Result>(work: Promise<Result>): Promise<Result>;
  /** The request is over. */
  end(): void;
}

const endless: Deadline = { signal: undefined, limit: (work) => work, end: () => undefined };

/**
 * `timeoutMs` 0: there is no limit. `describe` gives the timing for the message.
 *
 * Source: Dovecot lib-http/http-client-request.c, http_client_request_timeout_expired.
 */
export function startDeadline(timeoutMs: number, describe: () => string): Deadline {
  if (timeoutMs === 0) return endless;
  const controller = new AbortController();
  let reject: (failure: HttpFailure) => void = () => undefined;
  const over = new Promise<never>((_resolve, fail) => {
    reject = fail;
  });
  over.catch(() => undefined);
  const timer = setTimeout(() => {
    reject(new HttpFailure(failureStatus.timedOut, `Absolute request timeout expired (${describe()})`));
    controller.abort();
  }, timeoutMs);
  return {
    signal: controller.signal,
    limit(work) {
      // Whoever is late has nobody to tell.
      work.catch(() => undefined);
      return Promise.race([work, over]);
    },
    end: () => clearTimeout(timer),
  };
}
