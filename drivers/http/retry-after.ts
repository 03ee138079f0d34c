import type { HttpAnswer } from './http-exchange.ts';

/** Milliseconds, negative when the time has come already; undefined when the server does not ask. */
export type RetryDelay = number | 'too long' | undefined;

/**
 * How long the server asks to wait; `'too long'` beyond the limit.
 *
 * A number counts from the Date of the response, without which it is ignored.
 *
 * Source: RFC 9110 §10.2.3; Dovecot lib-http/http-client-request.c, http_client_request_delay_from_response.
 */
export function readRetryDelay(
  { headers }: Pick<HttpAnswer, 'headers'>,
  { nowMs, maxSecs }: { readonly nowMs: number; readonly maxSecs: number },
): RetryDelay {
  const value = headers['retry-after']?.trim();
  if (value === undefined) return undefined;
  const at = /^\d+$/.test(value) ? Date.parse(headers.date ?? '') + Number(value) * 1000 : Date.parse(value);
  if (Number.isNaN(at)) return undefined;
  const seconds = at / 1000 - Math.floor(nowMs / 1000);
  if (seconds > maxSecs) return 'too long';
  return seconds < 0 ? -1 : Math.max(0, at - nowMs);
}
