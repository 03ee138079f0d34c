import { createDriverRegistry, type DriverDefinition, type DriverRegistry } from '#framework';
import { drivers } from '#drivers';
import { createOx } from '../../drivers/ox.ts';

/**
 * The drivers of one simulated process. ox shares its connections within it, and sends as in a Dovecot process
 * that is busy with its mail: the log then has Dovecot's order.
 */
export function createProcessDrivers(): DriverRegistry {
  const ox = createOx({ pace: 'dovecot' }) as DriverDefinition;
  return createDriverRegistry([...drivers.values()].map((driver) => (driver.name === ox.name ? ox : driver)));
}
