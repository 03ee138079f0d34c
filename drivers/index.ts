import { createDriverRegistry, type DriverDefinition } from '#framework';
import { dlog } from './dlog.ts';

/** Dovecot's drivers, one line each. ox and lua follow. */
export const drivers = createDriverRegistry([dlog as DriverDefinition]);
