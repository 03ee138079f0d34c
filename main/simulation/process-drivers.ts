import type { DriverRegistry } from '#framework';
import { createDrivers, type LuaOptions } from '#drivers';

/**
 * Makes the drivers of one simulated process after the other. ox shares its connections within one, and sends as
 * in a Dovecot process that is busy with its mail: the log then has Dovecot's order.
 */
export function createProcessDrivers(lua: LuaOptions): () => DriverRegistry {
  return () => createDrivers({ ox: { pace: 'dovecot' }, lua });
}
