import { randomBytes } from 'node:crypto';

const RANDOM_BYTES = 8;
const TIME_DIGITS = 9;

/** A new report's id: the time in base 36, then 64 random bits. Ids sort by time, so the index grows at its end. */
export function createReportId(nowMs: number): string {
  return `${Math.trunc(nowMs).toString(36).padStart(TIME_DIGITS, '0')}-${randomBytes(RANDOM_BYTES).toString('base64url')}`;
}
