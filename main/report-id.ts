import { randomBytes } from 'node:crypto';

const RANDOM_BYTES = 8;
const TIME_DIGITS = 9;
/** Asking for random bytes costs more than the rest of an id, however few they are: taken for many ids at once. */
const IDS_PER_FILL = 512;

let random = Buffer.alloc(0);

/** A new report's id: the time in base 36, then 64 random bits. Ids sort by time, so the index grows at its end. */
export function createReportId(nowMs: number): string {
  return `${Math.trunc(nowMs).toString(36).padStart(TIME_DIGITS, '0')}-${takeRandom()}`;
}

function takeRandom(): string {
  if (random.length === 0) random = randomBytes(RANDOM_BYTES * IDS_PER_FILL);
  const text = random.toString('base64url', 0, RANDOM_BYTES);
  random = random.subarray(RANDOM_BYTES);
  return text;
}
