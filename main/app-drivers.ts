import { randomBytes } from 'node:crypto';
import { createDriverRegistry, type DriverDefinition, type DriverRegistry } from '#framework';
import { drivers } from '#drivers';
import { createOx } from '../drivers/ox.ts';

/** The header by which the endpoint knows requests of its own program: answering them would never end. */
export const LOOP_HEADER = 'X-Dovebell-Instance';
const MARK_BYTES = 12;

/** A value for `LOOP_HEADER` that no other program has. */
export function createInstanceMark(): string {
  return randomBytes(MARK_BYTES).toString('base64url');
}

/** The drivers of one running program; those that send mark their requests with `mark`. */
export function createAppDrivers(mark: string): DriverRegistry {
  const ox = createOx({ mark: { name: LOOP_HEADER, value: mark } }) as DriverDefinition;
  return createDriverRegistry([...drivers.values()].map((driver) => (driver.name === ox.name ? ox : driver)));
}
