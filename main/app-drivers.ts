import { randomBytes } from 'node:crypto';
import type { DriverRegistry } from '#framework';
import { createDrivers, type LuaOptions } from '#drivers';

/** The header by which the endpoint knows requests of its own program: answering them would never end. */
export const LOOP_HEADER = 'X-Dovebell-Instance';
const MARK_BYTES = 12;

/** A value for `LOOP_HEADER` that no other program has. */
export function createInstanceMark(): string {
  return randomBytes(MARK_BYTES).toString('base64url');
}

/** The drivers of one running program; ox marks its requests with `mark`. */
export function createAppDrivers(mark: string, lua: LuaOptions): DriverRegistry {
  return createDrivers({ ox: { mark: { name: LOOP_HEADER, value: mark } }, lua });
}
